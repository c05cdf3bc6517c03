"""Images that look alike: what is found, what is not, and that many are searched as few are."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from cnnstudio.data.alike import alike_groups
from cnnstudio.data.examine import Facts, examine
from cnnstudio.data.image_folder import scan
from cnnstudio.data.miniature import BYTES, is_blank, miniature
from cnnstudio.data.problem import Cancelled
from cnnstudio.data.settings import DataSettings
from tests.data.findings import found, only
from tests.data.pictures import save


def scene(seed: int, size: int = 120) -> Image.Image:
    """A picture of coloured shapes, smooth as photographs are."""
    random = np.random.default_rng(seed)
    picture = Image.new("RGB", (size, size), tuple(random.integers(0, 80, 3).tolist()))
    draw = ImageDraw.Draw(picture)
    for _ in range(8):
        x, y = random.integers(-size // 4, size, 2).tolist()
        width, height = random.integers(size // 6, size // 2, 2).tolist()
        draw.ellipse((x, y, x + width, y + height), fill=tuple(random.integers(0, 256, 3).tolist()))
    draw.ellipse((size // 2, size // 3, size - 5, size - 9), fill="white")
    return picture


def minis(*pictures: Image.Image) -> np.ndarray:
    return np.frombuffer(b"".join(map(miniature, pictures)), np.uint8).reshape(-1, BYTES)


def saved_again(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    copy = Image.open(buffer)
    copy.load()
    return copy


CHANGES = {
    "jpeg": lambda picture: saved_again(picture, 60),
    "smaller": lambda picture: picture.resize((50, 50), Image.Resampling.LANCZOS),
    "larger": lambda picture: picture.resize((300, 300), Image.Resampling.BICUBIC),
    "stretched": lambda picture: picture.resize((160, 90), Image.Resampling.BILINEAR),
    "darker": lambda picture: picture.point(lambda value: value * 0.85),
    "palette": lambda picture: picture.quantize(64),
    "png": lambda picture: picture.copy(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_copy_looks_like_the_original(change: str) -> None:
    originals = [scene(seed) for seed in range(20)]
    assert min(np.asarray(picture.convert("L")).std() for picture in originals) > 20
    copies = [CHANGES[change](picture) for picture in originals]
    groups = alike_groups(minis(*originals, *copies))
    assert groups == [[number, number + 20] for number in range(20)]


def test_other_pictures_and_other_colours_do_not_look_alike() -> None:
    assert alike_groups(minis(*(scene(seed) for seed in range(300)))) == []
    red, green = Image.new("RGB", (64, 64), (128, 128, 128)), Image.new("RGB", (64, 64), (128, 128, 128))
    ImageDraw.Draw(red).ellipse((10, 10, 40, 40), fill=(255, 60, 60))
    ImageDraw.Draw(green).ellipse((10, 10, 40, 40), fill=(20, 170, 20))
    assert alike_groups(minis(red, green)) == []


def test_copies_of_copies_are_one_group_and_blank_pictures_none() -> None:
    first = scene(1)
    blank = Image.new("RGB", (20, 20), "navy")
    assert alike_groups(minis(blank, first, saved_again(first, 80), saved_again(first, 50), blank)) == [
        [1, 2, 3]
    ]
    assert alike_groups(minis()) == []
    assert alike_groups(minis(first)) == []


def test_all_copies_are_found_among_thousands() -> None:
    random = np.random.default_rng(0)
    grey = np.kron(random.integers(0, 256, (6000, 4, 4)), np.ones((1, 4, 4), int)).reshape(6000, -1)
    pictures = np.pad(grey, ((0, 0), (0, BYTES - 256)), constant_values=128).astype(np.uint8)
    copies = np.clip(pictures[:200].astype(int) + random.integers(-2, 3, (200, BYTES)), 0, 255).astype(
        np.uint8
    )
    groups = alike_groups(np.concatenate([pictures, copies]))
    assert sum([number, number + 6000] in groups for number in range(200)) >= 199


def test_thousands_of_equal_pictures_are_one_group() -> None:
    assert alike_groups(np.repeat(minis(scene(1)), 1500, axis=0)) == [list(range(1500))]


def test_the_search_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        alike_groups(minis(scene(1), scene(2)), cancelled=lambda: True)


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA", "P", "CMYK", "1", "I;16", "YCbCr"])
def test_every_mode_has_a_miniature_and_can_be_blank(mode: str) -> None:
    plain = Image.new("RGB", (9, 7), (255, 255, 255))
    mixed = scene(3, 40)
    if mode == "I;16":
        plain, mixed = (
            Image.fromarray(np.asarray(one.convert("L")).astype(np.uint16) * 257) for one in (plain, mixed)
        )
    else:
        plain, mixed = plain.convert(mode), mixed.convert(mode)
    assert len(miniature(mixed)) == BYTES
    assert is_blank(plain)
    assert not is_blank(mixed)


def test_sixteen_bits_of_the_other_byte_order_have_a_miniature(tmp_path: Path) -> None:
    values = np.arange(900).reshape(30, 30) * 70
    picture = Image.frombytes("I;16B", (30, 30), values.astype(">u2").tobytes())
    picture.save(tmp_path / "big.tif")
    facts = examine(tmp_path, "big.tif")
    assert isinstance(facts, Facts)
    assert "blank" not in facts.traits
    assert not is_blank(picture)
    assert miniature(picture) == miniature(Image.fromarray(values.astype(np.uint16)))


def test_a_transparent_picture_without_an_opaque_dot_is_blank() -> None:
    hidden = scene(1, 30).convert("RGBA")
    hidden.putalpha(0)
    assert is_blank(hidden)


# --- in a folder -------------------------------------------------------------------------------


def folder(root: Path, each: int = 4) -> Path:
    for label, name in enumerate(("cat", "dog")):
        for number in range(each):
            save(root / name / f"{number}.png", scene(100 * label + number, 40))
    return root


def test_look_alikes_are_told_by_what_they_spoil(tmp_path: Path) -> None:
    folder(tmp_path)
    save(tmp_path / "dog" / "copy.jpg", scene(0, 40), quality=90)  # a cat
    save(tmp_path / "dog" / "again.jpg", scene(101, 40).resize((80, 80)), quality=95)
    report = scan(tmp_path)
    conflict = only(report, "alike.classes")
    assert conflict.pictures == (("cat/0.png", "dog/copy.jpg"),)
    assert conflict.surplus == ("cat/0.png", "dog/copy.jpg")
    assert conflict.remedies == ("quarantine",)
    same = only(report, "alike.same_class")
    assert same.pictures == (("dog/1.png", "dog/again.jpg"),)
    assert same.surplus == ("dog/1.png",)
    assert same.remedies[0] == "keep_alike"
    assert report.alike == (("cat/0.png", "dog/copy.jpg"), ("dog/1.png", "dog/again.jpg"))


def test_what_is_in_train_and_test_is_to_be_taken_from_train(tmp_path: Path) -> None:
    folder(tmp_path / "train")
    folder(tmp_path / "test", each=1)  # copies of two training images
    save(tmp_path / "test" / "cat" / "near.jpg", scene(2, 40), quality=85)
    report = scan(tmp_path)
    assert only(report, "duplicate.parts").surplus == ("train/cat/0.png", "train/dog/0.png")
    near = only(report, "alike.parts")
    assert near.pictures == (("test/cat/near.jpg", "train/cat/2.png"),)
    assert near.surplus == ("train/cat/2.png",)


def test_the_split_at_hand_is_looked_at_for_leaks(tmp_path: Path) -> None:
    folder(tmp_path, each=1)
    for number in range(12):
        save(tmp_path / "cat" / f"copy{number}.jpg", scene(0, 40), quality=80 + number)
    report = scan(tmp_path, DataSettings(validation_split=0.3))
    leak = only(report, "alike.split")
    assert leak.severity == "warning"
    assert len(leak.pictures[0]) == 13
    assert not found(scan(tmp_path, DataSettings(validation_split=0.3, keep_alike=True)), "alike.split")
    assert not found(scan(tmp_path, DataSettings(validation_split=0.0)), "alike.split")


def test_blank_images_are_told_and_can_be_left_out(tmp_path: Path) -> None:
    folder(tmp_path)
    save(tmp_path / "cat" / "black.png", Image.new("L", (40, 40)))
    save(tmp_path / "dog" / "grey.jpg", Image.new("RGB", (40, 40), (90, 90, 90)))
    blank = only(scan(tmp_path), "image.blank")
    assert blank.surplus == ("cat/black.png", "dog/grey.jpg")
    report = scan(tmp_path, DataSettings(quarantine=blank.surplus))
    assert not found(report, "image.blank")
    assert only(report, "image.quarantined").pictures == (blank.surplus,)
    assert len(report.images) == 8
    assert (tmp_path / "cat" / "black.png").is_file()

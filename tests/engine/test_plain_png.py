"""Pictures that TensorFlow decodes for training: exactly Pillow's pixels, or left to Pillow."""

from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image, PngImagePlugin

from cnnstudio.data.decode import decode_file
from cnnstudio.data.picture import PictureError
from cnnstudio.engine import plain_png
from cnnstudio.engine.plain_png import decode_plain
from tests.data.pictures import noise, smooth, with_orientation

pytestmark = pytest.mark.engine


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plain_png, "FEW", 1)


def decoded(root: Path, shape: tuple[int, int, int], resize="stretch") -> dict[str, np.ndarray]:
    names = sorted(path.name for path in root.iterdir())
    return {
        names[number]: pixels
        for numbers, pictures in decode_plain(root, names, shape, resize)
        for number, pixels in zip(numbers.tolist(), pictures, strict=True)
    }


def check(root: Path, shape: tuple[int, int, int], resize="stretch") -> dict[str, np.ndarray]:
    """What was decoded, after a look that it is what Pillow makes of it."""
    found = decoded(root, shape, resize)
    for name, pixels in found.items():
        assert np.array_equal(pixels, decode_file(root / name, shape, resize)), name
    return found


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("seed", range(3))
def test_files_of_any_size_and_kind_are_pillows_pixels(
    tmp_path: Path, mode: str, channels: int, seed: int
) -> None:
    generator = np.random.default_rng([seed, channels, len(mode)])
    width, height = (int(side) for side in generator.integers(1, 120, 2))
    for number in range(20):
        smooth(generator, width, height, mode).save(
            tmp_path / f"{number}.png",
            compress_level=int(generator.integers(0, 10)),
            optimize=bool(generator.integers(2)),
        )
    wanted = (height, width) if seed < 1 else tuple(int(side) for side in generator.integers(30, 90, 2))
    found = check(tmp_path, (*wanted, channels), ("stretch", "crop", "pad")[seed % 3])
    assert len(found) == 20


def test_what_turns_or_uncovers_a_picture_is_left_to_pillow(tmp_path: Path) -> None:
    plain = Image.fromarray(noise(12, 12))
    for number in range(20):
        plain.save(tmp_path / f"plain{number}.png")
    text = PngImagePlugin.PngInfo()
    text.add_text("Title", "a harmless text")
    plain.save(tmp_path / "text.png", pnginfo=text)
    plain.save(tmp_path / "resolution.png", dpi=(300, 300))
    plain.save(tmp_path / "turned.png", exif=with_orientation(3))
    raw = PngImagePlugin.PngInfo()
    raw.add_text(
        "Raw profile type exif", "\nexif\n      22\n" + with_orientation(3).tobytes().hex(), zip=True
    )
    plain.save(tmp_path / "raw.png", pnginfo=raw)
    plain.save(tmp_path / "clear.png", transparency=(1, 2, 3))
    plain.convert("RGBA").save(tmp_path / "alpha.png")
    plain.convert("P").save(tmp_path / "palette.png")
    plain.convert("L").save(tmp_path / "grey.png")
    plain.resize((13, 12)).save(tmp_path / "wide.png")
    plain.save(tmp_path / "misnamed.png", format="JPEG")
    found = check(tmp_path, (12, 12, 3))
    assert set(found) == {f"plain{number}.png" for number in range(20)} | {"text.png", "resolution.png"}


def test_chunks_that_ask_for_another_gamma_or_background_change_nothing(tmp_path: Path) -> None:
    """Pillow looks at none of them."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
        )

    extra = (
        chunk(b"gAMA", struct.pack(">I", 100000)),
        chunk(b"sRGB", b"\0"),
        chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)),
        chunk(b"tIME", struct.pack(">HBBBBB", 2020, 1, 2, 3, 4, 5)),
    )
    for number, more in enumerate((b"", *extra)):
        for mode in ("L", "RGB"):
            folder = tmp_path / mode
            folder.mkdir(exist_ok=True)
            stream = io.BytesIO()
            Image.fromarray(noise(10, 10, seed=number)).convert(mode).save(stream, "PNG")
            content = stream.getvalue()
            (folder / f"{number}.png").write_bytes(content[:33] + more + content[33:])
    assert len(check(tmp_path / "L", (10, 10, 1))) == 5
    assert len(check(tmp_path / "RGB", (10, 10, 3))) == 5


def test_of_damaged_files_nothing_is_taken_that_pillow_refuses_or_sees_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_png, "_MOST_A_BATCH", 1)
    monkeypatch.setattr(plain_png, "_MOST_A_GROUP", 1)
    generator = np.random.default_rng(5)
    stream = io.BytesIO()
    smooth(generator, 24, 24, "RGB").save(stream, "PNG")
    whole = stream.getvalue()
    for number in range(40):
        (tmp_path / f"whole{number}.png").write_bytes(whole)
    for number in range(60):
        cut = int(generator.integers(1, len(whole)))
        (tmp_path / f"cut{number}.png").write_bytes(whole[:cut])
        wrong = bytearray(whole)
        wrong[int(generator.integers(len(whole)))] ^= int(generator.integers(1, 256))
        (tmp_path / f"wrong{number}.png").write_bytes(wrong)
    (tmp_path / "empty.png").write_bytes(b"")
    found = decoded(tmp_path, (24, 24, 3))
    assert {name for name in found if name.startswith("whole")} == {f"whole{n}.png" for n in range(40)}
    for name, pixels in found.items():
        try:
            mine = decode_file(tmp_path / name, (24, 24, 3), "stretch")
        except PictureError as error:
            pytest.fail(f"{name}: {error}")
        assert np.array_equal(pixels, mine), name


def test_a_damaged_file_takes_only_those_with_it_that_came_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plain_png, "_MOST_A_BATCH", 8)
    monkeypatch.setattr(plain_png, "_MOST_A_GROUP", 4)
    for number in range(200):
        Image.fromarray(noise(10, 10, seed=number)).save(tmp_path / f"{number}.png")
    damaged = bytearray((tmp_path / "100.png").read_bytes())
    damaged[60] ^= 255
    (tmp_path / "100.png").write_bytes(damaged)
    (tmp_path / "gone.png").symlink_to(tmp_path / "nowhere")
    found = check(tmp_path, (10, 10, 3))
    assert not {"100.png", "gone.png"} & set(found)
    assert len(found) >= 199 - 2 * 8


def test_a_header_that_promises_too_much_takes_no_memory(tmp_path: Path) -> None:
    """Its picture would be 20 GB."""
    stream = io.BytesIO()
    Image.fromarray(noise(10, 10)).save(stream, "PNG")
    content = stream.getvalue()
    for number in range(9):
        (tmp_path / f"{number}.png").write_bytes(content)
    head = struct.pack(">4sII", b"IHDR", 80000, 80000) + content[24:29]
    (tmp_path / "bomb.png").write_bytes(
        content[:12] + head + struct.pack(">I", zlib.crc32(head)) + content[33:]
    )
    assert set(check(tmp_path, (10, 10, 3))) == {f"{number}.png" for number in range(9)}


def test_a_pipe_and_a_file_of_gigabytes_are_not_even_opened(tmp_path: Path) -> None:
    for number in range(5):
        Image.fromarray(noise(10, 10, seed=number)).save(tmp_path / f"{number}.png")
    os.mkfifo(tmp_path / "pipe.png")  # to read it would wait for ever
    with (tmp_path / "sparse.png").open("wb") as stream:
        stream.write((tmp_path / "0.png").read_bytes())
        stream.truncate(60 * 2**30)
    assert set(decoded(tmp_path, (10, 10, 3))) == {f"{number}.png" for number in range(5)}


def test_what_fails_at_every_step_comes_to_an_end() -> None:
    class Failing:
        asked = 0

        def __next__(self) -> None:
            self.asked += 1
            raise tf.errors.InternalError(None, None, "again and again")

    failing = Failing()
    kind = plain_png._Kind(width=4, height=4, channels=1)
    assert list(plain_png._plain(failing, 9, kind, (4, 4, 1), "stretch")) == []
    assert 9 <= failing.asked <= 10


def test_folders_of_a_mixture_and_few_files_are_left_to_pillow(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        Image.fromarray(noise(10 + number, 10)).save(tmp_path / f"{number}.png")
    assert decoded(tmp_path, (10, 10, 3)) == {}
    same = tmp_path / "same"
    same.mkdir()
    for number in range(6):
        Image.fromarray(noise(10, 10)).save(same / f"{number}.png")
    assert len(decoded(same, (10, 10, 3))) == 6
    monkeypatch.setattr(plain_png, "FEW", 7)
    assert decoded(same, (10, 10, 3)) == {}

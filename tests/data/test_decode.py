"""The decoding rule, value by value, and the array of many images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image

from cnnstudio.data.decode import decode, load_images
from cnnstudio.data.image_folder import scan
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.data.thumbnail import thumbnail
from tests.data.pictures import bomb_bytes, jpeg_bytes, noise, save, two_classes, with_orientation


def test_an_image_of_the_right_size_and_kind_is_untouched(tmp_path: Path) -> None:
    pixels = noise()
    got = decode(save(tmp_path / "a.png", pixels), height=8, width=12, channels=3)
    assert got.dtype == np.uint8
    assert np.array_equal(got, pixels)
    grey = noise(channels=1)
    got = decode(save(tmp_path / "b.png", grey), height=8, width=12, channels=1)
    assert np.array_equal(got, grey[..., np.newaxis])


def test_grey_is_repeated_and_colour_becomes_luma(tmp_path: Path) -> None:
    grey = noise(channels=1)
    got = decode(save(tmp_path / "a.png", grey), height=8, width=12, channels=3)
    assert np.array_equal(got, np.stack([grey] * 3, axis=-1))
    colour = noise()
    luma = decode(save(tmp_path / "b.png", colour), height=8, width=12, channels=1)[..., 0]
    assert np.abs(luma - colour @ np.array([0.299, 0.587, 0.114])).max() <= 1


def test_sixteen_bits_are_divided_by_257_and_not_cut_off(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 96).astype(np.uint16).reshape(8, 12)
    for name in ("a.png", "a.tif"):
        got = decode(save(tmp_path / name, values), height=8, width=12, channels=1)[..., 0]
        assert np.array_equal(got, np.round(values / 257).astype(np.uint8))
        assert (got.min(), got.max()) == (0, 255)


def test_sixteen_bit_big_endian_tiff_is_the_same(tmp_path: Path) -> None:
    values = np.linspace(0, 65535, 96).astype(np.uint16).reshape(8, 12)
    picture = Image.frombytes("I;16B", (12, 8), values.astype(">u2").tobytes())
    got = decode(save(tmp_path / "a.tif", picture), height=8, width=12, channels=1)[..., 0]
    assert np.array_equal(got, np.round(values / 257).astype(np.uint8))


def test_transparency_is_laid_on_white(tmp_path: Path) -> None:
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0, 0] = (255, 0, 0, 255)
    pixels[0, 1] = (255, 0, 0, 0)
    pixels[1, 0] = (0, 0, 0, 128)
    got = decode(save(tmp_path / "a.png", pixels), height=2, width=2, channels=3)
    assert got[0, 0].tolist() == [255, 0, 0]
    assert got[0, 1].tolist() == [255, 255, 255]
    assert abs(int(got[1, 0, 0]) - 127) <= 1
    grey = decode(tmp_path / "a.png", height=2, width=2, channels=1)
    assert grey[0, 1, 0] == 255


def test_a_palette_is_looked_up_and_its_transparent_colour_is_white(tmp_path: Path) -> None:
    picture = Image.new("P", (2, 1))
    picture.putpalette([10, 20, 30, 200, 100, 50])
    picture.putpixel((1, 0), 1)
    got = decode(save(tmp_path / "a.png", picture), height=1, width=2, channels=3)
    assert got[0].tolist() == [[10, 20, 30], [200, 100, 50]]
    got = decode(save(tmp_path / "b.png", picture, transparency=1), height=1, width=2, channels=3)
    assert got[0].tolist() == [[10, 20, 30], [255, 255, 255]]


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    cyan = Image.new("CMYK", (16, 16), (255, 0, 0, 0))
    got = decode(save(tmp_path / "a.tif", cyan), height=16, width=16, channels=3)
    assert got[0, 0].tolist() == [0, 255, 255]
    assert decode(tmp_path / "a.tif", height=16, width=16, channels=1).shape == (16, 16, 1)


def test_black_and_white_is_0_and_255(tmp_path: Path) -> None:
    picture = Image.fromarray(np.array([[0, 255]], np.uint8)).convert("1")
    assert decode(save(tmp_path / "a.png", picture), height=1, width=2, channels=1).ravel().tolist() == [
        0,
        255,
    ]


def test_an_animation_gives_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    for name in ("a.gif", "a.webp", "a.tif", "a.png"):
        path = save(tmp_path / name, frames[0], save_all=True, append_images=frames[1:])
        assert decode(path, height=4, width=4, channels=3)[0, 0, 2] < 20
        assert decode(path, height=4, width=4, channels=3)[0, 0, 0] > 235


@pytest.mark.parametrize("suffix", [".png", ".webp", ".tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_images_are_turned_upright(tmp_path: Path, orientation: int, suffix: str) -> None:
    upright = noise(6, 4)
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    options = {"lossless": True, "exact": True} if suffix == ".webp" else {}
    path = save(
        tmp_path / f"a{suffix}", np.ascontiguousarray(stored), exif=with_orientation(orientation), **options
    )
    assert np.array_equal(decode(path, height=4, width=6, channels=3), upright)


def test_damaged_exif_leaves_the_image_as_it_is(tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", noise(), exif=b"Exif\0\0garbage")
    assert np.array_equal(decode(path, height=8, width=12, channels=3), noise())


def test_shrinking_averages_and_does_not_skip_pixels(tmp_path: Path) -> None:
    stripes = np.zeros((64, 64), np.uint8)
    stripes[:, ::2] = 255
    got = decode(save(tmp_path / "a.png", stripes), height=8, width=8, channels=1)
    assert got.min() > 115
    assert got.max() < 140


def test_a_large_jpeg_decoded_small_is_close_to_the_full_decoding(tmp_path: Path) -> None:
    smooth = Image.fromarray(noise(16, 12)).resize((1600, 1200), Image.Resampling.BICUBIC)
    path = save(tmp_path / "a.jpg", smooth, quality=95)
    got = decode(path, height=32, width=32, channels=3).astype(int)
    full = np.asarray(Image.open(path).resize((32, 32), Image.Resampling.BILINEAR)).astype(int)
    assert np.abs(got - full).max() <= 4


@pytest.mark.parametrize("channels", [0, 2, 4])
def test_other_channel_counts_are_refused_with_the_cure(tmp_path: Path, channels: int) -> None:
    with pytest.raises(DataError, match="Give the Input a shape"):
        decode(save(tmp_path / "a.png"), height=8, width=8, channels=channels)


def test_a_bad_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "cut.jpg"
    path.write_bytes(jpeg_bytes(400, 300)[:2000])
    with pytest.raises(DataError, match=r"cut\.jpg: The file is cut off") as caught:
        decode(path, height=8, width=8, channels=3)
    assert caught.value.code == "image.truncated"


def test_many_images_become_one_array_with_their_labels(tmp_path: Path) -> None:
    report = scan(two_classes(tmp_path, each=70))
    done: list[tuple[int, int]] = []
    images = load_images(report, height=8, width=12, channels=3, progress=lambda *call: done.append(call))
    assert images.pixels.shape == (140, 8, 12, 3)
    assert images.pixels.dtype == np.uint8
    assert images.labels.tolist() == report.labels.tolist()
    assert done[-1] == (140, 140)
    for number in (0, 69, 139):
        path = report.root / report.images[number].path
        assert np.array_equal(images.pixels[number], decode(path, height=8, width=12, channels=3))


def test_threads_do_not_change_what_is_loaded(tmp_path: Path) -> None:
    report = scan(two_classes(tmp_path, each=70))
    one, four = (load_images(report, height=6, width=6, channels=1, workers=count) for count in (1, 4))
    assert np.array_equal(one.pixels, four.pixels)


def test_indices_pick_images_in_their_order(tmp_path: Path) -> None:
    report = scan(two_classes(tmp_path))
    images = load_images(report, height=8, width=12, channels=3, indices=[5, 0])
    assert images.labels.tolist() == [1, 0]
    assert images.indices.tolist() == [5, 0]
    assert np.array_equal(
        images.pixels[1], decode(tmp_path / "cat" / "0.png", height=8, width=12, channels=3)
    )


def test_a_list_of_paths_serves_as_well(tmp_path: Path) -> None:
    two_classes(tmp_path)
    paths = [tmp_path / "cat" / "0.png", tmp_path / "dog" / "1.png"]
    images = load_images(paths, labels=[0, 1], height=8, width=12, channels=3)
    assert images.labels.tolist() == [0, 1]


def test_a_file_that_broke_since_the_scan_is_left_out_and_told(tmp_path: Path) -> None:
    report = scan(two_classes(tmp_path))
    (tmp_path / "cat" / "1.png").write_bytes(b"")
    (tmp_path / "dog" / "2.png").unlink()
    images = load_images(report, height=8, width=12, channels=3)
    assert [problem.path for problem in images.problems] == ["cat/1.png", "dog/2.png"]
    assert images.labels.tolist() == [0, 0, 1, 1]
    assert images.indices.tolist() == [0, 2, 3, 4]
    assert len(images.pixels) == 4


def test_no_images_give_an_empty_array() -> None:
    assert load_images([], height=8, width=8, channels=1).pixels.shape == (0, 8, 8, 1)


def test_more_images_than_memory_are_refused_before_they_are_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = scan(two_classes(tmp_path))
    with pytest.raises(DataError, match="GB are free") as caught:
        load_images(report, height=10**6, width=10**6, channels=3)
    assert caught.value.code == "memory.images"
    free = psutil.virtual_memory()._replace(available=100)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    with pytest.raises(DataError, match="Use a smaller input size"):
        load_images(report, height=8, width=8, channels=3)


def test_loading_stops_when_cancelled(tmp_path: Path) -> None:
    report = scan(two_classes(tmp_path))
    with pytest.raises(Cancelled):
        load_images(report, height=8, width=8, channels=3, cancelled=lambda: True)


def test_a_thumbnail_keeps_the_aspect_ratio_and_never_enlarges(tmp_path: Path) -> None:
    pixels, problem = thumbnail(save(tmp_path / "a.jpg", noise(300, 200)), 60)
    assert problem is None
    assert pixels is not None
    assert pixels.shape == (40, 60, 3)
    assert pixels.flags.c_contiguous
    small, _ = thumbnail(save(tmp_path / "b.png", noise(channels=1)), 60)
    assert small is not None
    assert small.shape == (8, 12, 3)
    line, _ = thumbnail(save(tmp_path / "c.png", noise(1000, 1)), 50)
    assert line is not None
    assert line.shape == (1, 50, 3)


@pytest.mark.parametrize("content", [b"", b"text", bomb_bytes(60_000, 60_000), jpeg_bytes(400, 300)[:2000]])
def test_a_thumbnail_of_a_bad_file_is_none_with_the_reason(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(content)
    pixels, problem = thumbnail(path, 60)
    assert pixels is None
    assert problem is not None
    assert str(problem.message)
    assert thumbnail(tmp_path / "gone.png", 60)[0] is None


def test_resize_rules_stretch_cut_or_pad(tmp_path: Path) -> None:
    wide = np.zeros((10, 30, 3), np.uint8)
    wide[:, :10], wide[:, 10:20], wide[:, 20:] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    path = save(tmp_path / "wide.png", wide)
    cut = decode(path, height=10, width=10, channels=3, resize="crop")
    assert (cut == (0, 255, 0)).all()
    padded = decode(path, height=30, width=30, channels=3, resize="pad")
    assert np.array_equal(padded[10:20], wide)
    assert not padded[:10].any()
    assert not padded[20:].any()
    stretched = decode(path, height=10, width=15, channels=3)
    assert np.array_equal(stretched, decode(path, height=10, width=15, channels=3, resize="stretch"))
    assert (stretched[:, 0] == (255, 0, 0)).all()
    for rule in ("stretch", "crop", "pad"):  # of the same shape there is nothing to choose
        assert np.array_equal(decode(path, height=10, width=30, channels=3, resize=rule), wide)


def test_a_line_is_padded_to_at_least_one_pixel(tmp_path: Path) -> None:
    line = save(tmp_path / "line.png", np.full((1, 400), 200, np.uint8))
    padded = decode(line, height=8, width=8, channels=1, resize="pad")
    assert padded.any(axis=(1, 2)).sum() == 1
    assert decode(line, height=8, width=8, channels=1, resize="crop").min() == 200


def test_every_shape_can_be_cut_or_padded_to_every_other(tmp_path: Path) -> None:
    for width, height in ((220, 220), (124, 61), (110, 200), (55, 43), (52, 53), (1, 400), (3, 1)):
        path = save(tmp_path / f"{width}x{height}.png", noise(width, height, channels=1))
        for size in ((20, 30), (30, 20), (28, 28), (1, 1), (7, 64)):
            for rule in ("crop", "pad"):
                got = decode(path, height=size[0], width=size[1], channels=1, resize=rule)
                assert got.shape == (*size, 1)

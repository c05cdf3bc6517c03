"""JPEG files decoded without Pillow: exactly its pixels, or left to it."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from cnnstudio.data import decode as decoding
from cnnstudio.data import plain_jpeg
from cnnstudio.data.decode import decode_file
from cnnstudio.data.picture import PictureError
from tests.data.pictures import noise, smooth, with_orientation


def jpeg(picture: Image.Image | np.ndarray, **options: object) -> bytes:
    stream = io.BytesIO()
    picture = Image.fromarray(picture) if isinstance(picture, np.ndarray) else picture
    picture.save(stream, "JPEG", **options)
    return stream.getvalue()


def by_pillow(path: Path, shape: tuple[int, int, int], resize: str, patch: pytest.MonkeyPatch) -> np.ndarray:
    with patch.context() as without:
        without.setattr(plain_jpeg, "read_header", lambda _content: None)
        return decode_file(path, shape, resize)


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("seed", range(6))
def test_files_of_any_size_quality_and_kind_are_pillows_pixels(
    tmp_path: Path, mode: str, channels: int, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "MAXBLOCK", 1 << 20)  # room for files that are larger than their pictures
    generator = np.random.default_rng([seed, channels, len(mode)])
    plain = 0
    for number in range(40):
        width, height = (int(side) for side in generator.integers(1, 300, 2))
        content = jpeg(
            smooth(generator, width, height, mode),
            quality=int(generator.integers(5, 101)),
            subsampling=int(generator.integers(0, 3)),
            progressive=bool(generator.integers(2)),
            optimize=bool(generator.integers(2)),
            restart_marker_blocks=int(generator.integers(0, 4)),
        )
        path = tmp_path / f"{number}.jpg"
        path.write_bytes(content)
        plain += plain_jpeg.read_header(content) == (height, width, 1 if mode == "L" else 3)
        wanted = (height, width) if seed < 2 else tuple(int(side) for side in generator.integers(1, 90, 2))
        shape = (*wanted, channels)
        resize = ("stretch", "crop", "pad")[seed % 3]
        expected = by_pillow(path, shape, resize, monkeypatch)
        assert np.array_equal(decode_file(path, shape, resize), expected)
        out = np.full(shape, 7, np.uint8)
        assert decode_file(path, shape, resize, out) is out
        assert np.array_equal(out, expected)
    assert plain == 40


@pytest.mark.parametrize("times", [1, 2, 3, 4, 7, 8, 11])
def test_a_large_picture_is_decoded_smaller_as_pillow_does(times: int) -> None:
    content = jpeg(smooth(np.random.default_rng(times), 20 * times + 3, 15 * times + 5, "RGB"))
    header = plain_jpeg.read_header(content)
    assert header is not None
    found = plain_jpeg.decode(content, header, (15, 20))
    picture = Image.open(io.BytesIO(content))
    picture.draft(None, (20, 15))
    assert found is not None
    assert np.array_equal(found, np.asarray(picture))


@pytest.mark.parametrize(
    "content",
    [
        jpeg(noise(16, 16), exif=with_orientation(6)),
        jpeg(noise(16, 16), xmp=b"<x:xmpmeta/>"),
        jpeg(Image.fromarray(noise(16, 16)).convert("CMYK")),
        jpeg(noise(16, 16))[:-40][:300],
        b"\xff\xd8",
        b"\xff\xd8\xff\xc0",
        b"",
        b"\x89PNG\r\n\x1a\n" + bytes(40),
    ],
    ids=["turned", "xmp", "print", "cut header", "start alone", "cut frame", "nothing", "another format"],
)
def test_what_needs_care_is_left_to_pillow(content: bytes) -> None:
    assert plain_jpeg.read_header(content) is None


@pytest.mark.parametrize("kind", [0xC3, 0xC5, 0xC9, 0xCA, 0xCB])
def test_other_codings_are_left_to_pillow(kind: int) -> None:
    content = jpeg(noise(16, 16))
    assert plain_jpeg.read_header(content) == (16, 16, 3)
    assert plain_jpeg.read_header(content.replace(b"\xff\xc0", bytes([0xFF, kind]), 1)) is None


def test_a_comment_and_a_colour_profile_change_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg(noise(16, 16), comment=b"hello", icc_profile=bytes(70000), dpi=(300, 300)))
    assert plain_jpeg.read_header(path.read_bytes()) == (16, 16, 3)
    shape = (16, 16, 3)
    assert np.array_equal(decode_file(path, shape, "stretch"), by_pillow(path, shape, "stretch", monkeypatch))


def test_of_damaged_files_nothing_is_taken_that_pillow_refuses_or_sees_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = np.random.default_rng(5)
    whole = jpeg(smooth(generator, 40, 30, "RGB"))
    shape = (30, 40, 3)
    outcomes = {"same": 0, "refused": 0}
    for number in range(400):
        damaged = bytearray(whole[: int(generator.integers(1, len(whole)))] if number % 2 else whole)
        for _ in range(number % 3):
            damaged[int(generator.integers(len(damaged)))] ^= int(generator.integers(1, 256))
        path = tmp_path / "a.jpg"
        path.write_bytes(damaged)
        out = np.zeros(shape, np.uint8)
        expected = problem = None
        try:
            expected = by_pillow(path, shape, "stretch", monkeypatch)
        except PictureError as error:
            problem = error.problem
        if problem is None:
            outcomes["same"] += 1
            assert np.array_equal(decode_file(path, shape, "stretch", out), expected)
        else:
            outcomes["refused"] += 1
            with pytest.raises(PictureError) as found:
                decode_file(path, shape, "stretch", out)
            assert found.value.problem == problem
    assert min(outcomes.values()) > 40


def test_a_header_that_promises_too_much_is_pillows_to_refuse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytearray(jpeg(noise(16, 16)))
    at = content.index(b"\xff\xc0") + 5
    content[at : at + 4] = b"\xff\xff\xff\xff"
    path = tmp_path / "bomb.jpg"
    path.write_bytes(content)
    monkeypatch.setattr(plain_jpeg, "decode", lambda *_: pytest.fail("it was decoded"))
    assert decoding.BIG < 65535 * 65535
    with pytest.raises(PictureError) as found:
        decode_file(path, (8, 8, 3), "stretch")
    assert found.value.problem.code == "image.bomb"

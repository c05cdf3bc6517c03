"""Every kind of odd and broken image file has a finding with a cure, and none stops the scan."""

from __future__ import annotations

import json
import os
import warnings
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.data import picture
from cnnstudio.data.image_folder import scan
from cnnstudio.data.report_text import render_text
from tests.data.findings import found, only, paths
from tests.data.pictures import bomb_bytes, jpeg_bytes, noise, save, two_classes, with_orientation


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("keep", [0.3, 0.6, 0.95])
def test_a_truncated_jpeg_is_found_however_much_is_left(
    tmp_path: Path, keep: float, progressive: bool
) -> None:
    content = jpeg_bytes(400, 300, progressive=progressive)
    (two_classes(tmp_path) / "cat" / "cut.jpg").write_bytes(content[: int(len(content) * keep)])
    report = scan(tmp_path)
    assert only(report, "image.truncated").path == "cat/cut.jpg"
    assert "cat/cut.jpg" not in paths(report)
    assert report.trainable


@pytest.mark.parametrize("suffix", [".png", ".gif", ".webp", ".bmp", ".tif"])
def test_other_truncated_files_are_left_out(tmp_path: Path, suffix: str) -> None:
    whole = save(tmp_path / "whole" / f"x{suffix}", noise(100, 100))
    content = whole.read_bytes()
    (two_classes(tmp_path / "data") / "cat" / f"cut{suffix}").write_bytes(content[: len(content) // 2])
    report = scan(tmp_path / "data")
    (problem,) = report.problems
    assert problem.path == f"cat/cut{suffix}"
    assert problem.severity == "error"
    assert problem.code in {"image.truncated", "image.damaged", "image.not_image"}


def test_an_empty_file_is_left_out(tmp_path: Path) -> None:
    (two_classes(tmp_path) / "cat" / "empty.png").touch()
    problem = only(scan(tmp_path), "file.empty")
    assert problem.path == "cat/empty.png"
    assert "0 bytes" in str(problem.message)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1", "HEIC"),
        (b"\0\0\0\x18ftypavif\0\0\0\0mif1", "AVIF"),
        (b"<!DOCTYPE html><html>404</html>", "web page"),
        (b'<?xml version="1.0"?><svg width="5">', "SVG"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_other_content_behind_a_picture_name_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    (two_classes(tmp_path) / "cat" / "other.jpg").write_bytes(content)
    assert words in str(only(scan(tmp_path), "image.other").message)


def test_text_called_png_is_no_image(tmp_path: Path) -> None:
    (two_classes(tmp_path) / "cat" / "notes.png").write_text("not a picture")
    assert only(scan(tmp_path), "image.not_image").path == "cat/notes.png"


def test_a_misnamed_image_is_used_and_told(tmp_path: Path) -> None:
    save(two_classes(tmp_path) / "cat" / "really.jpg", format="PNG")
    report = scan(tmp_path)
    problem = only(report, "image.misnamed")
    assert (problem.severity, problem.path) == ("warning", "cat/really.jpg")
    assert "PNG" in str(problem.message)
    assert "cat/really.jpg" in paths(report)


def test_odd_kinds_are_used_and_told_once_each(tmp_path: Path) -> None:
    cat = two_classes(tmp_path) / "cat"
    save(cat / "cmyk.jpg", Image.fromarray(noise()).convert("CMYK"))
    save(cat / "deep.png", np.arange(96, dtype=np.uint16).reshape(8, 12) * 600)
    save(cat / "palette.png", Image.fromarray(noise()).convert("P"))
    save(cat / "alpha.png", noise(channels=4))
    frames = [Image.fromarray(noise(seed=seed)) for seed in (1, 2, 3)]
    save(cat / "moving.webp", frames[0], save_all=True, append_images=frames[1:], lossless=True)
    save(cat / "turned.jpg", noise(), exif=with_orientation(6))
    report = scan(tmp_path)
    assert len(report.images) == 12
    traits = {image.path: image.traits for image in report.images if image.traits}
    assert traits == {
        "cat/cmyk.jpg": ("cmyk",),
        "cat/deep.png": ("16-bit",),
        "cat/palette.png": ("palette",),
        "cat/alpha.png": ("alpha",),
        "cat/moving.webp": ("animated",),
        "cat/turned.jpg": ("rotated",),
    }
    for code in ("cmyk", "16_bit", "palette", "alpha", "animated", "rotated"):
        assert only(report, f"image.{code}").severity == "hint"
    turned = next(image for image in report.images if image.path == "cat/turned.jpg")
    assert (turned.width, turned.height) == (8, 12)


def test_an_animated_gif_counts_as_one_image(tmp_path: Path) -> None:
    frames = [Image.fromarray(noise(seed=seed)) for seed in (1, 2)]
    save(two_classes(tmp_path) / "cat" / "moving.gif", frames[0], save_all=True, append_images=frames[1:])
    report = scan(tmp_path)
    assert len(report.images) == 7
    assert "animated" in next(image for image in report.images if image.format == "GIF").traits


def test_a_tiff_that_is_stored_on_its_side_has_its_upright_size(tmp_path: Path) -> None:
    save(two_classes(tmp_path) / "cat" / "turned.tif", noise(), exif=with_orientation(8))
    entry = next(image for image in scan(tmp_path).images if image.format == "TIFF")
    assert (entry.width, entry.height) == (8, 12)


def test_pixels_without_a_known_range_are_refused(tmp_path: Path) -> None:
    save(two_classes(tmp_path) / "cat" / "float.tif", np.linspace(0, 1, 96, dtype=np.float32).reshape(8, 12))
    assert only(scan(tmp_path), "image.mode").path == "cat/float.tif"


@pytest.mark.parametrize("size", [(60_000, 60_000), (12_000, 12_000)])
def test_a_decompression_bomb_is_a_problem_and_not_a_crash(tmp_path: Path, size: tuple[int, int]) -> None:
    (two_classes(tmp_path) / "cat" / "bomb.png").write_bytes(bomb_bytes(*size))
    problem = only(scan(tmp_path), "image.bomb")
    assert problem.path == "cat/bomb.png"
    assert "million pixels" in str(problem.message) or "million are read" in str(problem.message)


def test_no_warning_of_pillow_reaches_the_user(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cat = two_classes(tmp_path) / "cat"
    (cat / "large.png").write_bytes(bomb_bytes(9_800, 9_800))  # Pillow warns above 89 million pixels
    tiff = save(cat / "odd.tif", noise()).read_bytes()
    (cat / "odd.tif").write_bytes(tiff[:-20])
    save(cat / "palette.png", Image.fromarray(noise()).convert("P"), transparency=bytes(range(256)))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = scan(tmp_path)
    assert found(report, "image.truncated") or found(report, "image.damaged")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_running_out_of_memory_in_one_image_leaves_that_image_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_classes(tmp_path)
    save(tmp_path / "cat" / "huge.bmp")

    def no_memory(self: Image.Image) -> object:
        raise MemoryError

    monkeypatch.setattr("PIL.BmpImagePlugin.BmpImageFile.load", no_memory)
    report = scan(tmp_path)
    assert only(report, "image.memory").path == "cat/huge.bmp"
    assert len(report.images) == 6


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_does_not_hang_the_scan(tmp_path: Path) -> None:
    os.mkfifo(two_classes(tmp_path) / "cat" / "pipe.png")
    assert only(scan(tmp_path), "file.special").path == "cat/pipe.png"


@pytest.mark.skipif(
    os.name == "nt" or os.uname().sysname == "Darwin", reason="file names are bytes on Linux only"
)
def test_a_file_name_that_is_no_text_can_be_reported(tmp_path: Path) -> None:
    two_classes(tmp_path)
    name = os.fsdecode(b"bad\xff.png")
    (tmp_path / "cat" / name).write_bytes(b"")
    report = scan(tmp_path)
    json.dumps(report.to_json(), ensure_ascii=False).encode()
    assert "bad\\xff.png" in render_text(report).encode().decode()


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    two_classes(tmp_path)
    with (tmp_path / "cat" / "huge.png").open("wb") as file:
        file.truncate(picture.MAX_FILE_BYTES + 1)
    assert only(scan(tmp_path), "file.huge").path == "cat/huge.png"

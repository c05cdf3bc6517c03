"""A folder of hostile and odd files: the doctor names every bad one, uses every odd one, and never stumbles."""

from __future__ import annotations

import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.data.decode import load_images
from cnnstudio.data.image_folder import scan
from cnnstudio.data.report import DataReport
from cnnstudio.data.report_text import render_text
from cnnstudio.data.settings import DataSettings
from tests.data.pictures import bomb_bytes, jpeg_bytes, noise, save, two_classes, with_orientation

BAD = {
    "截断.jpg": "image.truncated",
    "cut.png": "image.truncated",
    "empty.png": "file.empty",
    "bomb.png": "image.bomb",
    "huge.png": "image.bomb",
    "page.jpg": "image.other",
    "text.bmp": "image.not_image",
    "zeros.gif": "image.not_image",
    "body.png": "image.damaged",
    "gone.png": "file.unreadable",
}
ODD = {
    "印刷.jpg": "image.cmyk",
    "deep.png": "image.16_bit",
    "palette.gif": "image.palette",
    "moving.gif": "image.animated",
    "clear.png": "image.alpha",
    "side.jpg": "image.rotated",
    "really_a_png.jpg": "image.misnamed",
    "plain.bmp": "image.blank",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = two_classes(tmp_path_factory.mktemp("hostile"))
    bad, odd = root / "坏", root / "odd"
    bad.mkdir()
    whole = save(odd / "whole.png", noise(60, 60, seed=1)).read_bytes()
    (bad / "截断.jpg").write_bytes(jpeg_bytes()[:-300])
    (bad / "cut.png").write_bytes(whole[: len(whole) // 2])
    (bad / "empty.png").touch()
    (bad / "bomb.png").write_bytes(bomb_bytes(60_000, 60_000))
    (bad / "huge.png").write_bytes(bomb_bytes(12_000, 12_000))
    (bad / "page.jpg").write_text("<!DOCTYPE html><html><body>404</body></html>")
    (bad / "text.bmp").write_text("no picture at all")
    (bad / "zeros.gif").write_bytes(bytes(4000))
    body = bytearray(whole)
    body[100:160] = bytes(60)
    (bad / "body.png").write_bytes(body)
    (bad / "gone.png").symlink_to(bad / "nowhere.png")
    save(odd / "印刷.jpg", Image.fromarray(noise(40, 40, seed=2)).convert("CMYK"))
    save(odd / "deep.png", np.arange(1600, dtype=np.uint16).reshape(40, 40) * 40)
    save(odd / "palette.gif", Image.fromarray(noise(40, 40, seed=3)).quantize(32))
    frames = [Image.fromarray(noise(40, 40, seed=seed)) for seed in (4, 5, 6)]
    frames[0].save(odd / "moving.gif", save_all=True, append_images=frames[1:])
    save(odd / "clear.png", noise(40, 40, channels=4, seed=7))
    save(odd / "side.jpg", noise(40, 20, seed=8), exif=with_orientation(6))
    Image.fromarray(noise(40, 40, seed=9)).save(odd / "really_a_png.jpg", "PNG")
    save(odd / "plain.bmp", Image.new("RGB", (40, 40), "teal"))
    return root


@pytest.fixture(scope="module")
def report(folder: Path) -> DataReport:
    return scan(folder)


def test_every_bad_file_is_named_with_its_reason(report: DataReport) -> None:
    named = {problem.path: problem for problem in report.problems if problem.path.startswith("坏/")}
    assert {path: problem.code for path, problem in named.items()} == {f"坏/{n}": c for n, c in BAD.items()}
    assert all(problem.severity == "error" for problem in named.values())
    assert all(problem.surplus == (path,) for path, problem in named.items())


def test_every_odd_file_is_used_and_told_of(report: DataReport) -> None:
    told = {
        (path, problem.code) for problem in report.problems for group in problem.pictures for path in group
    }
    assert {(f"odd/{name}", code) for name, code in ODD.items()} <= told
    used = {image.path for image in report.images}
    assert {f"odd/{name}" for name in ODD} <= used
    assert not any(path.startswith("坏/") for path in used)


def test_nothing_bad_reaches_training_and_quarantine_silences_it(folder: Path, report: DataReport) -> None:
    for rule in ("stretch", "crop", "pad"):
        loaded = load_images(report, height=24, width=32, channels=3, resize=rule)
        assert loaded.problems == ()
        assert loaded.pixels.shape == (len(report.images), 24, 32, 3)
    bad = tuple(
        path for problem in report.problems if problem.severity == "error" for path in problem.surplus
    )
    assert not [one for one in scan(folder, DataSettings(quarantine=bad)).problems if one.severity == "error"]


def test_random_bytes_with_the_beginning_of_a_picture_never_stop_a_scan(tmp_path: Path) -> None:
    two_classes(tmp_path)
    random = np.random.default_rng(3)
    for suffix in (".png", ".jpg", ".gif", ".bmp", ".webp", ".tif"):
        content = bytearray(save(tmp_path / "whole" / f"x{suffix}", noise(32, 32)).read_bytes())
        for number in range(12):
            harmed = bytearray(content)
            for place in random.integers(8, len(content), 6):
                harmed[place] = int(random.integers(256))
            (tmp_path / "cat" / f"{zlib.crc32(harmed)}-{number}{suffix}").write_bytes(harmed)
    report = scan(tmp_path)
    shown = render_text(report)
    assert len(report.images) + sum(problem.severity == "error" for problem in report.problems) >= 84
    assert str(tmp_path) in shown

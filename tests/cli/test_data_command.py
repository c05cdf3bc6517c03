"""data: the report on a folder, as text and as JSON; NumPy and Pillow only."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

Cnnstudio = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("猫", "dog"):
        (tmp_path / "data" / name).mkdir(parents=True)
        for number in range(3):
            Image.new("L", (8, 8), 40 * number).save(tmp_path / "data" / name / f"{name}{number}.png")
    (tmp_path / "data" / "dog" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return tmp_path / "data"


def test_a_folder_is_reported_as_text_and_as_json(cnnstudio: Cnnstudio, folder: Path) -> None:
    said = cnnstudio("data", folder)
    assert (said.code, said.err) == (0, "")
    assert "猫" in said.out
    assert "broken.png" in said.out
    report = cnnstudio("data", folder, "--json").json
    assert report["images"] == 6
    assert [one["count"] for one in report["classes"]] == [3, 3]
    assert [one["path"] for one in report["problems"] if one["severity"] == "error"] == ["dog/broken.png"]


def test_a_folder_that_cannot_be_trained_on_ends_with_1(cnnstudio: Cnnstudio, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = cnnstudio("data", tmp_path / "empty", "--json")
    assert said.code == 1
    assert said.json["trainable"] is False


def test_a_folder_that_is_not_there_ends_with_2(cnnstudio: Cnnstudio, tmp_path: Path) -> None:
    said = cnnstudio("data", tmp_path / "nope")
    assert (said.code, said.out) == (2, "")
    assert "does not exist" in said.err
    assert "Traceback" not in said.err

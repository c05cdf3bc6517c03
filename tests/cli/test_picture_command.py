"""picture: a file without a display, and a sentence for what cannot be drawn or written."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cnnstudio = Callable[..., Any]


@pytest.fixture
def lenet(cnnstudio: Cnnstudio, tmp_path: Path) -> Path:
    assert cnnstudio("new", "lenet5", "-o", "lenet.cnn").code == 0
    return tmp_path / "lenet.cnn"


@pytest.mark.parametrize(("ending", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_it_writes_a_picture_without_a_display(
    lenet: Path, tmp_path: Path, checkout: Path, ending: str, start: bytes
) -> None:
    without = {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}
    environment = {name: value for name, value in os.environ.items() if name not in without}
    done = subprocess.run(
        [sys.executable, str(checkout / "main.py"), "picture", str(lenet), "-o", f"out.{ending}"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (tmp_path / f"out.{ending}").read_bytes().startswith(start)
    if ending == "svg":
        found = {e.text for e in ET.parse(tmp_path / "out.svg").iter() if e.tag.endswith("}text")}
        assert {"conv1", "28 × 28 × 1", "2,416"} <= found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lenet.cnn", "-o", "out.gif"], ".svg, .png or .pdf"),
        (["lenet.cnn", "-o", "missing/out.svg"], "folder"),
        (["lenet.cnn", "-o", "."], "is a folder"),
        (["none.cnn", "-o", "out.svg"], "none.cnn"),
        (["lenet.cnn", "-o", "out.png", "--scale", "0"], "above 0"),
        (["lenet.cnn", "-o", "out.png", "--scale", "90"], "Use a scale of"),
        (["lenet.cnn", "-o", "out.png", "--scale", "big"], "big"),
        (["lenet.cnn", "-o", "out.png", "--theme", "pink"], "pink"),
    ],
)
def test_what_cannot_be_drawn_is_told_in_a_sentence(
    cnnstudio: Cnnstudio, lenet: Path, qapp: object, arguments: list[str], said: str
) -> None:
    told = cnnstudio("picture", *arguments)
    assert told.code == 2
    assert said in told.err
    assert "Traceback" not in told.err
    assert not list(lenet.parent.glob("out.*"))

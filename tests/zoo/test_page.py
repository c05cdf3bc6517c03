"""docs/networks.md and its pictures are what the program says and draws."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cnnstudio.zoo import templates


@pytest.fixture(scope="module")
def made(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Page and pictures, made anew in a process of its own, whose theme no other test has touched."""
    folder = tmp_path_factory.mktemp("docs")
    subprocess.run(
        [sys.executable, str(checkout / "docs" / "make_networks.py"), str(folder)],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        timeout=280,
        check=True,
    )
    return folder


def pixels(path: Path) -> NDArray[np.int64]:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), np.int64)


def test_the_page_of_networks_is_the_one_that_the_program_makes(checkout: Path, made: Path) -> None:
    page = (checkout / "docs" / "networks.md").read_text("utf-8")
    assert page == (made / "networks.md").read_text("utf-8")


def test_every_network_has_a_small_picture(checkout: Path) -> None:
    pictures = {path.stem: path.stat().st_size for path in (checkout / "docs" / "networks").glob("*.png")}
    assert pictures.keys() == templates().keys()
    assert max(pictures.values()) < 60_000


@pytest.mark.parametrize("name", list(templates()))
def test_the_picture_of_a_network_is_how_it_is_drawn_now(name: str, checkout: Path, made: Path) -> None:
    kept = pixels(checkout / "docs" / "networks" / f"{name}.png")
    drawn = pixels(made / "networks" / f"{name}.png")
    assert kept.shape == drawn.shape
    differs = np.abs(kept - drawn).max(axis=-1) > 40
    assert differs.mean() < 0.01  # edges that another version of Qt smooths in another way
    assert (drawn != drawn[0, 0]).any(axis=-1).mean() > 0.02  # there is something on it

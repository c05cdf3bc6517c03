"""Pictures of the lab: read, reduced, drawn; and values as tones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.data.lab.pictures import LONGEST_SIDE, drawn_pattern, read_picture
from cnnstudio.data.lab.signals import LENGTH, SIGNALS, signal
from cnnstudio.data.lab.tones import limit_of, showing_for, toned
from cnnstudio.data.problem import DataError


def test_a_grey_file_is_grey_and_a_coloured_one_has_three_channels(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, 3)).astype(np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    Image.fromarray(pixels[:, :, 0]).save(tmp_path / "b.png")
    coloured, grey = read_picture(tmp_path / "a.png"), read_picture(tmp_path / "b.png")
    assert np.array_equal(coloured.pixels, pixels)
    assert coloured.is_coloured
    assert not grey.is_coloured
    assert np.array_equal(coloured.channels("green"), pixels[:, :, 1])
    assert coloured.channels("grey").shape == (20, 30)
    assert grey.channels("red") is grey.pixels


def test_a_large_picture_is_reduced_and_says_so(tmp_path: Path) -> None:
    Image.new("L", (1600, 400), 90).save(tmp_path / "wide.png")
    picture = read_picture(tmp_path / "wide.png")
    assert picture.pixels.shape == (128, LONGEST_SIDE)
    assert picture.is_reduced
    assert (picture.width, picture.height) == (1600, 400)


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n broken"])
def test_a_file_that_is_no_picture_is_told_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.png"
    path.write_bytes(content)
    with pytest.raises(DataError) as caught:
        read_picture(path)
    assert "bad.png" in str(caught.value.message)
    assert str(caught.value.hint)


def test_the_drawn_pattern_has_black_white_and_edges() -> None:
    pattern = drawn_pattern()
    assert pattern.pixels.dtype == np.uint8
    assert pattern.pixels.min() == 0
    assert pattern.pixels.max() == 255
    assert not pattern.is_reduced


def test_signed_values_have_grey_for_zero_and_the_same_distance_on_both_sides() -> None:
    assert toned(np.array([[-2.0, 0.0, 1.0]]), "signed").tolist() == [[0, 128, 191]]
    assert toned(np.array([[-2.0, 0.0, 1.0]]), "absolute").tolist() == [[255, 0, 128]]
    assert toned(np.array([[-2.0, 100.4, 300.0]]), "clipped").tolist() == [[0, 100, 255]]


def test_nothing_but_zeros_has_a_scale_too() -> None:
    assert limit_of(np.zeros((2, 2))) == 1
    assert toned(np.zeros((2, 2)), "signed").tolist() == [[128, 128]] * 2


def test_a_kernel_that_adds_up_to_zero_is_shown_signed() -> None:
    assert showing_for(0) == "signed"
    assert showing_for(1) == "clipped"


@pytest.mark.parametrize("name", SIGNALS)
def test_every_signal_has_its_length_and_is_not_flat(name: str) -> None:
    assert len(signal(name)) == LENGTH
    assert len(set(signal(name))) > 1

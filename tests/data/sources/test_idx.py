"""IDX files: the same pixels and labels, and every damage told of."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.data.image_folder import scan
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import reader_for
from cnnstudio.data.sources.idx import read_idx
from tests.data.sources.small_arrays import (
    LABELS,
    PICTURES,
    assert_refused,
    loose,
    pixels_of,
)

FASHION = Path("/usr/share/datasets/fashion-mnist")


def idx(array: np.ndarray, code: int = 8, shape: tuple[int, ...] | None = None) -> bytes:
    sizes = array.shape if shape is None else shape
    return bytes((0, 0, code, len(sizes))) + struct.pack(f">{len(sizes)}I", *sizes) + array.tobytes()


def write_idx(folder: Path, part: str = "train", count: int = 12, *, zipped: bool = False) -> Path:
    folder.mkdir(exist_ok=True)
    files = {
        f"{part}-images-idx3-ubyte": idx(PICTURES[:count]),
        f"{part}-labels-idx1-ubyte": idx(LABELS[:count].astype(np.uint8)),
    }
    for name, content in files.items():
        (folder / (name + ".gz" * zipped)).write_bytes(gzip.compress(content) if zipped else content)
    return folder


@pytest.mark.parametrize("zipped", [False, True])
def test_idx_files_become_classes_with_the_same_pixels(tmp_path: Path, zipped: bool) -> None:
    folder = write_idx(tmp_path / "set", zipped=zipped)
    report = scan(folder)
    pixels, names = pixels_of(report)
    assert (pixels[..., 0] == PICTURES).all()
    assert names == [str(label) for label in LABELS]
    assert (report.layout, report.source) == ("classes", folder)
    assert report.to_json()["path"] == str(folder)


def test_train_and_test_files_are_parts_and_either_file_may_be_chosen(tmp_path: Path) -> None:
    folder = write_idx(write_idx(tmp_path / "set"), "t10k", 6)
    report = scan(folder / "t10k-images-idx3-ubyte")
    assert report.layout == "parts"
    assert (pixels_of(report, "test")[0][..., 0] == PICTURES[:6]).all()
    assert len(pixels_of(report, "train")[0]) == 12
    assert scan(folder).root == report.root


@pytest.mark.skipif(not FASHION.is_dir(), reason="the package dataset-fashion-mnist is not installed")
def test_the_readers_array_is_that_of_the_debian_package() -> None:
    found = read_idx(FASHION / "t10k-images-idx3-ubyte.gz", axes=3)
    content = gzip.decompress((FASHION / "t10k-images-idx3-ubyte.gz").read_bytes())
    assert found.shape == (10_000, 28, 28)
    assert found.tobytes() == content[16:]
    assert reader_for(FASHION, DataSettings()).name == "idx"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("images", b"", "idx.magic"),
        ("images", b"\x89PNG12345678", "idx.magic"),
        ("images", idx(PICTURES)[:10], "idx.truncated"),
        ("images", idx(PICTURES)[:-1], "idx.truncated"),
        ("images", idx(PICTURES) + b"x", "idx.truncated"),
        ("images", idx(PICTURES, shape=(2**32 - 1, 2**32 - 1, 2**32 - 1)), "arrays.huge"),
        ("images", idx(PICTURES, shape=(1_000_001, 1, 1)), "arrays.huge"),
        ("images", idx(PICTURES, shape=(12, 0, 9)), "idx.shape"),
        ("images", idx(PICTURES, code=0x0D), "idx.kind"),
        ("images", idx(LABELS.astype(np.uint8)), "idx.kind"),
        ("labels", idx(PICTURES), "idx.kind"),
        ("labels", idx(LABELS[:5].astype(np.uint8)), "arrays.counts"),
        ("images", gzip.compress(idx(PICTURES))[:-20], "idx.damaged"),
        ("images", gzip.compress(idx(PICTURES))[:-8] + bytes(8), "idx.damaged"),
        ("images", gzip.compress(idx(PICTURES) + bytes(10_000_000)), "idx.truncated"),
    ],
)
def test_a_bad_idx_file_is_refused_in_clear_words(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    folder = write_idx(tmp_path / "set")
    (folder / f"train-{name}-idx{3 if name == 'images' else 1}-ubyte").write_bytes(content)
    assert_refused(folder, code)


def test_a_missing_partner_and_several_sets_are_told_of(tmp_path: Path) -> None:
    folder = write_idx(tmp_path / "set")
    (folder / "train-labels-idx1-ubyte").rename(folder / "away")
    assert "train-labels-idx1-ubyte" in assert_refused(folder, "idx.partner")
    (folder / "away").rename(folder / "train-labels-idx1-ubyte")
    for file in list(folder.iterdir()):
        (folder / f"emnist-{file.name}").write_bytes(file.read_bytes())
    assert "emnist" in assert_refused(folder, "idx.several")
    assert len(scan(folder / "emnist-train-images-idx3-ubyte").images) == 12


@given(content=st.binary(max_size=80), kept=st.integers(0, 60))
@loose
def test_hostile_idx_bytes_never_escape_as_another_error(tmp_path: Path, content: bytes, kept: int) -> None:
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(idx(PICTURES)[:kept] + content)
    try:
        found = read_idx(path, axes=3)
    except DataError as error:
        found = np.frombuffer(str(error.hint).encode(), np.uint8)
    assert found.size

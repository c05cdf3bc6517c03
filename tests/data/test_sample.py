"""The sample data set: whole, balanced, unpacked once and atomically, and never outside its folder."""

from __future__ import annotations

import importlib.util
import io
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from cnnstudio.data import sample
from cnnstudio.data.image_folder import scan
from cnnstudio.data.problem import DataError
from cnnstudio.data.sample import CLASS_NAMES, is_complete, sample_folder, unpack
from cnnstudio.resource_files import resource


@pytest.fixture(scope="module")
def make_sample(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    path = Path(__file__).parents[2] / "resources" / "make_sample.py"
    spec = importlib.util.spec_from_file_location("make_sample", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_sample"] = module
    before = list(sys.path)
    spec.loader.exec_module(module)
    sys.path[:] = before
    return module


def test_the_sample_is_4000_balanced_grey_images_without_a_problem(tmp_path: Path) -> None:
    folder = sample_folder(tmp_path)
    report = scan(folder)
    assert sorted(report.class_names) == sorted(CLASS_NAMES)
    assert {entry.count for entry in report.classes} == {400}
    assert report.sizes == ((28, 28, 4000),)
    assert report.modes == {"L": 4000}
    (twins,) = report.problems  # Fashion-MNIST has a few pictures twice
    assert twins.pictures == (("Pullover/01928.png", "Pullover/03704.png"),)
    assert twins.severity == "hint"
    assert report.suggested_channels == 1
    assert "MIT License" in (folder / "LICENSE.txt").read_text(encoding="utf-8")
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_the_default_place_is_the_users_cache() -> None:
    first = sample_folder()
    stamp = (first / "Bag").stat().st_mtime_ns
    assert sample_folder() == first
    assert (first / "Bag").stat().st_mtime_ns == stamp


def test_a_sample_that_lost_images_is_unpacked_again(tmp_path: Path) -> None:
    folder = sample_folder(tmp_path)
    victim = next((folder / "Bag").glob("*.png"))
    victim.unlink()
    assert not is_complete(folder)
    assert sample_folder(tmp_path) == folder
    assert victim.exists()
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_two_at_once_get_the_same_whole_folder(tmp_path: Path) -> None:
    results: list[Path] = []
    threads = [threading.Thread(target=lambda: results.append(sample_folder(tmp_path))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 3
    assert len(set(results)) == 1
    assert is_complete(results[0])


def test_a_failed_unpacking_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(archive: Path, folder: Path) -> None:
        (folder / "Bag").mkdir()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sample, "unpack", full_disk)
    with pytest.raises(DataError, match="No space left on device") as caught:
        sample_folder(tmp_path)
    assert caught.value.code == "sample.cache"
    assert list((tmp_path / "sample").iterdir()) == []


def test_a_cache_that_is_a_file_is_an_error_with_a_cure(tmp_path: Path) -> None:
    (tmp_path / "cache").touch()
    with pytest.raises(DataError, match="Free some space"):
        sample_folder(tmp_path / "cache")


def archive(path: Path, inner: dict[str, bytes] | None, outer: dict[str, bytes] | None = None) -> Path:
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("LICENSE.txt", "licence")
        if inner is not None:
            buffer = io.BytesIO()
            with zipfile.ZipFile(buffer, "w") as images:
                for name, content in inner.items():
                    images.writestr(name, content)
            bundle.writestr("images.zip", buffer.getvalue())
        for name, content in (outer or {}).items():
            bundle.writestr(name, content)
    return path


@pytest.mark.parametrize(
    "make",
    [
        lambda path: archive(path, {"../00001.png": b"x"}),
        lambda path: archive(path, {"/etc/00001.png": b"x"}),
        lambda path: archive(path, {"Bag/../../00001.png": b"x"}),
        lambda path: archive(path, {"Bag\\00001.png": b"x"}),
        lambda path: archive(path, {"Cat/00001.png": b"x"}),
        lambda path: archive(path, {"Bag/run.sh": b"x"}),
        lambda path: archive(path, {"Bag/00001.png": b"x" * 20_000}),
        lambda path: archive(path, {}, {"../evil.txt": b"x"}),
        lambda path: archive(path, {}, {"evil.txt": b"x"}),
        lambda path: archive(path, None),
    ],
)
def test_an_archive_with_strange_entries_is_refused(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(DataError, match="Install CNN Studio again"):
        unpack(make(tmp_path / "bad.zip"), folder)
    assert {path.name for path in tmp_path.iterdir()} == {"bad.zip", "out"}
    assert not [path for path in folder.rglob("*") if path.is_file() and path.name != "LICENSE.txt"]


@pytest.mark.parametrize(
    "damage", [lambda b: b[: len(b) // 2], lambda b: b[:5000] + b"\0" * 5000 + b[10000:], lambda b: b""]
)
def test_a_damaged_archive_is_an_error_with_a_cure(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    bad = tmp_path / "bad.zip"
    bad.write_bytes(damage(resource("sample/fashion-mnist-4000.zip").read_bytes()))
    (tmp_path / "out").mkdir()
    with pytest.raises(DataError, match="Install CNN Studio again"):
        unpack(bad, tmp_path / "out")


def test_an_incomplete_archive_is_not_put_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = archive(tmp_path / "few.zip", {"Bag/00001.png": b"x"})
    monkeypatch.setattr(sample, "resource", lambda name: few)
    with pytest.raises(DataError, match="images are missing"):
        sample_folder(tmp_path / "cache")
    assert list((tmp_path / "cache" / "sample").iterdir()) == []


def test_the_sample_is_what_the_script_makes_from_the_original_files(
    make_sample: ModuleType, tmp_path: Path
) -> None:
    if not (make_sample.SOURCE / "train-images-idx3-ubyte.gz").is_file():
        pytest.skip("needs Debian's dataset-fashion-mnist")
    images = make_sample.read_idx(make_sample.SOURCE / "train-images-idx3-ubyte.gz")
    labels = make_sample.read_idx(make_sample.SOURCE / "train-labels-idx1-ubyte.gz")
    from cnnstudio.data.decode import load_images

    folder = sample_folder(tmp_path)
    report = scan(folder)
    loaded = load_images(report, height=28, width=28, channels=1)
    numbers = [int(Path(image.path).stem) for image in report.images]
    assert np.array_equal(loaded.pixels[..., 0], images[numbers])
    names = np.array(CLASS_NAMES)[labels[numbers]]
    assert names.tolist() == [report.class_names[label] for label in loaded.labels]


def test_the_script_without_its_source_says_what_to_install(
    make_sample: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert make_sample.main(["--source", str(tmp_path), "sample"]) == 2
    assert "dataset-fashion-mnist" in capsys.readouterr().err

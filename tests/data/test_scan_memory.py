"""The cache of scans: unchanged files are not decoded again, changed ones are, and damage does no harm."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cnnstudio.data import scan_memory
from cnnstudio.data.examine import Facts, examine
from cnnstudio.data.image_folder import scan
from cnnstudio.data.scan_memory import ScanMemory, examined
from cnnstudio.data.settings import DataSettings
from tests.data.pictures import noise, save, two_classes


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Paths of the files that are decoded; the cache is the test's own."""
    seen: list[str] = []

    def watched(root: Path, path: str) -> object:
        seen.append(path)
        return examine(root, path)

    monkeypatch.setattr(scan_memory, "examine", watched)
    monkeypatch.setattr(
        scan_memory.platformdirs, "user_cache_path", lambda *_args, **_named: tmp_path / "cache"
    )
    return seen


def aged(root: Path) -> Path:
    """As if the files had been written a while ago."""
    for path in root.rglob("*.*"):
        os.utime(path, ns=(10**18, 10**18))
    return root


def test_an_unchanged_folder_is_not_decoded_again_and_gives_the_same_report(
    tmp_path: Path, decoded: list[str]
) -> None:
    data = two_classes(tmp_path / "data")
    save(data / "dog" / "猫.jpg", noise(40, 40), quality=95)
    save(data / "dog" / "again.jpg", noise(40, 40), quality=90)
    aged(data)
    first = scan(data)
    assert len(decoded) == 8
    decoded.clear()
    assert scan(data) == first
    assert first.alike == (("dog/again.jpg", "dog/猫.jpg"),)
    assert decoded == []


def test_only_new_changed_and_bad_files_are_decoded(tmp_path: Path, decoded: list[str]) -> None:
    data = aged(two_classes(tmp_path / "data"))
    (data / "cat" / "cut.png").write_bytes((data / "cat" / "0.png").read_bytes()[:90])
    aged(data)
    scan(data)
    decoded.clear()
    save(data / "cat" / "1.png", noise(30, 30))
    save(data / "dog" / "new.png", noise(20, 20))
    (data / "dog" / "2.png").unlink()
    report = scan(data)
    assert sorted(decoded) == ["cat/1.png", "cat/cut.png", "dog/new.png"]
    assert {image.path: image.width for image in report.images}["cat/1.png"] == 30


def test_files_written_just_now_are_not_trusted(tmp_path: Path, decoded: list[str]) -> None:
    data = two_classes(tmp_path / "data")
    scan(data)
    scan(data)
    assert len(decoded) == 12


def test_quarantine_decodes_nothing(tmp_path: Path, decoded: list[str]) -> None:
    data = aged(two_classes(tmp_path / "data"))
    scan(data)
    scan(data, DataSettings(quarantine=("cat/0.png",)))
    assert len(scan(data).images) == 6
    assert len(decoded) == 6


def test_a_cache_in_several_pieces_is_read_whole(
    tmp_path: Path, decoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan_memory, "_ROWS", 4)
    data = aged(two_classes(tmp_path / "data"))
    first = scan(data)
    decoded.clear()
    assert scan(data) == first
    assert decoded == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nonsense", b"x" * 1000])
def test_a_damaged_cache_is_as_good_as_none(tmp_path: Path, decoded: list[str], content: bytes) -> None:
    data = aged(two_classes(tmp_path / "data"))
    first = scan(data)
    (cached,) = (tmp_path / "cache" / "scans").iterdir()
    cached.write_bytes(content)
    decoded.clear()
    assert scan(data) == first
    assert len(decoded) == 6


def test_a_cache_that_cannot_be_written_is_no_problem(tmp_path: Path, decoded: list[str]) -> None:
    (tmp_path / "cache").write_text("a file where the folder would be")
    assert len(scan(aged(two_classes(tmp_path / "data"))).images) == len(decoded) == 6


def test_the_cache_keeps_to_the_last_folders(tmp_path: Path) -> None:
    data = aged(two_classes(tmp_path / "data", each=1))
    for number in range(23):
        root = tmp_path / f"{number}"
        root.symlink_to(data)
        memory = ScanMemory(root, tmp_path / "cache")
        memory.learn("cat/0.png", examined(root, "cat/0.png"))
        assert isinstance(memory.recall("cat/0.png"), Facts)
        memory.keep(["cat/0.png"])
    assert len(list((tmp_path / "cache" / "scans").iterdir())) == 20

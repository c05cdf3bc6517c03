"""A scan in a process of its own: the same answer, and what comes when it is stopped, fails or dies."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from pathlib import Path

import pytest

from cnnstudio.data import scan_apart
from cnnstudio.data.image_folder import scan
from cnnstudio.data.leakage import divided
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.data.scan_apart import is_large, scan_and_split
from cnnstudio.data.settings import DataSettings
from tests.data.pictures import two_classes

SETTINGS = DataSettings(validation_split=0.25, test_split=0.25, seed=3)


@pytest.fixture(autouse=True)
def _worth_a_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(scan_apart, "MANY", 20)
    monkeypatch.setattr(scan_apart, "LARGE", 10)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    yield
    assert not multiprocessing.active_children()


def doctors() -> list[str]:
    return [child.name for child in multiprocessing.active_children()]


def ignore(*_told: object) -> None:
    """Nobody wants to know."""


def never() -> bool:
    return False


def test_it_finds_what_a_scan_here_finds(tmp_path: Path) -> None:
    data = two_classes(tmp_path / "data", each=40)
    (data / "cat" / "broken.png").write_bytes(b"broken")
    told: list[tuple[str, int, int]] = []
    seen: set[str] = set()

    def tell(step: str, done: int, total: int) -> None:
        told.append((step, done, total))
        seen.update(doctors())

    division = scan_and_split(data, SETTINGS, tell=tell, cancelled=never)
    assert seen == {"cnnstudio-doctor"}
    assert told[-1] == ("scanning", 81, 81)
    expected = divided(scan(data, SETTINGS), SETTINGS)
    assert division.report == expected.report
    assert division.report.sizes == expected.report.sizes
    assert [problem.path for problem in division.report.problems if problem.severity == "error"] == [
        "cat/broken.png"
    ]
    assert division.parts is not None
    assert expected.parts is not None
    for part in ("train", "validation", "test"):
        assert getattr(division.parts, part).tolist() == getattr(expected.parts, part).tolist()


def test_few_files_are_looked_at_here(tmp_path: Path) -> None:
    data = two_classes(tmp_path / "data", each=4)
    seen: set[str] = set()
    division = scan_and_split(data, SETTINGS, tell=lambda *_: seen.update(doctors()), cancelled=never)
    assert not seen
    assert len(division.report.images) == 8


def test_it_can_be_cancelled(tmp_path: Path) -> None:
    data = two_classes(tmp_path / "data", each=200)
    asked: list[tuple[int, int]] = []
    with pytest.raises(Cancelled):
        scan_and_split(
            data, SETTINGS, tell=lambda _step, *count: asked.append(count), cancelled=lambda: bool(asked)
        )
    assert asked


def test_what_cannot_be_read_is_told_in_the_same_words(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("only\n" + "one column\n" * 10, "utf-8")
    assert is_large(table)
    with pytest.raises(DataError) as expected:
        scan(table, SETTINGS)
    with pytest.raises(DataError) as found:
        scan_and_split(table, SETTINGS, tell=ignore, cancelled=never)
    assert (found.value.code, str(found.value)) == (expected.value.code, str(expected.value))


def test_a_doctor_that_dies_leaves_nothing_unanswered(tmp_path: Path) -> None:
    data = two_classes(tmp_path / "data", each=100)
    killed: list[str] = []

    def kill(*_told: object) -> None:
        if not killed:
            for child in multiprocessing.active_children():
                killed.append(child.name)
                child.kill()
                child.join()

    division = scan_and_split(data, SETTINGS, tell=kill, cancelled=never)
    assert killed == ["cnnstudio-doctor"]
    assert len(division.report.images) == 200


def test_a_folder_is_large_by_its_files_however_deep_they_lie(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    assert not is_large(tmp_path)
    for number in range(18):
        (deep / f"{number}.png").touch()
    assert is_large(tmp_path)
    assert not is_large(tmp_path / "nowhere")
    (tmp_path / "small.csv").write_text("a", "utf-8")
    assert not is_large(tmp_path / "small.csv")


def test_a_link_to_the_folder_itself_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "again").symlink_to(tmp_path)
    assert not is_large(tmp_path)

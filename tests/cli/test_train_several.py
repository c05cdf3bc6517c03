"""train with several projects: checked first, then trained one after another, whatever becomes of each."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from cnnstudio.cli import _parser
from cnnstudio.commands import train_queue
from tests.cli.conftest import Cnnstudio


@pytest.fixture
def projects(cnnstudio: Cnnstudio, tmp_path: Path) -> list[Path]:
    """Three projects, and a folder for their images."""
    (tmp_path / "images").mkdir()
    files = [tmp_path / f"{name}.cnn" for name in ("first", "second", "third")]
    for file in files:
        assert cnnstudio("new", "lenet5", "-o", file).code == 0
    return files


def trains(monkeypatch: pytest.MonkeyPatch, **code: str) -> None:
    """Let each project's process run this Python instead, by the stem of its file; the others end well."""

    def command(file: Path, run: Path, _arguments: object) -> list[str]:
        run.mkdir()
        return [sys.executable, "-c", code.get(file.stem, "")]

    monkeypatch.setattr(train_queue, "_command", command)


def test_what_fails_is_passed_by_and_told(
    cnnstudio: Cnnstudio, projects: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trains(monkeypatch, second="raise SystemExit(1)")
    said = cnnstudio("train", *projects, "--data", tmp_path / "images", "-o", tmp_path / "runs")
    assert said.code == 1
    assert [line.rpartition("/")[2] for line in said.out.splitlines()] == [
        "first-1: finished",
        "second-1: failed",
        "third-1: finished",
    ]
    assert "Run 3 of 3" in said.err


def test_a_project_given_twice_has_two_folders(
    cnnstudio: Cnnstudio, projects: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    trains(monkeypatch)
    assert cnnstudio("train", projects[0], projects[0], "--data", tmp_path / "images", "-o", "runs").code == 0
    assert sorted(entry.name for entry in (tmp_path / "runs").iterdir()) == ["first-1", "first-2"]


def test_ctrl_c_ends_the_run_and_leaves_out_the_others(
    cnnstudio: Cnnstudio, projects: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    waits = (
        "import os, signal, time\n"
        "def end(*_): raise SystemExit(130)\n"
        "signal.signal(signal.SIGINT, end)\n"
        f"os.kill({os.getpid()}, {int(signal.SIGINT)})\n"
        "time.sleep(60)"
    )
    trains(monkeypatch, first=waits)
    said = cnnstudio("train", *projects, "--data", tmp_path / "images", "-o", "runs")
    assert said.code == 130
    assert said.out == f"{Path('runs') / 'first-1'}: stopped\n"


@pytest.mark.parametrize("damage", ["", '{"format": "cnnstudio.project", "version": 1, "network": {}}'])
def test_all_are_checked_before_the_first_one_starts(
    cnnstudio: Cnnstudio, projects: list[Path], tmp_path: Path, damage: str
) -> None:
    projects[2].write_text(damage, "utf-8")
    said = cnnstudio("train", *projects, "--data", tmp_path / "images", "-o", "runs")
    assert said.code in (1, 2)
    assert "third.cnn" in said.err
    assert not (tmp_path / "runs").exists()


def test_each_process_is_told_what_was_typed(projects: list[Path], tmp_path: Path) -> None:
    typed = ["train", "a.cnn", "b.cnn", "--data", "d", "-p", "epochs=3", "-p", "seed=1", "--device", "cpu", "--image-memory", "2", "--image-cache", "0.5", "-o", "runs"]  # fmt: skip
    arguments = _parser().parse_args(typed)
    words = train_queue._command(Path("b.cnn"), Path("runs/b-1"), arguments)
    told = _parser().parse_args(words[3:])
    assert (told.files, told.output) == ([Path("b.cnn")], Path("runs/b-1"))
    for name in ("data", "param", "device", "debug", "image_memory", "image_cache"):
        assert getattr(told, name) == getattr(arguments, name)

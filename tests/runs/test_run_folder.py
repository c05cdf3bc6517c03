"""Run folders: what is written is read back, torn files and gone processes are borne."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from cnnstudio.core.project import Project
from cnnstudio.runs.curves import curves_png
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.record import RunFolderError, RunProcess, RunRecord
from cnnstudio.runs.run_folder import RunFolder, runs_under, write_record
from cnnstudio.runs.run_writer import RunWriter, history_row
from cnnstudio.runs.training_run import TrainingRun


def written(path: Path, epochs: int = 3) -> RunWriter:
    record = RunRecord(
        run_id="r1", name="Net", plan=TrainingPlan(epochs=5), classes=("a", "b"), steps_per_epoch=2
    )
    writer = RunWriter.create(path, record, Project(name="Net"))
    for epoch in range(1, epochs + 1):
        writer.add_batches(2 * epoch - 1, [1.0 / epoch, 0.9 / epoch], [0.5, 0.25])
        metrics = {"loss": 1.0 / epoch, "accuracy": 0.1 * epoch, "val_loss": 2.0}
        writer.end_epoch(history_row(epoch, metrics, 0.01, 1.5))
    return writer


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    with written(tmp_path / "run") as writer:
        writer.write_confusion([[3, 1], [0, 4]], ("a", "b"))
    folder = RunFolder.open(tmp_path / "run")
    assert folder.state == "running"
    assert folder.record == writer.record
    assert [row["loss"] for row in folder.history()] == [1.0, 0.5, 1.0 / 3]
    assert [row["step"] for row in folder.batches()] == [1, 2, 3, 4, 5, 6]
    assert folder.confusion() == (("a", "b"), [[3, 1], [0, 4]])
    assert folder.project().name == "Net"
    run = folder.training_run()
    assert run.history["val_loss"].xs.tolist() == [1, 2, 3]
    assert run.batches["loss"].xs.tolist() == [0.5, 1, 1.5, 2, 2.5, 3]


def test_a_running_run_whose_process_is_gone_shows_as_interrupted(tmp_path: Path) -> None:
    with written(tmp_path / "run") as writer:
        done = subprocess.run(
            [sys.executable, "-c", "import os; print(os.getpid())"],
            capture_output=True,
            text=True,
            check=True,
        )
        gone = replace(RunProcess.current(), pid=int(done.stdout))
        writer.update(process=gone)
        assert RunFolder.open(tmp_path / "run").state == "interrupted"
        writer.update(process=RunProcess.current())
        assert RunFolder.open(tmp_path / "run").state == "running"
        assert not RunFolder.open(tmp_path / "run").can_resume


def test_a_later_process_with_the_same_number_is_not_taken_for_the_run(tmp_path: Path) -> None:
    with written(tmp_path / "run") as writer:
        mine = RunProcess.current()
        writer.update(process=replace(mine, started=mine.started - 3600))
    assert RunFolder.open(tmp_path / "run").state == "interrupted"


def test_a_run_copied_from_another_machine_shows_as_interrupted(tmp_path: Path) -> None:
    with written(tmp_path / "run") as writer:
        writer.update(process=replace(RunProcess.current(), host="elsewhere.invalid"))
    assert RunFolder.open(tmp_path / "run").state == "interrupted"


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_torn_last_line_is_left_out(tmp_path: Path, cut: int) -> None:
    written(tmp_path / "run").close()
    path = tmp_path / "run" / "history.csv"
    path.write_bytes(path.read_bytes()[:-cut])
    assert [row["epoch"] for row in RunFolder.open(tmp_path / "run").history()] == [1, 2]


def test_reopening_cuts_the_tables_to_the_finished_epochs(tmp_path: Path) -> None:
    with written(tmp_path / "run") as writer:
        writer.add_batches(7, [0.1], [0.9])
        writer.update(state="stopped", process=None)
    with RunWriter.reopen(RunFolder.open(tmp_path / "run"), epochs_done=2, last_step=4) as writer:
        writer.add_batches(5, [0.2, 0.2], [1.0, 1.0])
        writer.end_epoch(history_row(3, {"loss": 0.2, "accuracy": 0.3, "val_loss": 1.0}, 0.01, 1.0))
    folder = RunFolder.open(tmp_path / "run")
    assert [row["step"] for row in folder.batches()] == [1, 2, 3, 4, 5, 6]
    assert [row["loss"] for row in folder.history()] == [1.0, 0.5, 0.2]


def test_a_live_run_cannot_be_reopened_or_renamed(tmp_path: Path) -> None:
    with written(tmp_path / "run"):
        folder = RunFolder.open(tmp_path / "run")
        with pytest.raises(RunFolderError, match="being trained"):
            RunWriter.reopen(folder, epochs_done=1, last_step=2)
        with pytest.raises(RunFolderError, match="being trained"):
            folder.annotated(notes="x")


def test_name_and_notes_are_kept_in_the_file(tmp_path: Path) -> None:
    with written(tmp_path / "run") as writer:
        writer.update(state="finished", process=None)
    RunFolder.open(tmp_path / "run").annotated(name="Best", notes="with dropout")
    record = RunFolder.open(tmp_path / "run").record
    assert (record.name, record.notes) == ("Best", "with dropout")


def test_unknown_keys_of_run_json_are_written_back(tmp_path: Path) -> None:
    written(tmp_path / "run").close()
    path = tmp_path / "run" / "run.json"
    document = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**document, "colour": {"r": 1}}), "utf-8")
    write_record(tmp_path / "run", RunFolder.open(tmp_path / "run").record)
    assert json.loads(path.read_text("utf-8"))["colour"] == {"r": 1}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"format": "other"}',
        '{"format": "cnnstudio.run", "version": 2}',
        '{"format": "cnnstudio.run", "version": 1}',
        '{"format": "cnnstudio.run", "version": 1, "run_id": "x", "state": "dancing"}',
        '{"format": "cnnstudio.run", "version": 1, "run_id": "x", "state": "finished", "plan": {"epochs": -1}}',
        '{"format": "cnnstudio.run", "version": 1, "run_id": "x", "state": "finished", "metrics": 5}',
        '{"format": "cnnstudio.run", "version": 1, "run_id": "x", "state": "running", "process": {"pid": "a"}}',
        "[" * 100_000,
    ],
)
def test_a_broken_run_json_is_refused_with_a_message(tmp_path: Path, text: str) -> None:
    (tmp_path / "run.json").write_text(text, "utf-8")
    with pytest.raises(RunFolderError):
        RunFolder.open(tmp_path)


def test_a_folder_without_run_json_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="not a run folder"):
        RunFolder.open(tmp_path)


def test_runs_are_listed_newest_first_and_odd_folders_skipped(tmp_path: Path) -> None:
    for name, created in (("old", "2026-01-01T00:00:00+00:00"), ("new", "2026-02-01T00:00:00+00:00")):
        with written(tmp_path / name) as writer:
            writer.update(created=created, state="finished")
    (tmp_path / "stray").mkdir()
    (tmp_path / "file.txt").write_text("x")
    assert [run.path.name for run in runs_under(tmp_path)] == ["new", "old"]
    assert runs_under(tmp_path / "missing") == []


def test_a_folder_with_something_in_it_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(RunFolderError, match="not empty"):
        RunWriter.create(tmp_path, RunRecord(run_id="r"), Project())
    assert (tmp_path / "thesis.txt").read_text() == "precious"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_to_says_so(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(RunFolderError, match="cannot be made"):
        RunWriter.create(tmp_path / "run", RunRecord(run_id="r"), Project())


def test_curves_are_a_picture_even_of_a_run_without_epochs() -> None:
    assert curves_png(TrainingRun(run_id="r")).startswith(b"\x89PNG")

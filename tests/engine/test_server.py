"""The engine as a process: warm start, work, wishes, errors, and kill -9 in the middle of an epoch."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.project_file import project_text
from cnnstudio.layers import catalogue
from cnnstudio.layers.memory import training_memory
from cnnstudio.runs.engine_process import EngineProcess, EngineStoppedError
from cnnstudio.runs.events import BatchEnded, EpochEnded, PhaseChanged, RunEnded
from cnnstudio.runs.protocol import (
    Cancel,
    Continue,
    Evaluate,
    Failure,
    Forecast,
    ListDevices,
    Pause,
    Predict,
    Progress,
    Ready,
    Reply,
    Report,
    ResumeRun,
    StopNow,
    Train,
    Warm,
)
from cnnstudio.runs.run_folder import RunFolder
from tests.engine.small_data import project, write_images

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_images(tmp_path_factory.mktemp("images") / "data")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    with EngineProcess(log=tmp_path_factory.mktemp("log") / "engine.log") as process:
        yield process


def until(
    engine: EngineProcess, request: int, heard: Callable[[Report], None] = lambda _: None
) -> tuple[Reply | Failure, list[Report]]:
    """Everything the engine says until the request ends."""
    reports: list[Report] = []
    while True:
        report = engine.receive(120)
        assert report is not None, "the engine said nothing for two minutes"
        reports.append(report)
        heard(report)
        if isinstance(report, (Reply, Failure)) and report.request == request:
            return report, reports


def train_request(engine: EngineProcess, images: Path, run: Path, **training: object) -> Train:
    return Train(
        request=engine.next_request(),
        run_id=run.name,
        project=project_text(project(**training)),
        data=str(images),
        run_dir=str(run),
    )


def test_warming_up_ends_in_ready_with_versions_and_devices(engine: EngineProcess) -> None:
    request = engine.next_request()
    engine.send(Warm(request=request))
    end, reports = until(engine, request)
    assert isinstance(end, Reply)
    ready = next(report for report in reports if isinstance(report, Ready))
    assert ready.backend == "tensorflow"
    assert ready.versions["keras"]
    assert any(device["id"] == "cpu" and device["usable"] for device in ready.devices)


def test_a_run_is_trained_evaluated_and_used(engine: EngineProcess, images: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    request = train_request(engine, images, run)
    engine.send(request)
    end, reports = until(engine, request.request)
    assert isinstance(end, Reply), end
    assert end.value["state"] == "finished"
    assert [report.epoch for report in reports if isinstance(report, EpochEnded)] == [1, 2]
    number = engine.next_request()
    engine.send(Evaluate(request=number, run_dir=str(run), data=str(images)))
    end, reports = until(engine, number)
    assert isinstance(end, Reply), end
    assert end.value["images"] == 72
    number = engine.next_request()
    engine.send(Predict(request=number, run_dir=str(run), paths=(str(images / "dark" / "01.png"),)))
    end, _ = until(engine, number)
    assert isinstance(end, Reply), end
    assert end.value[0]["class"] in ("bright", "dark", "striped")


def test_a_failing_job_is_told_in_words_and_the_engine_works_on(
    engine: EngineProcess, images: Path, tmp_path: Path
) -> None:
    request = train_request(engine, tmp_path / "nowhere", tmp_path / "run")
    engine.send(request)
    end, _ = until(engine, request.request)
    assert isinstance(end, Failure)
    assert "does not exist" in str(end.message)
    assert "Traceback" not in str(end.message)
    number = engine.next_request()
    engine.send(ListDevices(request=number))
    end, _ = until(engine, number)
    assert isinstance(end, Reply)


def test_a_project_that_cannot_be_read_is_a_failure(engine: EngineProcess, tmp_path: Path) -> None:
    number = engine.next_request()
    engine.send(
        Train(request=number, run_id="r", project="{", data=str(tmp_path), run_dir=str(tmp_path / "r"))
    )
    end, _ = until(engine, number)
    assert isinstance(end, Failure)
    assert end.message


def test_a_forecast_is_measured(engine: EngineProcess) -> None:
    number = engine.next_request()
    engine.send(Forecast(request=number, project=project_text(project()), images=1000))
    end, _ = until(engine, number)
    assert isinstance(end, Reply), end
    assert end.value["images_per_second"] > 0
    assert end.value["seconds_per_epoch"] == pytest.approx(1000 / end.value["epoch_images_per_second"])
    assert end.value["parameters"] > 0
    memory = training_memory(Analyser(catalogue()).analyse(project().network), slots=2)
    assert end.value["training_bytes"] == memory.total(8)
    assert end.value["largest_batch"] > 8


def test_pausing_continuing_and_stopping_work_through_the_pipe(
    engine: EngineProcess, images: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    request = train_request(engine, images, run, epochs=10_000, batch_size=1)
    phases: list[str] = []

    def heard(report: Report) -> None:
        if isinstance(report, PhaseChanged):
            if report.phase == "paused":
                assert RunFolder.open(run).state == "paused"
                engine.send(Continue(run_id="run"))
            if phases and phases[-1] == "paused" and report.phase == "training":
                engine.send(StopNow(run_id="run"))
            phases.append(report.phase)
        if isinstance(report, EpochEnded) and "paused" not in phases:
            engine.send(Pause(run_id="run"))

    engine.send(request)
    end, reports = until(engine, request.request, heard)
    assert isinstance(end, Reply), end
    assert end.value["state"] == "stopped"
    assert "paused" in phases
    assert RunFolder.open(run).has_model
    assert any(isinstance(report, RunEnded) for report in reports)


def test_a_waiting_request_can_be_cancelled(engine: EngineProcess, images: Path, tmp_path: Path) -> None:
    first = train_request(engine, images, tmp_path / "first")
    second = train_request(engine, images, tmp_path / "second")
    engine.send(first)
    engine.send(second)
    engine.send(Cancel(request=second.request))
    end, _ = until(engine, first.request)
    assert isinstance(end, Reply), end
    end, _ = until(engine, second.request)
    assert isinstance(end, Failure)
    assert end.cancelled
    assert not (tmp_path / "second").exists()


def test_kill_9_in_mid_epoch_keeps_all_finished_epochs_and_the_run_resumes(
    images: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    told: list[int] = []
    with EngineProcess() as engine:
        request = train_request(engine, images, run, epochs=10_000, batch_size=1)
        engine.send(request)
        with pytest.raises(EngineStoppedError, match="ran out of memory"):
            _kill_in_mid_epoch(engine, told)
    folder = RunFolder.open(run)
    assert folder.state == "interrupted"
    assert folder.can_resume
    kept = [row["epoch"] for row in folder.history()]
    assert kept == list(range(1, len(kept) + 1))
    assert len(kept) >= max(told)
    with EngineProcess() as engine:
        number = engine.next_request()
        engine.send(Predict(request=number, run_dir=str(run), paths=(str(images / "dark" / "01.png"),)))
        end, _ = until(engine, number)
        assert isinstance(end, Reply), end
        number = engine.next_request()
        engine.send(ResumeRun(request=number, run_id="run", run_dir=str(run), epochs=len(kept) + 1))
        end, _ = until(engine, number)
        assert isinstance(end, Reply), end
    folder = RunFolder.open(run)
    assert folder.state == "finished"
    assert len(folder.history()) == len(kept) + 1


def test_progress_is_told_while_images_are_read(engine: EngineProcess, images: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    request = train_request(engine, images, run, epochs=1)
    engine.send(request)
    until(engine, request.request)
    number = engine.next_request()
    other = write_images(tmp_path / "other", each=10)
    engine.send(Evaluate(request=number, run_dir=str(run), data=str(other)))
    end, reports = until(engine, number)
    assert isinstance(end, Reply), end
    progress = [report for report in reports if isinstance(report, Progress)]
    assert progress
    assert progress[-1].done == progress[-1].total


def _kill_in_mid_epoch(engine: EngineProcess, told: list[int]) -> None:
    """Listen until the engine is gone; after the second epoch, kill it between two batches."""
    while True:
        report = engine.receive(120)
        assert not isinstance(report, (Failure, Reply)), report
        if isinstance(report, EpochEnded):
            told.append(report.epoch)
        if isinstance(report, BatchEnded) and len(told) >= 2:
            os.kill(engine.pid, signal.SIGKILL)

"""The window's way to the engine: nothing blocks, nothing is lost, nothing is left behind."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.project import Project
from cnnstudio.core.project_file import project_text
from cnnstudio.data.keeping.limits import GIGABYTE, Limits
from cnnstudio.runs.events import BatchEnded, EpochEnded, PhaseChanged, RunEnded
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.protocol import Evaluate, Export, Failure, ListDevices, Pause, StopNow, Train
from cnnstudio.ui.jobs import Job, Jobs

ENGINE = "tests.ui.jobs.scripted_engine:serve"


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs(ENGINE)
    yield made
    assert made.close()


def train(jobs: Jobs, folder: Path, *, data: str = "fast", epochs: int = 3) -> Job:
    return jobs.request(
        Train,
        run_id="run",
        project=project_text(Project(name="test")),
        data=data,
        run_dir=str(folder),
        plan=TrainingPlan(epochs=epochs).to_json(),
    )


def test_a_request_starts_the_engine_and_is_answered(qtbot: QtBot, jobs: Jobs) -> None:
    job = jobs.request(ListDevices)
    with qtbot.waitSignal(job.succeeded, timeout=20_000) as answer:
        pass
    assert answer.args[0][0]["name"] == "CPU · 2 cores"
    assert jobs.state == "ready"
    assert jobs.ready is not None
    assert not jobs.busy


def test_asking_and_starting_return_at_once(qtbot: QtBot) -> None:
    jobs = Jobs("tests.ui.jobs.scripted_engine:serve_stuck")
    before = time.perf_counter()
    jobs.start()
    jobs.request(ListDevices)
    jobs.end()
    took = time.perf_counter() - before
    with qtbot.waitSignal(jobs.ended, timeout=20_000):
        pass
    assert took < 1.0, (
        "an engine that never listens takes half a second and more to end; nobody waited for it"
    )


def test_an_engine_that_cannot_load_says_why(qtbot: QtBot) -> None:
    jobs = Jobs("tests.ui.jobs.scripted_engine:serve_unable")
    with qtbot.waitSignal(jobs.warm_up_failed, timeout=20_000) as told:
        jobs.start()
    assert str(told.args[0]) == "Keras is not installed."
    assert str(jobs.reason) == "Keras is not installed."
    assert jobs.close()


def test_run_events_arrive_whole_and_in_order(qtbot: QtBot, jobs: Jobs, tmp_path: Path) -> None:
    events: list[object] = []
    bundles: list[int] = []

    def collect(bundle: tuple[object, ...]) -> None:
        events.extend(bundle)
        bundles.append(len(bundle))

    jobs.run_events.connect(collect)
    with qtbot.waitSignal(train(jobs, tmp_path / "run", epochs=20).succeeded, timeout=20_000):
        pass
    steps = [event.first_step for event in events if isinstance(event, BatchEnded)]
    assert steps == list(range(1, 501))
    assert [event.epoch for event in events if isinstance(event, EpochEnded)] == list(range(1, 21))
    assert isinstance(events[-1], RunEnded)
    assert len(bundles) < len(events) / 4, "batches come in bundles, not one by one"


def test_a_request_that_fails_says_why(qtbot: QtBot, jobs: Jobs, tmp_path: Path) -> None:
    with qtbot.waitSignal(train(jobs, tmp_path / "run", data="fail").failed, timeout=20_000) as failure:
        pass
    assert isinstance(failure.args[0], Failure)
    assert "not a number" in str(failure.args[0].message)


def test_a_cancelled_request_fails_as_cancelled(qtbot: QtBot, jobs: Jobs, tmp_path: Path) -> None:
    job = jobs.request(Export, run_dir=str(tmp_path), format="onnx", path=str(tmp_path / "model.onnx"))
    with qtbot.waitSignal(job.progressed, timeout=20_000):
        pass
    with qtbot.waitSignal(job.failed, timeout=20_000) as failure:
        job.cancel()
    assert failure.args[0].cancelled
    assert not (tmp_path / "model.onnx").exists()


def test_a_killed_engine_is_noticed_within_a_second_and_its_requests_fail(
    qtbot: QtBot, jobs: Jobs, tmp_path: Path
) -> None:
    jobs.start()
    qtbot.waitUntil(lambda: jobs.state == "ready", timeout=20_000)
    job = train(jobs, tmp_path / "run", data="slow", epochs=1000)
    with qtbot.waitSignal(jobs.run_events, timeout=20_000):
        pass
    failures: list[Failure] = []
    job.failed.connect(failures.append)
    with qtbot.waitSignal(jobs.died, timeout=1000) as died:
        os.kill(jobs.pid, signal.SIGKILL)
    assert "out of memory" in str(died.args[0])
    assert len(failures) == 1
    assert jobs.state == "dead"


def test_a_dead_engine_is_started_again_by_the_next_request(qtbot: QtBot, jobs: Jobs) -> None:
    jobs.start()
    qtbot.waitUntil(lambda: jobs.state == "ready", timeout=20_000)
    first = jobs.pid
    with qtbot.waitSignal(jobs.died, timeout=5000):
        os.kill(first, signal.SIGKILL)
    with qtbot.waitSignal(jobs.request(ListDevices).succeeded, timeout=20_000):
        pass
    assert jobs.pid != first
    assert jobs.state == "ready"


def test_a_restart_ends_the_old_engine_and_fails_what_was_asked_of_it(
    qtbot: QtBot, jobs: Jobs, tmp_path: Path
) -> None:
    jobs.start()
    qtbot.waitUntil(lambda: jobs.state == "ready", timeout=20_000)
    old = psutil.Process(jobs.pid)
    job = train(jobs, tmp_path / "run", data="slow", epochs=1000)
    with qtbot.waitSignal(jobs.run_events, timeout=20_000):
        pass
    with qtbot.waitSignal(job.failed, timeout=1000):
        jobs.restart()
    qtbot.waitUntil(lambda: jobs.state == "ready" and not old.is_running(), timeout=20_000)
    assert jobs.pid != old.pid


def test_the_engine_yields_to_the_window(qtbot: QtBot, jobs: Jobs) -> None:
    jobs.start()
    qtbot.waitUntil(lambda: jobs.state == "ready", timeout=20_000)
    assert psutil.Process(jobs.pid).nice() > psutil.Process().nice()


def test_closing_in_the_middle_of_a_run_keeps_it_and_leaves_no_process(qtbot: QtBot, tmp_path: Path) -> None:
    jobs = Jobs(ENGINE)
    jobs.start()
    qtbot.waitUntil(lambda: jobs.state == "ready", timeout=20_000)
    engine = psutil.Process(jobs.pid)
    train(jobs, tmp_path / "run", data="slow", epochs=1000)
    with qtbot.waitSignal(jobs.run_events, timeout=20_000):
        pass
    assert jobs.close()
    assert not engine.is_running()
    assert '"state": "stopped"' in (tmp_path / "run" / "run.json").read_text("utf-8")


def test_an_engine_that_cannot_be_imported_is_dead_and_says_so(qtbot: QtBot) -> None:
    jobs = Jobs("tests.ui.jobs.no_such_engine:serve")
    with qtbot.waitSignal(jobs.died, timeout=20_000) as died:
        jobs.start()
    assert "stopped unexpectedly" in str(died.args[0])
    assert jobs.close()


def test_pause_and_stop_reach_a_run(qtbot: QtBot, jobs: Jobs, tmp_path: Path) -> None:
    events: list[object] = []
    jobs.run_events.connect(events.extend)
    job = train(jobs, tmp_path / "run", data="slow", epochs=1000)
    qtbot.waitUntil(lambda: any(isinstance(event, BatchEnded) for event in events), timeout=20_000)
    jobs.control(Pause(run_id="run"))
    qtbot.waitUntil(lambda: getattr(events[-1], "phase", "") == "paused", timeout=5000)
    with qtbot.waitSignal(job.succeeded, timeout=5000) as answer:
        jobs.control(StopNow(run_id="run"))
    assert answer.args[0]["state"] == "stopped"


def test_requests_of_one_engine_are_told_apart(qtbot: QtBot, jobs: Jobs, tmp_path: Path) -> None:
    devices, evaluation = jobs.request(ListDevices), jobs.request(Evaluate, run_dir="", data="")
    answers: dict[str, object] = {}
    devices.succeeded.connect(lambda value: answers.update(devices=value))
    evaluation.succeeded.connect(lambda value: answers.update(evaluation=value))
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=20_000)
    assert answers["evaluation"] == {"accuracy": 0.9}
    assert isinstance(answers["devices"], list)


def test_a_running_engine_and_those_after_it_are_told_how_much_room_images_may_take(
    qtbot: QtBot, jobs: Jobs, tmp_path: Path
) -> None:
    jobs.limit_images(Limits(memory=5, file=6))
    assert jobs._environment["CNNSTUDIO_IMAGE_CACHE"] == repr(6 / GIGABYTE)
    with qtbot.waitSignal(jobs.request(ListDevices).succeeded, timeout=20_000):
        pass
    jobs.limit_images(Limits(memory=5, file=0))
    events: list[object] = []
    jobs.run_events.connect(events.extend)
    with qtbot.waitSignal(train(jobs, tmp_path / "run").succeeded, timeout=20_000):
        pass
    assert any(isinstance(event, PhaseChanged) and event.remark for event in events)

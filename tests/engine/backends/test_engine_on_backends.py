"""The engine's process with JAX and with PyTorch: every kind of work, and runs that move between backends."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from cnnstudio.core.project_file import project_text
from cnnstudio.engine.evaluation import evaluate, predict
from cnnstudio.engine.training import resume
from cnnstudio.runs.engine_process import EngineProcess
from cnnstudio.runs.events import EpochEnded, PhaseChanged
from cnnstudio.runs.protocol import (
    Continue,
    Evaluate,
    Export,
    Failure,
    Forecast,
    Pause,
    Predict,
    Progress,
    Ready,
    Reply,
    Report,
    Request,
    ResumeRun,
    StopNow,
    Train,
    Warm,
)
from cnnstudio.runs.run_folder import RunFolder
from tests.engine.backends.installed import OTHERS
from tests.engine.small_data import network, node, project, write_images

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]  # many cold starts, on a busy machine


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_images(tmp_path_factory.mktemp("images") / "data")


@pytest.fixture(scope="module", params=OTHERS)
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def engine(backend: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    log = tmp_path_factory.mktemp("log") / "engine.log"
    with EngineProcess(environment={"KERAS_BACKEND": backend}, log=log) as process:
        yield process


def do(
    engine: EngineProcess, request: Request, heard: Callable[[Report], None] = lambda _: None
) -> tuple[Reply | Failure, list[Report]]:
    """Ask for something and listen until it ends."""
    engine.send(request)
    reports: list[Report] = []
    while True:
        report = engine.receive(120)
        assert report is not None, "the engine said nothing for two minutes"
        reports.append(report)
        heard(report)
        if isinstance(report, (Reply, Failure)) and report.request == request.request:
            return report, reports


def train_request(engine: EngineProcess, images: Path, run: Path, **training: object) -> Train:
    net = network(3, node("lrn", "LocalResponseNormalization"))
    return Train(
        request=engine.next_request(),
        run_id=run.name,
        project=project_text(project(net, **training)),
        data=str(images),
        run_dir=str(run),
    )


@pytest.fixture(scope="module")
def run_dir(engine: EngineProcess, images: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of four epochs."""
    run = tmp_path_factory.mktemp("runs") / "four"
    end, _ = do(engine, train_request(engine, images, run, epochs=4))
    assert isinstance(end, Reply), end
    return run


def test_warming_up_names_the_backend_its_version_and_a_processor(
    engine: EngineProcess, backend: str
) -> None:
    end, reports = do(engine, Warm(request=engine.next_request()))
    assert isinstance(end, Reply), end
    ready = next(report for report in reports if isinstance(report, Ready))
    assert ready.backend == backend
    assert ready.versions[backend]
    (processor,) = [device for device in ready.devices if device["id"] == "cpu"]
    assert processor["usable"]
    assert processor["memory"] > 0


def test_a_forecast_is_measured(engine: EngineProcess) -> None:
    end, _ = do(engine, Forecast(request=engine.next_request(), project=project_text(project()), images=100))
    assert isinstance(end, Reply), end
    assert end.value["images_per_second"] > 0


def test_training_learns_and_says_which_backend_it_was(run_dir: Path, backend: str) -> None:
    run = RunFolder.open(run_dir)
    assert run.state == "finished"
    assert run.record.plan.backend == backend
    assert run.record.versions[backend]
    assert [row["epoch"] for row in run.history()] == [1, 2, 3, 4]
    losses = [row["loss"] for row in run.history()]
    assert losses[-1] < losses[0] / 1.5
    assert run.record.metrics["val_accuracy"] > 0.6  # a third by guessing
    assert all((run_dir / name).is_file() for name in ("model.keras", "curves.png", "confusion.csv"))


def test_tensorflow_makes_of_the_model_what_the_backend_makes_of_it(
    engine: EngineProcess, run_dir: Path, images: Path
) -> None:
    picture = images / "striped" / "03.png"
    end, _ = do(engine, Evaluate(request=engine.next_request(), run_dir=str(run_dir), data=str(images)))
    assert isinstance(end, Reply), end
    here = evaluate(run_dir, images)
    assert end.value["confusion"] == here["confusion"]
    assert end.value["loss"] == pytest.approx(here["loss"], abs=1e-5)
    end, _ = do(engine, Predict(request=engine.next_request(), run_dir=str(run_dir), paths=(str(picture),)))
    assert isinstance(end, Reply), end
    (guess,) = predict(run_dir, paths=[picture])
    assert end.value[0]["class"] == guess["class"]
    assert end.value[0]["probability"] == pytest.approx(guess["probability"], abs=1e-5)


def test_pausing_continuing_and_stopping_work(engine: EngineProcess, images: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
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

    end, _ = do(engine, train_request(engine, images, run, epochs=10_000, batch_size=1), heard)
    assert isinstance(end, Reply), end
    assert end.value["state"] == "stopped"
    assert "paused" in phases
    assert RunFolder.open(run).has_model


def test_a_run_that_goes_on_computes_what_it_would_have_computed(
    engine: EngineProcess, run_dir: Path, images: Path, tmp_path: Path
) -> None:
    run = tmp_path / "run"
    end, _ = do(engine, train_request(engine, images, run, epochs=2))
    assert isinstance(end, Reply), end
    end, _ = do(engine, ResumeRun(request=engine.next_request(), run_id="run", run_dir=str(run), epochs=4))
    assert isinstance(end, Reply), end
    resumed, straight = RunFolder.open(run).history(), RunFolder.open(run_dir).history()
    for one, other in zip(resumed, straight, strict=True):
        for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
            assert one[name] == pytest.approx(other[name], abs=1e-5)


def test_a_run_goes_on_with_tensorflow(run_dir: Path, backend: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(run_dir, copy)
    before = RunFolder.open(copy).history()[-1]
    record = resume(copy, emit=lambda _: None, epochs=5)
    assert record.state == "finished"
    assert record.plan.backend == "tensorflow"
    after = RunFolder.open(copy).history()[-1]
    assert after["epoch"] == 5
    assert after["loss"] < 1.2 * before["loss"]  # it did not begin anew
    assert f"went on with tensorflow after {backend}" in (copy / "train.log").read_text("utf-8")


@pytest.mark.parametrize("name", ["onnx", "keras"])
def test_export_works_with_tensorflow_beside_the_engine(
    name: str, engine: EngineProcess, run_dir: Path, images: Path, tmp_path: Path
) -> None:
    path = tmp_path / f"model.{name}"
    end, reports = do(
        engine, Export(request=engine.next_request(), run_dir=str(run_dir), format=name, path=str(path))
    )
    assert isinstance(end, Reply), end
    assert end.value["largest_difference"] < 1e-5
    assert end.value["images"] == 16
    assert any(isinstance(report, Progress) for report in reports)
    assert path.is_file()
    if name == "onnx":
        session = onnxruntime.InferenceSession(str(path))
        found = session.run(None, {session.get_inputs()[0].name: np.zeros((1, 16, 16, 1), np.float32)})[0]
        assert found.sum() == pytest.approx(1, abs=1e-5)


def test_an_export_that_fails_is_told_in_words(engine: EngineProcess, run_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "model.onnx").mkdir()
    end, _ = do(
        engine,
        Export(
            request=engine.next_request(),
            run_dir=str(run_dir),
            format="onnx",
            path=str(tmp_path / "model.onnx"),
        ),
    )
    assert isinstance(end, Failure)
    assert "is a folder" in str(end.message)
    assert str(end.hint)


def test_a_plan_for_another_backend_is_refused_with_the_cure(
    engine: EngineProcess, images: Path, tmp_path: Path
) -> None:
    end, _ = do(engine, train_request(engine, images, tmp_path / "run", backend="tensorflow"))
    assert isinstance(end, Failure)
    assert "asks for the backend TensorFlow" in str(end.message)
    assert "KERAS_BACKEND=tensorflow" in str(end.hint)
    assert not (tmp_path / "run").exists()

"""The Understand workspace around answers made here: what is asked, what is shown, and what is said when it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import save_project
from cnnstudio.layers import catalogue
from cnnstudio.runs.protocol import Failure, MeasureGradients, ReadWeights
from cnnstudio.runs.record import RunRecord, now
from cnnstudio.runs.run_folder import MODEL, PROJECT, RunFolder, write_record
from cnnstudio.ui.jobs.jobs import Job
from cnnstudio.ui.session import Session
from cnnstudio.ui.understand.kernels import KernelWall, LargeKernel
from cnnstudio.ui.understand.plots import ChannelPlot
from cnnstudio.ui.understand.workspace import UnderstandWorkspace
from cnnstudio.zoo import templates

VALUES = {
    "conv1": {"kernel": np.arange(90, dtype=np.float32).reshape(3, 3, 2, 5) - 45, "bias": np.zeros(5)},
    "norm1": {
        "gamma": np.array([1.0, 2.0]),
        "beta": np.array([0.0, 0.5]),
        "moving_mean": np.array([3.0, 4.0]),
        "moving_variance": np.array([1.0, 9.0]),
    },
    "dense1": {"kernel": np.linspace(-1, 1, 20).reshape(4, 5), "bias": np.array([0.1, 0.2, 0.3, 0.4])},
}
TYPES = {"conv1": "Conv2D", "norm1": "BatchNormalization", "dense1": "Dense"}


def weights_reply() -> dict[str, Any]:
    layers = [
        {
            "name": name,
            "type": TYPES[name],
            "weights": [
                {
                    "name": weight,
                    "shape": values.shape,
                    "count": values.size,
                    "trainable": not weight.startswith("moving"),
                    "min": float(values.min()),
                    "max": float(values.max()),
                    "mean": float(values.mean()),
                    "std": float(values.std()),
                    "not_finite": 0,
                }
                for weight, values in arrays.items()
            ],
        }
        for name, arrays in VALUES.items()
    ]
    return {"layers": layers, "parameters": 123}


def layer_reply(name: str) -> dict[str, Any]:
    told = {}
    for weight, values in VALUES[name].items():
        counts, edges = np.histogram(values, bins=4)
        told[weight] = {"values": values.astype(np.float32), "counts": counts, "edges": edges}
    return {**weights_reply(), "layer": name, "values": told}


def gradients_reply(**norms: float) -> dict[str, Any]:
    return {
        "loss": 1.25,
        "images": 16,
        "layers": [
            {"name": name, "type": TYPES[name], "norm": norm, "count": 10, "weights": []}
            for name, norm in norms.items()
        ],
    }


class Asked:
    """Stands for the engine: keeps what is asked, and answers when told."""

    def __init__(self) -> None:
        self.open: list[tuple[type, dict[str, Any], Job]] = []
        self.all: list[tuple[type, dict[str, Any]]] = []
        self.cancelled = 0

    def request(self, kind: type, **values: Any) -> Job:
        job = Job(len(self.all), self)  # type: ignore[arg-type]  # it only cancels with it
        self.all.append((kind, values))
        self.open.append((kind, values, job))
        return job

    def control(self, _message: object) -> None:
        self.cancelled += 1

    def answer_all(self, gradients: dict[str, Any]) -> None:
        while self.open:
            kind, values, job = self.open.pop(0)
            if kind is MeasureGradients:
                job.succeeded.emit(gradients)
            elif values.get("layer"):
                job.succeeded.emit(layer_reply(values["layer"]))
            else:
                job.succeeded.emit(weights_reply())

    def fail(self, message: str, hint: str = "") -> None:
        _, _, job = self.open.pop(0)
        job.failed.emit(Failure(request=0, message=Message(message), hint=Message(hint)))


EVEN = gradients_reply(conv1=0.5, norm1=0.1, dense1=1.0)
FALLING = gradients_reply(conv1=0.00025, norm1=0.1, dense1=1.0)


def write_run(folder: Path, name: str, *, model: bool = True) -> Path:
    path = folder / name
    path.mkdir(parents=True)
    record = RunRecord(run_id=name, name=name, state="finished", created=now(), metrics={"val_accuracy": 0.9})
    write_record(path, record)
    save_project(Project(name=name, network=templates()["lenet5"].build()), path / PROJECT)
    if model:
        (path / MODEL).write_bytes(b"weights")
    return path


@pytest.fixture
def engine() -> Asked:
    return Asked()


@pytest.fixture
def session(qapp: object, tmp_path: Path) -> Session:
    made = Session(catalogue())
    (tmp_path / "images").mkdir()
    made.document.open(
        Project(
            name="LeNet-5",
            network=templates()["lenet5"].build(),
            data=Params(kind="image_folder", path=str(tmp_path / "images")),
        )
    )
    return made


@pytest.fixture
def show(
    qtbot: QtBot, session: Session, engine: Asked, tmp_path: Path
) -> Iterator[Callable[[], UnderstandWorkspace]]:
    made: list[UnderstandWorkspace] = []

    def show() -> UnderstandWorkspace:
        workspace = UnderstandWorkspace(session, lambda: engine, lambda: tmp_path / "runs")  # type: ignore[arg-type, return-value]
        made.append(workspace)
        qtbot.addWidget(workspace)
        workspace.resize(1208, 620)
        with qtbot.waitSignal(workspace.library.listed), qtbot.waitExposed(workspace):
            workspace.show()
        return workspace

    yield show
    for workspace in made:
        workspace.stop()
        workspace.close()


def test_the_newest_run_with_a_model_is_looked_at_first(
    show: Callable[[], UnderstandWorkspace], engine: Asked, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "runs", "first")
    write_run(tmp_path / "runs", "without", model=False)
    workspace = show()
    assert engine.all[0] == (ReadWeights, {"run_dir": str(run)})
    engine.answer_all(EVEN)
    assert [kind for kind, _ in engine.all] == [ReadWeights, ReadWeights, MeasureGradients]
    assert [row.name for row in workspace.table.rows] == ["conv1", "norm1", "dense1"]
    assert workspace.findings[0].text.text().startswith("Gradients reach every layer")
    assert "loss 1.25 on 16 training images" in workspace.status.text()


def test_a_choice_outlives_another_look_at_the_runs(
    show: Callable[[], UnderstandWorkspace], engine: Asked, tmp_path: Path, qtbot: QtBot
) -> None:
    old = write_run(tmp_path / "runs", "old")
    write_run(tmp_path / "runs", "other")
    workspace = show()
    workspace.subjects.choose(str(old), "")
    write_run(tmp_path / "runs", "newer")
    with qtbot.waitSignal(workspace.library.listed):
        workspace.look_for_runs()
    assert (workspace.subjects.first, workspace.subjects.second) == (str(old), "")
    assert workspace.subjects.list.count() == 4


def test_images_of_a_run_that_are_gone_are_looked_for_in_the_open_projects_data(
    show: Callable[[], UnderstandWorkspace], engine: Asked, tmp_path: Path
) -> None:
    gone, there = (write_run(tmp_path / "runs", name) for name in ("gone", "there"))
    for run, data in ((gone, tmp_path / "nowhere"), (there, tmp_path / "runs")):
        write_record(run, replace(RunFolder.open(run).record, data={"path": str(data)}))
    workspace = show()
    workspace.subjects.choose(str(gone))
    engine.answer_all(EVEN)
    workspace.subjects.choose(str(there))
    engine.answer_all(EVEN)
    asked = [values for kind, values in engine.all if kind is MeasureGradients]
    assert {"run_dir": str(gone), "data": str(tmp_path / "images")} in asked
    assert {"run_dir": str(there), "data": ""} in asked


def test_vanishing_gradients_are_told_on_top(show: Callable[[], UnderstandWorkspace], engine: Asked) -> None:
    workspace = show()
    engine.answer_all(FALLING)
    finding = workspace.findings[0]
    assert finding.isVisible()
    assert "The gradient of conv1 is 4,000 times smaller than that of dense1" in finding.text.text()
    assert finding.property("severity") == "warning"
    assert workspace.table.scale == (-4, 0)


def test_without_runs_the_open_network_is_looked_at(
    show: Callable[[], UnderstandWorkspace], engine: Asked
) -> None:
    workspace = show()
    kind, values = engine.all[0]
    assert kind is ReadWeights
    assert "LeNet-5" in values["project"]
    assert "run_dir" not in values
    assert workspace.subjects.first == ""


def test_without_data_it_says_where_to_choose_them(
    show: Callable[[], UnderstandWorkspace], engine: Asked, session: Session, qtbot: QtBot
) -> None:
    session.document.set_data(Params())
    workspace = show()
    engine.answer_all(EVEN)
    assert MeasureGradients not in [kind for kind, _ in engine.all]
    assert len(workspace.table.rows) == 3
    finding = workspace.findings[0]
    assert "Choose images in Data" in finding.text.text()
    with qtbot.waitSignal(workspace.data_wanted):
        qtbot.mouseClick(finding.data, Qt.MouseButton.LeftButton)


def test_what_fails_is_said_with_its_cure_and_can_be_tried_again(
    show: Callable[[], UnderstandWorkspace], engine: Asked, qtbot: QtBot
) -> None:
    workspace = show()
    engine.fail("The training engine stopped unexpectedly.", "It starts again by itself.")
    finding = workspace.findings[0]
    assert finding.text.text() == "The training engine stopped unexpectedly. It starts again by itself."
    assert workspace.table.rows == ()
    again = finding.findChild(QPushButton)
    assert again is not None
    qtbot.mouseClick(again, Qt.MouseButton.LeftButton)
    engine.answer_all(EVEN)
    assert len(workspace.table.rows) == 3
    assert "Gradients reach" in finding.text.text()


def test_two_networks_stand_side_by_side(
    show: Callable[[], UnderstandWorkspace], engine: Asked, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "runs", "first")
    workspace = show()
    engine.answer_all(FALLING)
    workspace.subjects.choose(str(run), "")
    engine.answer_all(EVEN)
    assert workspace.table.compares
    assert workspace.table.rows[0].norms == (0.00025, 0.5)
    assert workspace.findings[0].isVisible()
    assert workspace.findings[1].isVisible()
    assert workspace.detail.side.isVisible()
    workspace.detail.side.setCurrentIndex(1)
    assert "project" in engine.all[-1][1]
    engine.answer_all(EVEN)
    workspace.subjects.choose(str(run), None)
    assert not workspace.table.compares
    assert not workspace.findings[1].isVisible()


def test_another_networks_layer_of_the_same_name_is_read_anew(
    show: Callable[[], UnderstandWorkspace], engine: Asked, tmp_path: Path
) -> None:
    first, second = (write_run(tmp_path / "runs", name) for name in ("first", "second"))
    workspace = show()
    workspace.subjects.choose(str(first))
    engine.answer_all(EVEN)
    workspace.subjects.choose(str(second))
    engine.answer_all(EVEN)
    layers = [values["run_dir"] for kind, values in engine.all if values.get("layer") == "conv1"]
    assert layers[-2:] == [str(first), str(second)]
    asked = len(engine.all)
    workspace.subjects.choose(str(first))
    assert len(engine.all) == asked  # it is known
    assert workspace.detail.layer == "conv1"
    assert workspace.detail.findChild(KernelWall) is not None


def test_an_edit_of_the_open_network_is_followed(
    show: Callable[[], UnderstandWorkspace], engine: Asked, session: Session, qtbot: QtBot
) -> None:
    show()
    engine.answer_all(EVEN)
    asked = len(engine.all)
    session.document.set_training(Params(seed=99))
    qtbot.waitUntil(lambda: len(engine.all) > asked)
    assert '"seed": 99' in engine.all[asked][1]["project"]


def test_a_convolutions_kernels_are_chosen_and_read(
    show: Callable[[], UnderstandWorkspace], engine: Asked, qtbot: QtBot
) -> None:
    workspace = show()
    engine.answer_all(EVEN)
    wall, large = workspace.detail.findChild(KernelWall), workspace.detail.findChild(LargeKernel)
    assert wall is not None
    assert large is not None
    assert wall.count == 5
    qtbot.keyClick(wall, Qt.Key.Key_Right)
    choice = workspace.detail.findChild(QSpinBox, "kernelSlice")
    assert choice is not None
    choice.setValue(2)
    qtbot.keyClick(large, Qt.Key.Key_Down)
    kernel = VALUES["conv1"]["kernel"]
    np.testing.assert_array_equal(large.values, kernel[:, :, 1, 1])
    assert workspace.detail.readout.text() == f"kernel 2 of 5, row 2, column 1: {kernel[1, 0, 1, 1]:g}"


def test_batch_normalisation_has_four_plots_that_move_together(
    show: Callable[[], UnderstandWorkspace], engine: Asked, qtbot: QtBot
) -> None:
    workspace = show()
    engine.answer_all(EVEN)
    assert workspace.table.choose("norm1")
    engine.answer_all(EVEN)
    plots = workspace.detail.findChildren(ChannelPlot)
    live = [plot for plot in plots if plot.isVisible()]
    assert [plot.accessibleName() for plot in live] == ["gamma", "beta", "moving mean", "moving variance"]
    qtbot.keyClick(live[2], Qt.Key.Key_Right)
    assert [plot.current for plot in live] == [1, 1, 1, 1]
    assert workspace.detail.readout.text() == (
        "channel 2 · gamma 2 · beta 0.5 · moving mean 4 · moving variance 9"
    )


def test_everything_is_copied(show: Callable[[], UnderstandWorkspace], engine: Asked) -> None:
    workspace = show()
    engine.answer_all(EVEN)
    clipboard = QGuiApplication.clipboard()
    workspace.table.copy_csv()
    assert clipboard.text().splitlines()[1].startswith("conv1,(all),Conv2D,3×3×2×5 + 5,95,yes")
    workspace.table.copy_markdown()
    assert clipboard.text().startswith("| layer | weight |")
    workspace.table.choose("norm1")
    engine.answer_all(EVEN)
    workspace.detail.copy_csv()
    assert clipboard.text().splitlines()[2] == "2,2,0.5,4,9"


def test_a_layer_that_waits_for_the_gradients_says_so(
    show: Callable[[], UnderstandWorkspace], engine: Asked
) -> None:
    workspace = show()
    _, _, weights = engine.open.pop(0)
    weights.succeeded.emit(weights_reply())
    assert workspace.table.choose("dense1")
    assert workspace.detail.said.text() == "The values come when the gradients are measured."
    engine.answer_all(EVEN)
    assert workspace.detail.said.text() == ""
    assert workspace.detail.layer == "dense1"


def test_the_measure_can_be_that_of_a_single_weight(
    show: Callable[[], UnderstandWorkspace], engine: Asked
) -> None:
    workspace = show()
    engine.answer_all(EVEN)
    row = workspace.table.rows[2]
    assert workspace.table.gradient_text(row, 0) == "1"
    workspace.measure.setCurrentIndex(1)
    assert workspace.table.gradient_text(row, 0) == "0.316"


def test_nothing_is_asked_while_it_is_not_seen(
    show: Callable[[], UnderstandWorkspace], engine: Asked, session: Session, qtbot: QtBot
) -> None:
    workspace = show()
    engine.answer_all(EVEN)
    workspace.hide()
    asked = len(engine.all)
    session.document.set_training(Params(seed=3))
    workspace.subjects.choose("")
    assert len(engine.all) == asked
    with qtbot.waitSignal(workspace.library.listed):
        workspace.show()
    assert len(engine.all) == asked + 1


def test_every_part_has_a_name_in_words(show: Callable[[], UnderstandWorkspace], engine: Asked) -> None:
    workspace = show()
    engine.answer_all(EVEN)
    assert workspace.objectName() == "understand"
    for name in ("understandRuns", "understandBeside", "understandLayers", "understandMeasure", "kernelWall"):
        found = workspace.findChild(QWidget, name)
        assert found is not None, name
        assert found.accessibleName(), name

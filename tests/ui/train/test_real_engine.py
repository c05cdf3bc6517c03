"""The Train workspace with the real engine on a few real image files: train, lose the engine in mid-epoch, resume."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.runs.engine_process import ENGINE
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.export_dialog import ExportDialog
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.workspace import TrainWorkspace
from cnnstudio.zoo import templates

pytestmark = [pytest.mark.engine, pytest.mark.slow]

CLASSES, IMAGES = ("bars", "noise", "rows"), 60


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Three classes that are told apart at a glance."""
    random = np.random.default_rng(7)
    for name in CLASSES:
        folder = tmp_path / "images" / name
        folder.mkdir(parents=True)
        for number in range(IMAGES):
            pixels = random.integers(0, 60, (28, 28))
            if name == "bars":
                pixels[:, :: 2 + number % 3] += 180
            elif name == "rows":
                pixels[:: 2 + number % 3, :] += 180
            Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{number}.png")
    return tmp_path / "images"


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs(ENGINE)
    yield made
    assert made.close(30_000)


@pytest.fixture
def workspace(qtbot: QtBot, jobs: Jobs, images: Path, tmp_path: Path) -> Iterator[TrainWorkspace]:
    session = Session(catalogue())
    network = templates()["lenet5"].build(classes=len(CLASSES))
    session.document.open(
        Project(
            name="LeNet-5",
            network=network,
            data=Params(kind="image_folder", path=str(images)),
            training=Params(epochs=400, batch_size=16),
        )
    )
    assert session.analysis.ok
    made = TrainWorkspace(session, jobs, tmp_path / "runs")
    qtbot.addWidget(made)
    made.resize(1280, 720)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_down()
    made.close()


def test_a_killed_engine_costs_no_finished_epoch_and_the_model_is_exported(
    qtbot: QtBot, workspace: TrainWorkspace, jobs: Jobs, tmp_path: Path
) -> None:
    trainer = workspace.trainer
    assert workspace.page is not None
    qtbot.mouseClick(workspace.page.strip.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: trainer.run is not None and trainer.run.epochs_done >= 2, timeout=120_000)
    folder = trainer.folder
    assert folder is not None
    safe = len(RunFolder.open(folder).history())
    with qtbot.waitSignal(trainer.died, timeout=10_000):
        os.kill(jobs.pid, signal.SIGKILL)
    notice = workspace.page.notice
    assert "Your finished epochs are safe. Resume?" in notice.text.text()
    assert RunFolder.open(folder).state == "interrupted"
    kept = len(RunFolder.open(folder).history())
    assert kept >= safe

    qtbot.mouseClick(notice.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: trainer.run is not None and trainer.run.epochs_done > kept, timeout=120_000)
    with qtbot.waitSignal(trainer.ended, timeout=60_000):
        trainer.stop_after_epoch()
    finished = RunFolder.open(folder)
    assert finished.state == "stopped"
    epochs = [int(row["epoch"]) for row in finished.history()]
    assert epochs == list(range(1, len(epochs) + 1))
    page = workspace.page
    qtbot.waitUntil(lambda: page.runs.matrix.confusion is not None, timeout=10_000)
    confusion = page.runs.matrix.confusion
    assert confusion is not None
    assert confusion.classes == CLASSES
    assert sum(map(sum, confusion.counts)) == round(0.2 * IMAGES * len(CLASSES))

    dialog = ExportDialog(jobs, [finished])
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.path.setText(str(tmp_path / "bars.keras"))
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.start_button.isEnabled, timeout=120_000)
    assert "Keras gives exactly the same answers" in dialog.outcome.text()
    assert (tmp_path / "bars.keras").stat().st_size > 100_000
    dialog.close()

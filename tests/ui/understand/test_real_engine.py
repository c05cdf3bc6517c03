"""The Understand workspace with the real engine: a trained run, the open network, a lost engine, a damaged run."""

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
from cnnstudio.core.project_file import project_text
from cnnstudio.layers import catalogue
from cnnstudio.runs.engine_process import ENGINE
from cnnstudio.runs.protocol import Train
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session
from cnnstudio.ui.understand.kernels import KernelWall
from cnnstudio.ui.understand.workspace import UnderstandWorkspace
from cnnstudio.zoo import templates

pytestmark = [pytest.mark.engine, pytest.mark.slow]

WAIT = 120_000


@pytest.fixture
def project(tmp_path: Path) -> Project:
    random = np.random.default_rng(7)
    for name in ("bars", "rows"):
        folder = tmp_path / "images" / name
        folder.mkdir(parents=True)
        for number in range(20):
            pixels = random.integers(0, 60, (28, 28))
            pixels[:, ::3] += 180 if name == "bars" else 0
            pixels[::3, :] += 180 if name == "rows" else 0
            Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(folder / f"{number}.png")
    return Project(
        name="LeNet-5",
        network=templates()["lenet5-batchnorm"].build(classes=2),
        data=Params(kind="image_folder", path=str(tmp_path / "images")),
        training=Params(epochs=1, batch_size=16),
    )


@pytest.fixture
def jobs(qtbot: QtBot) -> Iterator[Jobs]:
    made = Jobs(ENGINE)
    yield made
    assert made.close(30_000)


@pytest.fixture
def workspace(qtbot: QtBot, jobs: Jobs, project: Project, tmp_path: Path) -> Iterator[UnderstandWorkspace]:
    job = jobs.request(
        Train,
        run_id="one",
        project=project_text(project),
        data=str(project.data["path"]),
        run_dir=str(tmp_path / "runs" / "one"),
    )
    with qtbot.waitSignal(job.succeeded, timeout=WAIT):
        pass
    session = Session(catalogue())
    session.document.open(project)
    made = UnderstandWorkspace(session, lambda: jobs, lambda: tmp_path / "runs")
    qtbot.addWidget(made)
    made.resize(1208, 620)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.stop()
    made.close()


def test_a_run_and_the_open_network_are_looked_into_and_a_lost_engine_is_no_end(
    qtbot: QtBot, workspace: UnderstandWorkspace, jobs: Jobs, tmp_path: Path
) -> None:
    first, second = workspace.sides
    qtbot.waitUntil(lambda: first.gradients is not None, timeout=WAIT)
    run = str(tmp_path / "runs" / "one")
    assert workspace.subjects.first == run
    names = [row.name for row in workspace.table.rows]
    assert names[0] == "conv1"
    assert all((row.norms[0] or 0.0) > 0.0 for row in workspace.table.rows)
    qtbot.waitUntil(lambda: workspace.detail.findChild(KernelWall) is not None, timeout=WAIT)

    workspace.subjects.choose(run, "")
    qtbot.waitUntil(lambda: second.gradients is not None, timeout=WAIT)
    assert all(row.norms[0] != row.norms[1] for row in workspace.table.rows)

    os.kill(jobs.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: jobs.state == "dead", timeout=WAIT)
    workspace.table.choose(names[-1])  # starts another one
    qtbot.waitUntil(lambda: bool(workspace.detail.readout.text()), timeout=WAIT)
    assert workspace.detail.layer == names[-1]

    (tmp_path / "runs" / "one" / "model.keras").write_bytes(b"not a model")
    workspace.subjects.choose(run)
    qtbot.waitUntil(lambda: bool(first.said), timeout=WAIT)
    finding = workspace.findings[0]
    assert "does not fit project.cnn or is damaged" in finding.text.text()
    assert "Traceback" not in finding.text.text()
    assert workspace.table.rows == ()

    (tmp_path / "runs" / "one" / "model.keras").unlink()
    qtbot.mouseClick(finding.again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "no model yet" in finding.text.text(), timeout=WAIT)

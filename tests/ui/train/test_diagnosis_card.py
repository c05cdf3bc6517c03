"""The card of findings: said in words, and a remedy goes into the plan with one click."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.runs.diagnosis import RunCurves, diagnose
from cnnstudio.runs.events import EpochEnded
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.training_run import TrainingRun
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.diagnosis_card import DiagnosisCard
from cnnstudio.ui.train.workspace import TrainWorkspace

NONE = np.empty(0)


def lost() -> RunCurves:
    loss = np.array([1.0, np.nan])
    return RunCurves(loss=loss, val_loss=NONE, accuracy=NONE, val_accuracy=NONE, batch_losses=NONE)


def test_the_same_findings_keep_their_widgets(qtbot: QtBot) -> None:
    card = DiagnosisCard()
    qtbot.addWidget(card)
    card.show_findings(diagnose(lost()))
    button = card.findChild(QPushButton)
    card.show_findings(diagnose(lost()))
    assert card.findChild(QPushButton) is button
    assert "no longer a number" in card.text()
    assert card.accessibleDescription() == card.text()


def test_a_remedy_goes_into_the_plan_with_one_click(workspace: TrainWorkspace, session: Session) -> None:
    page = workspace.page
    assert page is not None
    run = TrainingRun(run_id="a")
    for epoch, loss in ((1, 1.0), (2, float("nan"))):
        run = run.apply(EpochEnded(run_id="a", epoch=epoch, step=epoch, metrics={"loss": loss}))
    page.show_reading(run)
    assert page.diagnosis.isVisible()
    button = page.diagnosis.findChild(QPushButton, "remedy-learning_rate")
    assert isinstance(button, QPushButton)
    button.click()
    assert TrainingPlan.from_json(session.document.project.training).learning_rate == 1e-4
    page.show_reading(None)
    assert not page.diagnosis.isVisible()

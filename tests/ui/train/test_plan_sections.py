"""The folding parts of the plan: they hold what is set, show each optimizer's own settings, and keep what is typed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.runs.run_writer import RunWriter
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session
from cnnstudio.ui.train.page import TrainPage
from cnnstudio.ui.train.plan_sections import PlanSections
from cnnstudio.ui.train.runs_table import RunsModel
from cnnstudio.ui.train.workspace import TrainWorkspace


def sections_of(workspace: TrainWorkspace) -> PlanSections:
    page = workspace.findChild(TrainPage)
    assert page is not None
    return page.form.sections


def test_what_is_at_its_default_stays_folded_and_a_headline_tells_what_is_not(
    qtbot: QtBot, workspace: TrainWorkspace, session: Session
) -> None:
    sections = sections_of(workspace)
    assert not any(part.is_open for part in (sections.schedule, sections.stopping, sections.device))
    assert not sections.choices["schedule"].isVisible()
    session.document.set_training(Params(schedule="cosine", stopping_patience=4, best_metric="val_loss"))
    assert sections.schedule.changes.text() == "cosine"
    assert sections.stopping.changes.text() == "2 set"
    qtbot.mouseClick(sections.schedule.header, Qt.MouseButton.LeftButton)
    assert sections.choices["schedule"].isVisible()
    assert sections.numbers["minimum_rate"].isVisible()
    assert not sections.numbers["decay_epochs"].isVisible()


def test_only_the_chosen_optimizers_settings_are_shown_with_keras_values(
    workspace: TrainWorkspace, session: Session
) -> None:
    sections = sections_of(workspace)
    sections.optimizer.unfold()
    assert sections.numbers["beta_2"].isVisible()
    assert sections.numbers["beta_2"].placeholderText() == "0.999"
    session.document.set_training(Params(optimizer="lion"))
    assert sections.numbers["beta_2"].placeholderText() == "0.99"
    session.document.set_training(Params(optimizer="sgd"))
    assert not sections.numbers["beta_2"].isVisible()
    assert sections.checks["nesterov"].isVisible()


def test_what_is_typed_goes_into_the_project_and_what_is_emptied_goes_out(
    qtbot: QtBot, workspace: TrainWorkspace, session: Session
) -> None:
    sections = sections_of(workspace)
    sections.optimizer.unfold()
    field = sections.numbers["clipnorm"]
    field.setFocus()
    qtbot.keyClicks(field, "1.5")
    assert session.document.project.training["clipnorm"] == 1.5
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert "clipnorm" not in session.document.project.training
    qtbot.keyClick(sections.numbers["beta_1"], Qt.Key.Key_Up)
    assert session.document.project.training["beta_1"] == 0.95
    sections.checks["use_ema"].click()
    assert TrainingPlan.from_json(session.document.project.training).use_ema


def test_layers_are_frozen_from_a_menu(workspace: TrainWorkspace, session: Session) -> None:
    sections = sections_of(workspace)
    menu = sections.frozen.menu()
    menu.aboutToShow.emit()
    actions = {action.data(): action for action in menu.actions()}
    first = next(iter(actions))
    assert "flatten" not in {str(name).lower() for name in actions}
    actions[first].trigger()
    assert session.document.project.training["frozen"] == (first,)
    assert sections.frozen.text() == first


def test_a_wrong_setting_of_a_file_unfolds_its_part(workspace: TrainWorkspace, session: Session) -> None:
    sections = sections_of(workspace)
    session.document.set_training(Params(label_smoothing=2.0))
    assert sections.regularising.is_open
    assert sections.numbers["label_smoothing"].property("invalid")


def test_a_frozen_layer_is_counted_as_not_trained_wherever_that_is_told(session: Session) -> None:
    before = session.whole.trainable_params
    name = next(node for node, known in session.analysis.nodes.items() if known.weights)
    session.document.set_training(Params(frozen=[name]))
    assert session.whole.trainable_params == before - session.whole.nodes[name].param_count
    assert session.analysis.nodes[name].summary.startswith("frozen")


def test_another_backend_starts_the_engine_anew_and_a_missing_one_is_refused(
    qtbot: QtBot,
    workspace: TrainWorkspace,
    session: Session,
    jobs: Jobs,
    choose_data: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cnnstudio.runs.backends.is_installed", lambda backend: backend != "torch")
    choose_data("fast")
    jobs.start()
    qtbot.waitUntil(lambda: jobs.state == "ready" and not jobs.busy, timeout=10_000)
    first = jobs.pid
    session.document.set_training(Params(backend="jax"))
    assert jobs.backend == "jax"
    qtbot.waitUntil(lambda: jobs.state == "ready" and jobs.pid != first, timeout=10_000)
    session.document.set_training(Params(epochs=5, backend="jax"))
    assert jobs.state == "ready", "the same backend starts nothing"
    session.document.set_training(Params(backend="torch"))
    assert jobs.backend == "jax"
    with qtbot.waitSignal(workspace.trainer.refused) as refused:
        workspace.trainer.start()
    assert "PyTorch is not installed" in str(refused.args[0].message)


def test_where_a_runs_first_weights_came_from_is_told(tmp_path: Path) -> None:
    start = {"run": "/runs/teacher", "loaded": ["conv1"], "left": {"dense": "its weights are 3, there 4"}}
    record = RunRecord(run_id="a", name="Student", started_from=start)
    RunWriter.create(tmp_path / "run", record, Project(name="Student")).close()
    runs = RunsModel()
    runs.show_folders([RunFolder.open(tmp_path / "run")])
    told = str(runs.data(runs.index(0, 0), Qt.ItemDataRole.ToolTipRole))
    assert "began with the weights of teacher: conv1" in told
    assert "dense began anew: its weights are 3, there 4" in told


def test_a_weight_decay_that_is_in_force_is_shown_whatever_the_optimizer(
    workspace: TrainWorkspace, session: Session
) -> None:
    assert workspace.page is not None
    fields = workspace.page.form.numbers
    assert not fields["weight_decay"].isVisible()
    session.document.set_training(Params(weight_decay=0.0001, momentum=0.9))
    assert fields["weight_decay"].isVisible()
    assert not fields["momentum"].isVisible()  # adam has none

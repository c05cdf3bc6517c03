"""The Train workspace from the click on Start to the end of a run, and when things go wrong."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QModelIndex, Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QProgressBar, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import remove
from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.layers.hints import HintContext
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.session import Session
from cnnstudio.ui.train import forecaster
from cnnstudio.ui.train.page import RUNS_REMEMBERED, TrainPage
from cnnstudio.ui.train.run_library import read_run
from cnnstudio.ui.train.workspace import TrainWorkspace

ChooseData = Callable[..., None]


def page_of(workspace: TrainWorkspace) -> TrainPage:
    assert workspace.page is not None
    return workspace.page


def button(workspace: QWidget, name: str) -> QPushButton:
    found = workspace.findChild(QPushButton, name)
    assert found is not None, name
    return found


def click(qtbot: QtBot, workspace: QWidget, name: str) -> None:
    assert button(workspace, name).isVisible()
    qtbot.mouseClick(button(workspace, name), Qt.MouseButton.LeftButton)


def train(qtbot: QtBot, workspace: TrainWorkspace) -> Path:
    """Click Start and wait for the end; gives the run's folder."""
    with qtbot.waitSignal(workspace.trainer.ended, timeout=30_000):
        click(qtbot, workspace, "trainStart")
    assert workspace.trainer.folder is not None
    page, epochs = page_of(workspace), workspace.trainer.run.epochs_done if workspace.trainer.run else 0
    qtbot.waitUntil(lambda: [len(shown.training) for shown in page.loss.curves] == [epochs], timeout=10_000)
    return workspace.trainer.folder


def test_the_window_imports_no_plots_until_the_workspace_is_shown() -> None:
    code = (
        "import sys; import cnnstudio.ui.train.workspace, cnnstudio.ui.export_dialog, cnnstudio.ui.jobs;"
        "print([name for name in ('pyqtgraph', 'keras', 'tensorflow') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "name",
    [
        "lossPlot",
        "accuracyPlot",
        "runsTable",
        "confusionMatrix",
        "trainProgress",
        "trainStart",
        "trainPause",
        "trainStop",
    ],
)
def test_everything_has_its_name_and_a_name_in_words(workspace: TrainWorkspace, name: str) -> None:
    found = workspace.findChild(QWidget, name)
    assert found is not None
    assert found.accessibleName()


def test_a_run_goes_from_start_to_finished(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("fast")
    folder = train(qtbot, workspace)
    page = page_of(workspace)
    assert RunFolder.open(folder).state == "finished"
    assert folder.name == "lenet-5-1"
    loss = page.loss.curves[0]
    assert (len(loss.batches), len(loss.training), len(loss.validation)) == (75, 3, 3)
    assert loss.best_epoch == 3
    assert loss.batches.x[-1] == 3.0
    progress = workspace.findChild(QProgressBar, "trainProgress")
    assert progress is not None
    assert progress.value() == progress.maximum()
    qtbot.waitUntil(lambda: page.runs.matrix.confusion is not None, timeout=5000)
    assert "owl taken for cat 4 times" in page.runs.matrix_text.text()
    table = page.runs.table.runs
    assert table.rowCount() == 1
    row = [str(table.index(0, column).data()) for column in range(table.columnCount())]
    assert row[0] == "LeNet-5 · 1"
    assert row[2:] == ["3/3", "0.001"]
    assert button(workspace, "trainStart").isVisible()
    assert not button(workspace, "trainPause").isVisible()


def test_curves_grow_while_the_run_goes_on_and_pause_holds_them(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("slow", epochs=200)
    click(qtbot, workspace, "trainStart")
    page = page_of(workspace)
    qtbot.waitUntil(lambda: bool(page.loss.curves) and len(page.loss.curves[0].batches) > 5, timeout=20_000)
    click(qtbot, workspace, "trainPause")
    assert page.strip.rest.text() == "pausing…", "a press is answered before the engine has come to rest"
    qtbot.waitUntil(lambda: workspace.trainer.is_paused, timeout=5000)
    qtbot.waitUntil(lambda: button(workspace, "trainPause").text() == "Continue", timeout=5000)
    assert button(workspace, "trainPause").accessibleName() == "Continue"
    step = workspace.trainer.run.step if workspace.trainer.run else 0
    click(qtbot, workspace, "trainPause")
    qtbot.waitUntil(
        lambda: workspace.trainer.run is not None and workspace.trainer.run.step > step + 3, timeout=5000
    )
    with qtbot.waitSignal(workspace.trainer.ended, timeout=10_000):
        page.strip.stop_now.trigger()
    assert workspace.trainer.run is not None
    assert workspace.trainer.run.state == "stopped"


def test_stop_after_this_epoch_ends_at_an_epoch(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("slow", epochs=200)
    click(qtbot, workspace, "trainStart")
    run = workspace.trainer
    qtbot.waitUntil(lambda: run.run is not None and run.run.step > 3, timeout=20_000)
    with qtbot.waitSignal(run.ended, timeout=10_000):
        page_of(workspace).strip.stop_after_epoch.trigger()
        assert run.stopping
    assert run.run is not None
    assert run.run.step == run.run.epochs_done * run.run.steps_per_epoch
    assert run.folder is not None
    assert RunFolder.open(run.folder).state == "stopped"


def test_start_without_data_says_so_and_leads_there(qtbot: QtBot, workspace: TrainWorkspace) -> None:
    click(qtbot, workspace, "trainStart")
    notice = page_of(workspace).notice
    assert notice.isVisible()
    assert "No data is chosen." in notice.text.text()
    with qtbot.waitSignal(workspace.data_wanted):
        qtbot.mouseClick(notice.button, Qt.MouseButton.LeftButton)


def test_start_with_a_broken_network_names_the_problem_and_leads_to_design(
    qtbot: QtBot, workspace: TrainWorkspace, session: Session, choose_data: ChooseData
) -> None:
    choose_data("fast")
    second = next(iter(session.network.outputs(next(iter(session.network.nodes))))).target
    session.apply(lambda network: remove(network, [second], bridge=False), Message("Delete"))
    assert not session.analysis.ok
    click(qtbot, workspace, "trainStart")
    notice = page_of(workspace).notice
    first = next(item for item in session.analysis.diagnostics if item.severity == "error")
    assert str(first.message) in notice.text.text()
    with qtbot.waitSignal(workspace.design_wanted):
        qtbot.mouseClick(notice.button, Qt.MouseButton.LeftButton)
    assert not workspace.trainer.is_training


def test_start_with_an_impossible_plan_names_the_setting(
    qtbot: QtBot, workspace: TrainWorkspace, session: Session, choose_data: ChooseData
) -> None:
    choose_data("fast")
    session.document.set_training(Params(learning_rate=-1))
    click(qtbot, workspace, "trainStart")
    assert "learning_rate" in page_of(workspace).notice.text.text()
    assert not workspace.trainer.runs_folder.exists()


def test_a_data_folder_that_is_gone_is_named(
    qtbot: QtBot, workspace: TrainWorkspace, session: Session, tmp_path: Path
) -> None:
    session.document.set_data(Params(kind="image_folder", path=str(tmp_path / "gone")))
    click(qtbot, workspace, "trainStart")
    assert str(tmp_path / "gone") in page_of(workspace).notice.text.text()


def test_a_dead_engine_is_told_and_the_run_resumes(
    qtbot: QtBot, workspace: TrainWorkspace, jobs: Jobs, choose_data: ChooseData
) -> None:
    choose_data("die", epochs=4)
    with qtbot.waitSignal(workspace.trainer.died, timeout=20_000):
        click(qtbot, workspace, "trainStart")
    notice = page_of(workspace).notice
    assert notice.isVisible()
    assert "The training engine stopped" in notice.text.text()
    assert "Your finished epochs are safe. Resume?" in notice.text.text()
    folder = workspace.trainer.folder
    assert folder is not None
    assert RunFolder.open(folder).state == "interrupted"
    with qtbot.waitSignal(workspace.trainer.ended, timeout=20_000):
        qtbot.mouseClick(notice.button, Qt.MouseButton.LeftButton)
    finished = RunFolder.open(folder)
    assert finished.state == "finished"
    assert [row["epoch"] for row in finished.history()] == [1, 2, 3, 4]


def test_an_interrupted_run_in_the_table_offers_to_resume(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("die", epochs=4)
    with qtbot.waitSignal(workspace.trainer.died, timeout=20_000):
        click(qtbot, workspace, "trainStart")
    page = page_of(workspace)
    qtbot.waitUntil(lambda: bool(page.runs.table.chosen), timeout=5000)
    page.runs.table.choose([folder.path for folder in page.runs.table.chosen])
    assert "interrupted" in page.runs.table.runs.second_line(page.runs.table.chosen[0])
    with qtbot.waitSignal(workspace.trainer.ended, timeout=20_000):
        click(qtbot, workspace, "runResume")
    assert workspace.trainer.run is not None
    assert workspace.trainer.run.state == "finished"


def test_several_selected_runs_are_drawn_on_the_same_axes_and_their_differences_listed(
    qtbot: QtBot, workspace: TrainWorkspace, session: Session, choose_data: ChooseData
) -> None:
    choose_data("fast")
    first = train(qtbot, workspace)
    session.document.set_training(Params(epochs=3, learning_rate=0.01))
    second = train(qtbot, workspace)
    page = page_of(workspace)
    qtbot.waitUntil(lambda: page.runs.table.runs.rowCount() == 2, timeout=5000)
    page.runs.table.choose([first, second])
    qtbot.waitUntil(lambda: len(page.loss.curves) == len(page.accuracy.curves) == 2, timeout=5000)
    text = page.runs.differences.text()
    assert "learning_rate" in text
    assert "0.01" in text
    assert "batch_size" not in text
    assert not page.runs.export.isEnabled(), "one model is exported at a time"


def test_columns_make_room_for_a_long_name_and_come_back(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("fast")
    folder = train(qtbot, workspace)
    table = page_of(workspace).runs.table
    qtbot.waitUntil(lambda: table.runs.rowCount() == 1, timeout=5000)
    assert table.runs.setData(table.runs.index(0, 0), "LeNet-5 on the sample")
    title = "LeNet-5 on the sample · 1"
    qtbot.waitUntil(lambda: table.runs.index(0, 0).data() == title, timeout=5000)
    table.setMinimumWidth(280)
    table.setMaximumWidth(280)
    qtbot.waitUntil(lambda: table.isColumnHidden(3), timeout=5000)
    assert table.columnWidth(0) > table.fontMetrics().horizontalAdvance(title)
    assert not table.isColumnHidden(1), "the accuracy is what runs are compared by"
    assert RunFolder.open(folder).record.plan.learning_rate == 0.001
    assert "learning_rate 0.001" in table.runs.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    table.setMinimumWidth(600)
    table.setMaximumWidth(600)
    qtbot.waitUntil(lambda: not table.isColumnHidden(3), timeout=5000)


def test_a_run_is_renamed_in_place_and_annotated(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("fast")
    folder = train(qtbot, workspace)
    table = page_of(workspace).runs.table
    qtbot.waitUntil(lambda: table.runs.rowCount() == 1 and bool(table.chosen), timeout=5000)
    assert table.runs.setData(table.runs.index(0, 0), "with dropout")
    qtbot.waitUntil(lambda: RunFolder.open(folder).record.name == "with dropout", timeout=5000)
    qtbot.waitUntil(lambda: table.runs.index(0, 0).data() == "with dropout · 1", timeout=5000)
    page_of(workspace).runs.noted.emit(table.chosen[0], "better than it looks")
    qtbot.waitUntil(lambda: RunFolder.open(folder).record.notes == "better than it looks", timeout=5000)


def test_curves_of_many_runs_do_not_gather_in_memory(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("fast", epochs=1)
    folder = train(qtbot, workspace)
    page, read = page_of(workspace), read_run(folder)
    for number in range(3 * RUNS_REMEMBERED):
        other = replace(read.folder, path=folder.with_name(f"other-{number}"))
        workspace.library.loaded.emit(replace(read, folder=other))
    assert folder in page._loaded, "the run that is shown stays"
    assert len(page._loaded) == RUNS_REMEMBERED + 1


def test_a_run_goes_to_the_bin_with_the_delete_key(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("fast")
    folder = train(qtbot, workspace)
    table = page_of(workspace).runs.table
    qtbot.waitUntil(lambda: [one.state for one in table.chosen] == ["finished"], timeout=5000)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: table.runs.rowCount() == 0, timeout=5000)
    assert not folder.exists()
    assert page_of(workspace).loss.empty_text.isVisible()


def test_the_run_that_trains_cannot_be_thrown_away(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("slow", epochs=200)
    click(qtbot, workspace, "trainStart")
    table = page_of(workspace).runs.table
    qtbot.waitUntil(lambda: bool(table.chosen), timeout=20_000)
    qtbot.keyClick(table, Qt.Key.Key_Delete)
    with qtbot.waitSignal(workspace.trainer.ended, timeout=10_000):
        workspace.trainer.stop_now()
    assert workspace.trainer.folder is not None
    assert workspace.trainer.folder.exists()


def test_closing_while_training_asks_first(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("slow", epochs=200)
    assert workspace.may_close()
    click(qtbot, workspace, "trainStart")
    qtbot.waitUntil(
        lambda: workspace.trainer.run is not None and workspace.trainer.run.step > 2, timeout=20_000
    )

    def answer(text: str) -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(one for one in box.buttons() if one.text() == text).click()

    QTimer.singleShot(100, lambda: answer("Go on training"))
    assert not workspace.may_close()
    assert workspace.trainer.is_training
    QTimer.singleShot(100, lambda: answer("Stop and keep"))
    with qtbot.waitSignal(workspace.trainer.ended, timeout=10_000):
        assert workspace.may_close()
    assert workspace.trainer.run is not None
    assert workspace.trainer.run.state == "stopped"


def test_the_plan_is_kept_in_the_document_and_shown_from_it(
    qtbot: QtBot, workspace: TrainWorkspace, session: Session
) -> None:
    form = page_of(workspace).form
    field = form.numbers["learning_rate"]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0.05")
    assert session.document.project.training["learning_rate"] == 0.05
    assert session.document.is_modified
    qtbot.keyClick(form.numbers["batch_size"], Qt.Key.Key_Up)
    assert session.document.project.training["batch_size"] == 128
    session.document.set_training(Params(optimizer="sgd", momentum=0.9, epochs=7))
    assert form.optimizer.currentText() == "sgd"
    assert form.numbers["epochs"].text() == "7"
    assert form.numbers["momentum"].isVisible()


def test_a_number_that_is_none_is_marked_and_not_kept(
    qtbot: QtBot, workspace: TrainWorkspace, session: Session
) -> None:
    form = page_of(workspace).form
    field = form.numbers["epochs"]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "ten")
    assert field.property("invalid")
    assert "epochs must be a number" in form.problem.text()
    assert "epochs" not in session.document.project.training
    field.selectAll()
    qtbot.keyClicks(field, "0")
    assert "epochs is 0" in form.problem.text()


def test_the_automatic_loss_is_explained(qtbot: QtBot, workspace: TrainWorkspace, session: Session) -> None:
    label = workspace.findChild(QLabel, "lossExplanation")
    assert label is not None
    assert "sparse_categorical_crossentropy" in label.text()
    assert "10" in label.text()
    session.set_hint_context(HintContext(task="regression"))
    qtbot.waitUntil(lambda: label.text().startswith("mean_squared_error"))
    session.set_hint_context(HintContext(task="multi_label"))
    qtbot.waitUntil(lambda: label.text().startswith("binary_crossentropy for each label"))
    session.document.set_training(Params(loss="mean_squared_error"))
    assert not label.isVisible()


def test_a_cell_of_the_confusion_matrix_names_its_classes(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("fast")
    folder = train(qtbot, workspace)
    matrix = page_of(workspace).runs.matrix
    qtbot.waitUntil(lambda: matrix.confusion is not None and matrix.isVisible(), timeout=5000)
    with qtbot.waitSignal(workspace.images_wanted) as wanted:
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=matrix.cell_rect(2, 0).center().toPoint())
    assert wanted.args[0].path == folder
    assert wanted.args[1:] == ["owl", "cat"]
    assert matrix.cell_text(2, 0) == "owl taken for cat: 4 of 10 (40 %)"
    assert "4 times" in matrix.summary()
    assert "Rows: true class" in matrix.summary()


def test_no_text_of_the_plan_is_cut_off_at_1280_by_720(workspace: TrainWorkspace) -> None:
    form = page_of(workspace).form
    for label in form.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.width() >= label.sizeHint().width(), label.text()
    assert QModelIndex() == page_of(workspace).runs.table.rootIndex()


def test_a_new_run_takes_the_axes_over_from_compared_runs(
    qtbot: QtBot, workspace: TrainWorkspace, choose_data: ChooseData
) -> None:
    choose_data("fast")
    first, second = train(qtbot, workspace), train(qtbot, workspace)
    table = page_of(workspace).runs.table
    qtbot.waitUntil(lambda: table.runs.rowCount() == 2, timeout=5000)
    table.choose([first, second])
    third = train(qtbot, workspace)
    qtbot.waitUntil(lambda: [folder.path for folder in table.chosen] == [third], timeout=5000)
    assert [curves.name for curves in page_of(workspace).loss.curves] == ["LeNet-5 · 3"]


def test_a_run_out_of_memory_starts_again_with_the_batch_size_that_fits_in_one_click(
    qtbot: QtBot,
    workspace: TrainWorkspace,
    session: Session,
    choose_data: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(forecaster, "memory_forecast", lambda *_: {"largest_batch": 40})
    choose_data("memory", epochs=2)
    session.document.set_training(Params(epochs=2, batch_size=500))
    assert workspace.page is not None
    with qtbot.waitSignal(workspace.trainer.ended, timeout=20_000):
        workspace.start()
    notice = workspace.page.notice
    assert "not enough memory" in notice.text.text()
    assert notice.button.text() == "Use batch size 32 and start again"
    with qtbot.waitSignal(workspace.trainer.ended, timeout=20_000):
        qtbot.mouseClick(notice.button, Qt.MouseButton.LeftButton)
    assert notice.button.text() == "Use batch size 16 and start again"
    with qtbot.waitSignal(workspace.trainer.ended, timeout=20_000):
        qtbot.mouseClick(notice.button, Qt.MouseButton.LeftButton)
    run = workspace.trainer.run
    assert run is not None
    assert run.state == "finished"
    assert run.plan.batch_size == session.document.project.training.get("batch_size") == 16


def test_curves_are_read_however_short_the_epochs_are(
    workspace: TrainWorkspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new epoch at every look must not keep its reading waiting, nor the reading the row in the table."""
    page = page_of(workspace)
    run = SimpleNamespace(epochs_done=0, state="training", step=1)
    monkeypatch.setattr(
        page,
        "_trainer",
        SimpleNamespace(run=run, folder=None, project=None, is_training=True, runs_folder=Path()),
    )
    seen: list[tuple[str, int]] = []
    monkeypatch.setattr(page, "show_reading", lambda run, *_facts: seen.append(("read", run.epochs_done)))
    monkeypatch.setattr(
        page.runs.table.runs, "show_live", lambda _folder, run: seen.append(("row", run.epochs_done))
    )
    for due in (False, True, False):
        timer = SimpleNamespace(hasExpired=lambda _ms, due=due: due, restart=lambda: None)
        monkeypatch.setattr(page, "_since_reading", timer)
        run.epochs_done += 1
        page._show_epochs()
    assert seen == [("row", 1), ("read", 2), ("row", 3)]

"""The Result page: measured once when it is seen, figures with their uncertainty, tables to copy, cells with images."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from cnnstudio.runs.metrics.multi_label import multi_label_report
from cnnstudio.runs.metrics.regression import regression_report
from cnnstudio.runs.run_folder import MODEL, RunFolder
from cnnstudio.runs.score_tables import scores_csv, scores_markdown
from cnnstudio.ui.jobs import Job, Jobs
from cnnstudio.ui.train.result.page import ResultPage
from cnnstudio.ui.train.result.reading import figures_of, main_drawing
from cnnstudio.ui.train.workspace import TrainWorkspace
from tests.ui.train.test_workspace import page_of, train


@pytest.fixture
def result(qtbot: QtBot, workspace: TrainWorkspace, choose_data: Callable[[str], None]) -> ResultPage:
    """A finished run's result."""
    choose_data("fast")
    qtbot.waitUntil(page_of(workspace).strip.start.isVisible)
    folder = train(qtbot, workspace)
    (folder / MODEL).write_bytes(b"as the real engine leaves it")
    page = page_of(workspace)
    qtbot.waitUntil(lambda: page.runs.matrix.confusion is not None)
    page.runs.table.choose([])
    page.runs.table.choose([folder])
    page.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: bool(page.result.report))
    return page.result


def test_a_finished_run_is_measured_when_its_result_is_seen(result: ResultPage) -> None:
    first = result.figures.figures[0]
    assert (first.name, first.value) == ("accuracy", "83.3 %")
    assert "66.4 % to 92.7 %" in first.note
    assert result.matrix.confusion is not None
    assert result.matrix.confusion.counts == ((9, 1, 0), (0, 10, 0), (4, 0, 6))
    assert "5 in all" in result.wall_title.text()
    assert len(result.wall.pictures.paths) == 5


def test_the_matrix_beside_the_runs_gives_way_to_the_one_of_the_result(
    result: ResultPage, workspace: TrainWorkspace
) -> None:
    page = page_of(workspace)
    assert result.matrix.isVisible()
    assert not page.runs.matrix.isVisible()
    page.tabs.setCurrentIndex(0)
    assert page.runs.matrix.isVisible()


def test_no_scroll_bar_stands_beside_nothing(
    qtbot: QtBot, workspace: TrainWorkspace, result: ResultPage
) -> None:
    scroll = result.findChild(QScrollArea)
    assert isinstance(scroll, QScrollArea)
    qtbot.waitUntil(scroll.verticalScrollBar().isVisible)
    page_of(workspace).runs.table.choose([])
    assert not result.report
    qtbot.waitUntil(lambda: not scroll.verticalScrollBar().isVisible())


def test_a_measured_result_is_not_asked_for_again(
    qtbot: QtBot, workspace: TrainWorkspace, result: ResultPage, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, folder = page_of(workspace), page_of(workspace).runs.table.chosen[0]
    monkeypatch.setattr(jobs, "request", lambda *_, **__: pytest.fail("asked again"))
    page.runs.table.choose([])
    assert not result.report
    assert "Select one run" in result.status.text()
    page.runs.table.choose([folder.path])
    assert result.report


def test_a_cell_shows_its_images_and_a_link_leads_back(qtbot: QtBot, result: ResultPage) -> None:
    rect = result.matrix.cell_rect(2, 0)
    qtbot.mouseClick(result.matrix, Qt.MouseButton.LeftButton, pos=rect.center().toPoint())
    assert result.wall_title.text() == "4 of owl taken for cat, the surest first"
    assert len(result.wall.pictures.paths) == 4
    qtbot.mouseClick(result.all_mistakes, Qt.MouseButton.LeftButton)
    assert len(result.wall.pictures.paths) == 5


def test_scores_are_sorted_and_copied_as_they_stand(result: ResultPage) -> None:
    result.table.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    assert [row["name"] for row in result.table.rows] == ["owl", "cat", "dog"]
    result.table.copy_markdown()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0] == "| class | images | precision | recall | F1 |"
    assert lines[2] == "| owl | 10 | 100.0 % | 60.0 % | 75.0 % |"
    result.table.copy_csv()
    assert QGuiApplication.clipboard().text().splitlines()[1] == "owl,10,1.0,0.6,0.75"


def test_a_run_without_a_model_says_so(qtbot: QtBot, jobs: Jobs, result: ResultPage, tmp_path: Path) -> None:
    run = result._run
    assert run is not None
    (tmp_path / "empty").mkdir()
    result.show_run(RunFolder(path=tmp_path / "empty", record=run.record, state="stopped"))
    assert "no model" in result.status.text()
    assert not result.predict.isEnabled()


def test_odd_class_names_stay_in_their_cell() -> None:
    rows = [{"name": "a|b<script>\n", "count": 1, "precision": None, "recall": 0.5, "f1": 0.0}]
    assert scores_markdown(rows).splitlines()[2] == "| a\\|b&lt;script>  | 1 | – | 50.0 % | 0.0 % |"
    assert scores_csv(rows).startswith("class,images")


def test_labels_and_numbers_have_figures_of_their_own() -> None:
    labels = multi_label_report(np.array([[1, 0], [1, 1]]), np.array([[0.9, 0.2], [0.8, 0.1]]), ("a", "b"))
    assert figures_of({"task": "multi_label", "loss": 0.1, "images": 2, **labels})[0].value == "50.0 %"
    targets, told = np.array([[1.0], [2], [3]]), np.array([[1.0], [2], [4]])
    numbers = {
        "task": "regression",
        "loss": 0.1,
        "images": 3,
        **regression_report(targets, told, ("age",)),
        "guesses": [{"path": "", "true": [t], "predicted": [p]} for t, p in ((1.0, 1.0), (2, 2), (3, 4))],
    }
    assert figures_of(numbers)[1].note == "R² 0.500"
    title, drawing, _ = main_drawing(numbers)
    assert drawing is not None
    assert (title, drawing.dots[2]) == ("Predicted against true", (3.0, 4.0))


def test_numbers_and_labels_show_the_images_told_worst(result: ResultPage) -> None:
    numbers = {
        "task": "regression",
        "root": "somewhere",
        "classes": ["age"],
        "loss": 1.0,
        "images": 2,
        "guesses": [
            {"path": "a.png", "true": [3.0], "predicted": [3.5]},
            {"path": "b.png", "true": [4.0], "predicted": [9.0]},
        ],
        **regression_report(np.array([[3.0], [4.0]]), np.array([[3.5], [9.0]]), ("age",)),
    }
    result._show_report(numbers)
    wall = result.wall.pictures
    assert result.wall_title.text() == "The largest errors"
    assert [path.as_posix() for path in wall.paths] == ["somewhere/b.png", "somewhere/a.png"]
    assert wall.notes[0] == "age 9\noff by 5\nis 4"
    labels = {
        "task": "multi_label",
        "classes": ["sun", "sea"],
        "loss": 1.0,
        "images": 1,
        "guesses": [{"path": "a.png", "true": [1.0, 1.0], "predicted": [0.1, 0.2]}],
        **multi_label_report(np.array([[1, 1]]), np.array([[0.1, 0.2]]), ("sun", "sea")),
    }
    result._show_report(labels)
    assert wall.notes == ["no label\n2 labels wrong\nis sun, sea"]
    assert result.table.model().headerData(0, Qt.Orientation.Horizontal) == "label"


def test_while_one_run_trains_another_is_measured_by_the_second_engine(
    qtbot: QtBot, result: ResultPage, workspace: TrainWorkspace, jobs: Jobs
) -> None:
    folder = page_of(workspace).runs.table.chosen[0]
    asked: list[str] = []

    class Engine:
        def __init__(self, name: str) -> None:
            self.name = name

        def request(self, *args: object, **values: object) -> Job:
            asked.append(self.name)
            return jobs.request(*args, **values)  # type: ignore[arg-type]

    page = ResultPage(Engine("first"), aside=Engine("second"))  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.show()
    page.show_run(folder, training=True)
    qtbot.waitUntil(lambda: bool(page.report))
    assert asked == ["second"]
    alone = ResultPage(Engine("first"))  # type: ignore[arg-type]
    qtbot.addWidget(alone)
    alone.show()
    alone.show_run(folder, training=True)
    assert "when the training is over" in alone.status.text()
    assert asked == ["second"]

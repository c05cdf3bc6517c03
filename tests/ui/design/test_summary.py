"""The layer table: right figures, sorting by number, totals last, copied as Markdown and CSV."""

from __future__ import annotations

import csv
import io

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import set_params
from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.layers.memory import training_memory
from cnnstudio.ui.design.summary import Summary
from cnnstudio.ui.design.summary_model import as_csv, as_markdown
from cnnstudio.ui.session import Session
from cnnstudio.ui.shape_text import bytes_text, shape_order


@pytest.fixture
def summary(qtbot: QtBot, session: Session) -> Summary:
    made = Summary(session)
    qtbot.addWidget(made)
    made.resize(900, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_it_has_a_row_per_layer_and_the_totals(session: Session, summary: Summary) -> None:
    rows = summary.rows()
    assert [row[0] for row in rows] == [*session.analysis.order, "Total"]
    assert rows[1] == ("conv1", "Conv2D", "24 × 24 × 6", "156", "86,400", "5 × 5", "13.5 KB", "866 KB")
    assert rows[-1][3] == "44,426"


@pytest.mark.parametrize(("column", "descending"), [(3, True), (3, False), (0, True), (6, False)])
def test_totals_stay_last_and_numbers_sort_as_numbers(
    summary: Summary, column: int, descending: bool
) -> None:
    order = Qt.SortOrder.DescendingOrder if descending else Qt.SortOrder.AscendingOrder
    summary.table.sortByColumn(column, order)
    rows = summary.rows()
    assert rows[-1][0] == "Total"
    if column == 3:
        numbers = [int(row[3].replace(",", "")) for row in rows[:-1]]
        assert numbers == sorted(numbers, reverse=descending)


def test_an_edit_shows_at_once(qtbot: QtBot, session: Session, summary: Summary) -> None:
    session.apply(lambda n: set_params(n, "conv1", {"filters": 10}), Message("Set"))
    qtbot.waitUntil(lambda: summary.rows()[1][2] == "24 × 24 × 10")


def test_shapes_follow_the_order_of_axes(summary: Summary) -> None:
    shape_order().choose(True)
    try:
        assert summary.rows()[1][2] == "6 × 24 × 24"
    finally:
        shape_order().choose(False)


def test_selecting_a_row_shows_the_node_and_selecting_a_node_marks_its_row(
    qtbot: QtBot, session: Session, summary: Summary
) -> None:
    index = summary.table.model().index(3, 0)
    with qtbot.waitSignal(summary.node_activated) as shown:
        qtbot.mouseClick(
            summary.table.viewport(), Qt.MouseButton.LeftButton, pos=summary.table.visualRect(index).center()
        )
    assert shown.args == [session.analysis.order[3]]
    with qtbot.assertNotEmitted(summary.node_activated):
        session.select([session.analysis.order[1]])
    assert [i.row() for i in summary.table.selectionModel().selectedRows()] == [1]


def test_markdown_and_csv_hold_the_same_cells(summary: Summary) -> None:
    summary.copy_csv()
    cells = list(csv.reader(io.StringIO(QGuiApplication.clipboard().text())))
    assert [tuple(line) for line in cells[1:]] == summary.rows()
    assert cells[0][0] == "Layer"
    summary.copy_markdown()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[1].startswith("| --- | --- | ---: |")
    assert len(lines) == len(summary.rows()) + 2


def test_odd_cells_survive_the_copy() -> None:
    rows = [('a "b", c', "x|y")]
    assert list(csv.reader(io.StringIO(as_csv(["1", "2"], rows))))[1] == ['a "b", c', "x|y"]
    assert as_markdown(["1", "2"], rows).splitlines()[2] == '| a "b", c | x\\|y |'


def test_memory_in_training_follows_the_plan(qtbot: QtBot, session: Session, summary: Summary) -> None:
    memory = training_memory(session.whole, slots=2)
    assert summary.rows()[1][7] == bytes_text(memory.layers["conv1"].total(64) or 0)
    session.document.set_training(Params(batch_size=8, optimizer="sgd"))
    plain = training_memory(session.whole, slots=0)
    wanted = bytes_text(plain.layers["conv1"].total(8) or 0)
    qtbot.waitUntil(lambda: summary.rows()[1][7] == wanted)

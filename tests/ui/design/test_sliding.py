"""The sliding window: still until asked, through every output once, one step a press where nothing may move."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from cnnstudio.core.project import Project
from cnnstudio.core.spec import Field, WindowSum
from cnnstudio.layers import catalogue
from cnnstudio.ui.design.inspector import sliding as module
from cnnstudio.ui.design.inspector.inspector import Inspector
from cnnstudio.ui.design.inspector.sliding import Sliding
from cnnstudio.ui.design.inspector.window_grid import is_drawable
from cnnstudio.ui.motion import want_motion
from cnnstudio.ui.session import Session
from tests.ui.canvas.conftest import chain


def axis(size: int = 5, kernel: int = 3, strides: int = 1, dilation: int = 1, pad: int = 0) -> WindowSum:
    effective = dilation * (kernel - 1) + 1
    return WindowSum(
        size=size,
        kernel=kernel,
        strides=strides,
        dilation=dilation,
        pad_before=pad,
        pad_after=pad,
        output=(size - effective + 2 * pad) // strides + 1,
    )


@pytest.fixture(autouse=True)
def _as_before(qapp: object) -> Iterator[None]:
    yield
    want_motion(True)


@pytest.fixture
def sliding(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Sliding:
    monkeypatch.setattr(module, "SLOWEST_MS", 5)
    monkeypatch.setattr(module, "FASTEST_MS", 1)
    widget = Sliding()
    qtbot.addWidget(widget)
    widget.resize(280, 300)
    widget.show_layer((axis(), axis()), (Field(3, 1.0, 1.5), Field(3, 1.0, 1.5)), (5, 5))
    with qtbot.waitExposed(widget):
        widget.show()
    return widget


def test_nothing_moves_unasked(sliding: Sliding) -> None:
    assert not sliding.is_playing
    assert sliding.grid.unit == (0, 0)
    assert sliding.axis.position == 0


def test_it_goes_through_every_output_row_by_row(
    sliding: Sliding, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[int, int]] = []
    real = sliding.grid.show_unit

    def noted(row: int, column: int) -> None:
        seen.append((row, column))
        real(row, column)

    monkeypatch.setattr(sliding.grid, "show_unit", noted)
    sliding.play.click()
    qtbot.waitUntil(lambda: len(seen) >= 9)
    sliding.play.click()
    assert not sliding.is_playing
    assert seen[:9] == [(0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1), (2, 2), (0, 0)]


def test_where_nothing_may_move_a_press_is_one_step(sliding: Sliding) -> None:
    want_motion(False)
    sliding.show_layer((axis(), axis()), None, None)
    assert "one step" in sliding.play.text()
    for unit in ((0, 1), (0, 2), (1, 0)):
        sliding.play.click()
        assert sliding.grid.unit == unit
        assert not sliding.is_playing


def test_hiding_and_another_layer_stop_it(sliding: Sliding, qtbot: QtBot) -> None:
    sliding.play.click()
    assert sliding.is_playing
    sliding.hide()
    assert not sliding.is_playing
    sliding.show()
    sliding.play.click()
    sliding.show_layer((axis(9), axis(9)), None, None)
    assert not sliding.is_playing
    assert sliding.grid.unit == (0, 0)


@pytest.mark.parametrize(
    ("windows", "drawable"),
    [
        ((axis(5), axis(5)), True),
        ((axis(16, pad=2), axis(16, pad=2)), True),
        ((axis(28), axis(28)), False),
        ((axis(5),), False),
        ((axis(5), axis(5), axis(5)), False),
        ((), False),
    ],
)
def test_the_grid_is_for_two_small_axes(windows: tuple[WindowSum, ...], drawable: bool) -> None:
    assert is_drawable(windows) == drawable


def test_the_field_of_a_unit_is_where_the_arithmetic_says(sliding: Sliding) -> None:
    sliding.field.show_unit(0, 0)
    assert sliding.field.seen() == QRectF(0, 0, 3, 3)
    sliding.field.show_unit(2, 1)
    assert sliding.field.seen() == QRectF(1, 2, 3, 3)
    assert "3 × 3 of the input's 5 × 5" in sliding.field.toolTip()


@pytest.mark.parametrize(
    "windows",
    [(axis(5, 3, 2),) * 2, (axis(9, 3, 1, 2, 2),) * 2, (axis(6, 3, 2), axis(4, 1)), (axis(300, 7, 2),)],
)
def test_every_kind_of_window_is_drawn(sliding: Sliding, windows: tuple[WindowSum, ...]) -> None:
    want_motion(False)
    sliding.show_layer(windows, None, None)
    for _ in range(windows[0].output + 2):
        sliding.play.click()
        assert not sliding.grab().isNull()


def test_the_inspector_shows_the_field_on_the_networks_input(qtbot: QtBot) -> None:
    session = Session(catalogue())
    session.document.open(Project(network=chain()))
    inspector = Inspector(session)
    qtbot.addWidget(inspector)
    inspector.resize(300, 900)
    inspector.show()
    session.select(["pool1"])
    sliding = inspector.findChild(Sliding)
    assert sliding is not None
    assert "6 × 6 of the input's 28 × 28" in sliding.field.toolTip()
    session.select(["conv1"])
    assert "5 × 5 of the input's 28 × 28" in sliding.field.toolTip()
    assert not sliding.is_playing

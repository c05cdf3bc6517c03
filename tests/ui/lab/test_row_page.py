"""One dimension: signals, kernels, places that count from 1, and sums."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from cnnstudio.ui.lab.row_page import RowPage


@pytest.fixture
def page(qtbot: QtBot) -> RowPage:
    made = RowPage()
    qtbot.addWidget(made)
    made.resize(1100, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def choose(box: QComboBox, data: object) -> None:
    index = next(number for number in range(box.count()) if box.itemData(number) == data)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def plain(text: str) -> str:
    return re.sub(r"<sub>(.*?)</sub>", r"_\1", text).replace("<br>", " ")


def test_an_impulse_leaves_the_kernel_behind_it(page: RowPage) -> None:
    assert page.values[4:8] == (1.0, 0.5, 0.25, 0.0)
    assert len(page.values) == 18  # wide
    page.look_at(6)
    assert plain(page.sum.text()) == "y_6 = 1·x_6 + 1/2·x_5 + 1/4·x_4 = 1·0 + 1/2·1 + 1/4·0 = 0.5"


@pytest.mark.parametrize(("padding", "count", "first"), [("valid", 14, 3), ("same", 16, 2), ("full", 18, 1)])
def test_narrow_equal_and_wide_keep_other_places_of_the_same_result(
    page: RowPage, padding: str, count: int, first: int
) -> None:
    wide = page.values
    choose(page.padding, padding)
    assert len(page.values) == count
    assert page.values == wide[first - 1 : first - 1 + count]
    page.look_at(-100)
    assert page.place == first
    assert page.size_line.text().endswith(f"= {count}")


def test_a_moving_average_of_a_step_climbs_in_thirds(page: RowPage) -> None:
    choose(page.signal, "step")
    choose(page.kernel, "mean")
    page.look_at(8)
    assert page.values[5:10] == pytest.approx((0, 1 / 3, 2 / 3, 1, 1))
    assert "1/3·x_8 + 1/3·x_7 + 1/3·x_6 = 1/3·1 + 1/3·1 + 1/3·0 = 0.6667" in plain(page.sum.text())


def test_ones_own_numbers_are_filtered_as_they_are_typed(page: RowPage, qtbot: QtBot) -> None:
    page.numbers.selectAll()
    qtbot.keyClicks(page.numbers, "1 2 3.5")
    assert page.signal.currentData() == "own"
    page.weights.selectAll()
    qtbot.keyClicks(page.weights, "1 -1")
    assert page.kernel.currentData() == "difference"
    assert page.values == (1.0, 1.0, 1.5, -3.5)
    page.weights.selectAll()
    qtbot.keyClicks(page.weights, "2 x")
    assert page.weights.property("invalid")
    assert page.weights.numbers == (Fraction(2),)


def test_without_the_flip_the_kernel_looks_ahead(page: RowPage) -> None:
    page.flip.setChecked(False)
    page.look_at(4)
    assert plain(page.sum.text()).startswith("y_4 = 1·x_4 + 1/2·x_5 + 1/4·x_6 = 1·0 + 1/2·1 + 1/4·0")
    assert "t+k−1" in page.rule.text()


def test_arrows_and_the_pointer_choose_the_place(page: RowPage, qtbot: QtBot) -> None:
    page.look_at(5)
    page.after.setFocus()
    qtbot.keyClick(page.after, Qt.Key.Key_Right)
    assert page.place == 6
    qtbot.keyClick(page.after, Qt.Key.Key_End)
    assert page.place == 18
    qtbot.mouseMove(page.after, QPoint(round(page.after.x_of(9)), 40))
    qtbot.waitUntil(lambda: page.place == 9)
    qtbot.mouseMove(page.before, QPoint(round(page.before.x_of(3)), 40))
    qtbot.waitUntil(lambda: page.place == 3)
    assert page.before.drawing.notes == {1: "×1/4", 2: "×1/2", 3: "×1"}


def test_a_stride_leaves_places_out(page: RowPage) -> None:
    whole = page.values
    page.stride.setValue(3)
    assert page.values == whole[::3]
    page.look_at(5)
    assert page.place == 4
    page.look_at(6)
    assert page.place == 7


def test_a_kernel_longer_than_the_signal_is_told(page: RowPage) -> None:
    choose(page.padding, "valid")
    page.numbers.selectAll()
    page.numbers.insert("1 2")
    page.numbers.textEdited.emit("1 2")
    assert "larger than the" in page.size_line.text()
    assert page.values == ()
    choose(page.padding, "full")
    assert page.values == (1.0, 2.5, 1.25, 0.5)


def test_the_plots_are_painted(page: RowPage) -> None:
    choose(page.signal, "noise")
    page.look_at(1)
    shot = page.before.grab().toImage()
    colors = {shot.pixelColor(x, y).name() for x in range(shot.width()) for y in range(0, shot.height(), 2)}
    assert {"#0072b2", "#d55e00"} <= colors

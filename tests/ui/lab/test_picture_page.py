"""The picture page: kernel in, picture out, and the sum of the value that is pointed at."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from cnnstudio.data.lab.kernel import classic
from cnnstudio.data.lab.pictures import LabPicture
from cnnstudio.layers.convolution.fixed_filter2d import KERNELS
from cnnstudio.ui.lab.picture_page import PicturePage
from cnnstudio.ui.lab.pixel_view import PixelView


def picture(pixels: np.ndarray) -> LabPicture:
    return LabPicture(name="p", pixels=pixels, width=pixels.shape[1], height=pixels.shape[0])


@pytest.fixture
def page(qtbot: QtBot) -> PicturePage:
    made = PicturePage()
    qtbot.addWidget(made)
    made.resize(1200, 640)
    with qtbot.waitExposed(made):
        made.show()
    made.source._on_read(picture(np.arange(8 * 9, dtype=np.uint8).reshape(8, 9)))
    return made


def choose(box: QComboBox, data: object) -> None:
    """As a user does who picks from the list."""
    index = next(number for number in range(box.count()) if box.itemData(number) == data)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def centre(view: PixelView, row: int, column: int) -> QPoint:
    return view.rect_of(row, column).center().toPoint()


@pytest.mark.parametrize("name", KERNELS)
def test_every_classic_filter_can_be_chosen(page: PicturePage, name: str) -> None:
    choose(page.panel.filter, name)
    assert page.panel.filtering.kernel == classic(name)
    assert page.panel.grid.size_shown == classic(name).size
    assert page.values is not None
    assert page.values.shape == (8, 9)


def test_the_factor_is_shown_as_a_fraction(page: PicturePage) -> None:
    choose(page.panel.filter, "mean")
    assert page.panel.factor.text() == "1/9"
    assert page.panel.grid.cell(1, 1).text() == "1"


def test_typing_a_number_makes_the_kernel_ones_own_and_changes_the_picture(
    page: PicturePage, qtbot: QtBot
) -> None:
    before = page.values
    cell = page.panel.grid.cell(0, 0)
    cell.selectAll()
    qtbot.keyClicks(cell, "1/2")
    assert page.panel.filter.currentData() == "own"
    assert page.panel.filtering.kernel.rows[0][0] == Fraction(1, 2)
    assert not np.array_equal(before, page.values)
    assert cell.text() == "1/2"


def test_what_is_no_number_is_marked_and_changes_nothing(page: PicturePage, qtbot: QtBot) -> None:
    kernel = page.panel.filtering.kernel
    cell = page.panel.grid.cell(1, 1)
    cell.setFocus()
    cell.selectAll()
    qtbot.keyClicks(cell, "x")
    assert cell.property("invalid")
    assert page.panel.filtering.kernel == kernel
    cell.editingFinished.emit()
    assert cell.text() == "0"
    assert not cell.property("invalid")


def test_arrows_lead_through_the_kernel(page: PicturePage, qtbot: QtBot) -> None:
    grid = page.panel.grid
    grid.cell(0, 0).setFocus()
    grid.cell(0, 0).selectAll()
    qtbot.keyClick(grid.cell(0, 0), Qt.Key.Key_Right)
    qtbot.waitUntil(grid.cell(0, 1).hasFocus)
    qtbot.keyClick(grid.cell(0, 1), Qt.Key.Key_Down)
    qtbot.waitUntil(grid.cell(1, 1).hasFocus)
    qtbot.keyClick(grid.cell(1, 1), Qt.Key.Key_Left)
    qtbot.waitUntil(grid.cell(1, 0).hasFocus)
    assert grid.cell(1, 0).selectedText() == "−2"


def test_another_size_keeps_the_middle(page: PicturePage) -> None:
    choose(page.panel.size_choice, (5, 5))
    assert page.panel.grid.size_shown == (5, 5)
    assert page.panel.grid.cell(2, 1).text() == "−2"
    assert page.panel.grid.cell(4, 4).isVisible()
    choose(page.panel.size_choice, (1, 3))
    assert not page.panel.grid.cell(1, 0).isVisible()
    assert [page.panel.grid.cell(0, column).text() for column in range(3)] == ["−2", "0", "2"]


def test_pointing_at_the_result_writes_its_sum_and_draws_the_window(page: PicturePage, qtbot: QtBot) -> None:
    qtbot.mouseMove(page.after, centre(page.after, 4, 5))
    qtbot.waitUntil(lambda: page.place == (4, 5))
    assert page.sum.toPlainText() == "− 1·31 + 0·32 + 1·33\n− 2·40 + 0·41 + 2·42\n− 1·49 + 0·50 + 1·51 = 8"
    assert page.before.frame is not None
    assert (page.before.frame.row, page.before.frame.column) == (3, 4)
    assert page.place_line.text() == "Row 5, column 6"


def test_pointing_at_the_picture_moves_the_window_there(page: PicturePage, qtbot: QtBot) -> None:
    qtbot.mouseMove(page.before, centre(page.before, 2, 6))
    qtbot.waitUntil(lambda: page.place == (2, 6))
    assert page.after.frame is not None
    assert (page.after.frame.row, page.after.frame.column) == (2, 6)


def test_arrows_move_the_window_and_stop_at_the_border(page: PicturePage, qtbot: QtBot) -> None:
    page.look_at(1, 1)
    page.after.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Left):
        qtbot.keyClick(page.after, key)
    assert page.place == (3, 1)
    qtbot.keyClick(page.before, Qt.Key.Key_End)
    assert page.place == (3, 8)
    qtbot.keyClick(page.after, Qt.Key.Key_Right)
    qtbot.keyClick(page.after, Qt.Key.Key_PageDown)
    assert page.place == (7, 8)
    qtbot.keyClick(page.after, Qt.Key.Key_Up, Qt.KeyboardModifier.ShiftModifier)
    assert page.place == (0, 8)


def test_zeros_of_the_padding_are_in_the_sum(page: PicturePage) -> None:
    page.look_at(0, 0)
    assert page.sum.toPlainText().startswith("− 1·0 + 0·0 +  1·0\n− 2·0 + 0·0 +  2·1\n")
    assert page.before.frame is not None
    assert (page.before.frame.row, page.before.frame.column) == (-1, -1)


def test_the_size_line_has_the_users_numbers(page: PicturePage) -> None:
    choose(page.panel.padding, "valid")
    page.panel.stride.setValue(2)
    assert page.size_line.text() == (
        "Height: floor((8 - 3 + 2*0) / 2) + 1 = 3   Width: floor((9 - 3 + 2*0) / 2) + 1 = 4"
    )
    assert page.after.size_in_pixels == (3, 4)


def test_a_kernel_that_does_not_fit_is_told_in_the_place_of_the_picture(page: PicturePage) -> None:
    choose(page.panel.size_choice, (7, 7))
    choose(page.panel.padding, "valid")
    page.panel.dilation.setValue(2)
    assert "larger than the 8×9 input" in page.after.text()
    assert page.sum.toPlainText() == ""
    page.panel.dilation.setValue(1)
    assert page.after.text() == ""
    assert page.after.size_in_pixels == (2, 3)


def test_a_flip_turns_the_kernel_that_is_laid_on_and_says_why_it_does_not_matter(page: PicturePage) -> None:
    page.look_at(4, 4)
    before = page.values
    page.panel.flip.setChecked(True)
    assert before is not None
    assert page.values is not None
    assert np.array_equal(before, -page.values)  # of Sobel
    assert "learns" in page.panel.flip_text.text()
    choose(page.panel.filter, "gaussian")
    assert "changes nothing" in page.panel.flip_text.text()


def test_how_values_are_shown_suits_the_kernel_that_is_chosen(page: PicturePage) -> None:
    assert page.showing.currentData() == "signed"
    assert (
        page.scale.accessibleName() == "−170 is black, 0 grey, 170 white"
        or "0 grey" in page.scale.accessibleName()
    )
    choose(page.panel.filter, "gaussian")
    assert page.showing.currentData() == "clipped"
    assert page.scale.accessibleName() == "0 and less is black, 255 and more white"
    choose(page.showing, "absolute")
    choose(page.panel.filter, "mean")
    assert page.showing.currentData() == "clipped"
    choose(page.panel.filter, "laplacian_4")
    assert page.showing.currentData() == "signed"


def test_zooming_at_a_pixel_keeps_it_and_shows_the_same_part_of_both(page: PicturePage, qtbot: QtBot) -> None:
    place = QPointF(centre(page.before, 2, 3))
    fitting = page.before.zoom
    page.before._zoom_to(2 * fitting, place)
    assert page.before.zoom == page.after.zoom == 2 * fitting
    kept = page.before.pixel_at(place)
    assert (int(kept.y()), int(kept.x())) == (2, 3)
    assert page.before.middle == page.after.middle  # padding same, stride 1
    qtbot.keyClick(page.before, Qt.Key.Key_0)
    assert page.before.zoom == fitting


def test_the_keyboard_zooms(page: PicturePage, qtbot: QtBot) -> None:
    fitting = page.after.zoom
    qtbot.keyClick(page.after, Qt.Key.Key_Minus)
    assert page.after.zoom < fitting
    qtbot.keyClick(page.after, Qt.Key.Key_Plus)
    assert page.after.zoom == pytest.approx(fitting)


def test_dragging_moves_both_pictures_and_not_the_window(page: PicturePage, qtbot: QtBot) -> None:
    page.look_at(4, 4)
    middle = page.after.middle
    start = centre(page.after, 4, 4)
    qtbot.mousePress(page.after, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(page.after, start + QPoint(30, 0))
    qtbot.waitUntil(lambda: page.after.middle.x() < middle.x())
    qtbot.mouseRelease(page.after, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 0))
    assert page.place == (4, 4)
    assert page.before.middle.x() == pytest.approx(page.after.middle.x())


def test_a_coloured_picture_tells_all_three_values_and_offers_its_channels(page: PicturePage) -> None:
    pixels = np.random.default_rng(3).integers(0, 256, (12, 12, 3)).astype(np.uint8)
    page.source._on_read(picture(pixels))
    assert page.source.channels.isVisible()
    assert "green" in page.place_line.text()
    choose(page.source.channels, "green")
    assert page.values is not None
    assert page.values.ndim == 2
    assert "green" not in page.place_line.text()
    page.source._on_pattern()
    assert not page.source.channels.isVisible()


def test_the_window_comes_into_sight_when_a_key_leads_it_out(page: PicturePage, qtbot: QtBot) -> None:
    page.look_at(4, 4)
    page.after._zoom_to(90, QPointF(centre(page.after, 4, 4)))
    qtbot.keyClick(page.after, Qt.Key.Key_Home)
    assert page.after.is_in_sight(4, 0)


def test_pictures_are_painted_with_values_grid_padding_and_dilation(page: PicturePage) -> None:
    choose(page.panel.padding, "full")
    page.panel.dilation.setValue(2)
    page.look_at(5, 5)
    page.before._zoom_to(40, QPointF(page.before.rect().center()))
    shot = page.before.grab().toImage()
    colors = {
        shot.pixelColor(x, y).name() for x in range(0, shot.width(), 2) for y in range(0, shot.height(), 2)
    }
    assert "#d55e00" in colors  # the window
    assert len(colors) > 20  # pixels and their numbers


def test_the_picture_before_is_not_painted_anew_for_another_number(
    page: PicturePage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(page.before, "update", lambda *part: asked.append(part))
    page.panel.set_kernel(page.panel.filtering.kernel.with_number(0, 0, Fraction(9)))
    assert asked == []
    choose(page.panel.padding, "full")
    assert () in asked

"""The drawing of a confusion matrix: where names stand, and that cells keep room for their numbers."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor, QImage, QPixmap
from pytestqt.qtbot import QtBot

from cnnstudio.ui.train.confusion import NUMBERS_FROM, Confusion, ConfusionMatrix

CLOTHES = (
    "Ankle boot",
    "Bag",
    "Coat",
    "Dress",
    "Pullover",
    "Sandal",
    "Shirt",
    "Sneaker",
    "T-shirt",
    "Trouser",
)


def drawn(qtbot: QtBot, classes: tuple[str, ...], width: int, *, named: bool) -> ConfusionMatrix:
    matrix = ConfusionMatrix(named=named)
    qtbot.addWidget(matrix)
    matrix.show_confusion(Confusion.of(classes, [[1] * len(classes)] * len(classes)))
    matrix.resize(width, matrix.heightForWidth(width))
    return matrix


def ink(image: QImage, right: int, bottom: int) -> set[int]:
    """Colours in the left upper part of an image."""
    return {image.pixel(x, y) for x in range(right) for y in range(bottom)}


@pytest.mark.parametrize("width", [262, 420, 600])
def test_names_stand_beside_the_cells_and_leave_room_for_the_numbers(qtbot: QtBot, width: int) -> None:
    matrix = drawn(qtbot, CLOTHES, width, named=True)
    first, last = matrix.cell_rect(0, 0), matrix.cell_rect(9, 9)
    assert first.left() > 0
    assert first.top() == first.left()
    assert first.width() >= NUMBERS_FROM
    assert last.right() <= matrix.width()
    assert last.bottom() <= matrix.height()
    assert matrix.cell_at(first.center().toPoint()) == (0, 0)
    assert matrix.cell_at(last.center().toPoint()) == (9, 9)
    assert matrix.cell_at(matrix.rect().topLeft()) is None
    picture = QPixmap(matrix.size())
    picture.fill(QColor("white"))
    matrix.render(picture)
    assert len(ink(picture.toImage(), int(first.left()) - 1, matrix.height())) > 1


def test_without_room_there_are_no_names_and_all_of_the_width_for_cells(qtbot: QtBot) -> None:
    assert drawn(qtbot, CLOTHES, 240, named=True).cell_rect(0, 0).left() == 0
    assert drawn(qtbot, CLOTHES, 600, named=False).cell_rect(0, 0).left() == 0
    many = tuple(f"class {number}" for number in range(100))
    assert drawn(qtbot, many, 600, named=True).cell_rect(0, 0).left() == 0

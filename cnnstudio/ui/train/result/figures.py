"""A row of large figures, each with what it is and how certain it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from cnnstudio.ui.flow_layout import FlowLayout
from cnnstudio.ui.theme import GRID


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`name` says what `value` is; `note` stands below it, `help` in the tooltip."""

    name: str
    value: str
    note: str = ""
    help: str = ""


class Figures(QWidget):
    """Tiles that wrap where the room ends; the first one is the largest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("resultFigures")
        self.figures: tuple[Figure, ...] = ()
        self._row = FlowLayout(spacing=GRID)
        self.setLayout(self._row)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Show these instead."""
        if tuple(figures) == self.figures:
            return
        self.figures = tuple(figures)
        while self._row.count():
            widget = self._row.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, figure in enumerate(figures):
            self._row.addWidget(_tile(figure, large=number == 0))
        said = [f"{one.name} {one.value} {one.note}".strip() for one in figures]
        self.setAccessibleName("; ".join(said))


def _tile(figure: Figure, *, large: bool) -> QFrame:
    tile = QFrame()
    tile.setProperty("surface", "plot")
    tile.setToolTip(figure.help)
    column = QVBoxLayout(tile)
    column.setContentsMargins(2 * GRID - 4, GRID, 2 * GRID - 4, GRID)
    column.setSpacing(2)
    name = QLabel(figure.name)
    name.setProperty("role", "muted")
    value = QLabel(figure.value)
    font = value.font()
    font.setPointSizeF(font.pointSizeF() * (1.7 if large else 1.35))
    font.setBold(True)
    value.setFont(font)
    note = QLabel(figure.note)
    note.setProperty("role", "muted")
    for label in (name, value, note):
        column.addWidget(label)
    return tile

"""A wall of pictures of which some can be selected; pictures that belong together have one background."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cnnstudio.data.problem import printable
from cnnstudio.ui.data.thumbnail_wall import SIDE, ThumbnailWall
from cnnstudio.ui.theme import theme


class _Together(QStyledItemDelegate):
    """Lays every second group of pictures on another background."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.groups: list[int] = []

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        painter.save()
        if index.row() < len(self.groups) and self.groups[index.row()] % 2:
            painter.fillRect(option.rect, theme().color("sunken"))
        place = QRect(0, 0, SIDE, SIDE)
        place.moveCenter(option.rect.center())
        painter.drawPixmap(place.topLeft(), index.data(Qt.ItemDataRole.DecorationRole))
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.setPen(QPen(QColor(theme().accent if chosen else theme().border), 3 if chosen else 1))
        painter.drawRect(place.adjusted(-1, -1, 0, 0))
        painter.restore()


class PictureChoice(ThumbnailWall):
    """Pictures by their paths relative to a folder."""

    chosen = Signal()
    """Others are selected."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pictureChoice")
        self._paths: list[str] = []
        self._together = _Together(self)
        self.setItemDelegate(self._together)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.selectionModel().selectionChanged.connect(self._on_selection)

    def show_pictures(self, root: Path, paths: Sequence[str], groups: Sequence[int]) -> None:
        """Show pictures of the folder `root`; `groups`: how many stand together, one after the other."""
        self._paths = list(paths)
        self._together.groups = [
            number for number, count in enumerate(groups) for _ in range(count if len(groups) > 1 else 0)
        ]
        self.show_paths([root / path for path in paths], [printable(path) for path in paths])

    def selected(self) -> list[str]:
        """Paths of the selected pictures, in their order."""
        return [self._paths[row] for row in sorted(index.row() for index in self.selectedIndexes())]

    def _on_selection(self) -> None:
        self.chosen.emit()

"""A wall of small pictures that are read in the background, only those that come into sight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRunnable,
    QSize,
    Qt,
    QThreadPool,
    QTimer,
    Signal,
)
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QListView, QWidget

from cnnstudio.data.thumbnail import thumbnail
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID, theme, theme_state

Index = QModelIndex | QPersistentModelIndex
SIDE = 72
"""Pixels of a thumbnail's longer side; smaller pictures are enlarged by a whole factor."""
_KEPT = 2000
_AT_ONCE = 12
_FRAME_MS = 16
_ROLES = (
    Qt.ItemDataRole.DecorationRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)
_NOWHERE = QModelIndex()


class _Answers(QObject):
    """Carries what a reading thread found to the window's thread."""

    read = Signal(str, object, str)
    """Path, QImage or None, and why there is none."""


class _Reading(QRunnable):
    """Reads one picture."""

    def __init__(self, path: Path, answers: _Answers) -> None:
        super().__init__()
        self._path = path
        self._answers = answers

    def run(self) -> None:
        pixels, problem = thumbnail(self._path, SIDE)
        if pixels is None:
            self._answers.read.emit(str(self._path), None, translated(problem.message) if problem else "")
            return
        height, width = pixels.shape[:2]
        kept = np.ascontiguousarray(pixels)
        image = QImage(kept.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        self._answers.read.emit(str(self._path), _framed(image), "")


def _framed(image: QImage) -> QImage:
    """The picture in the middle of a square, small ones enlarged pixel by pixel."""
    factor = max(1, SIDE // max(image.width(), image.height(), 1))
    picture = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    scaled = image.scaled(image.size() * factor)
    painter.drawImage((SIDE - scaled.width()) // 2, (SIDE - scaled.height()) // 2, scaled)
    painter.end()
    return picture


class WallModel(QAbstractListModel):
    """Paths of pictures, with their thumbnails as far as they are read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.paths: Sequence[Path] = []
        self.notes: Sequence[str] = []
        self._pictures: OrderedDict[str, QPixmap] = OrderedDict()
        self._asked: dict[str, int] = {}
        self._reasons: dict[str, str] = {}
        self._empty = QPixmap()
        self._answers = _Answers(self)
        self._answers.read.connect(self._on_read)
        self._arrived: list[tuple[str, QImage | None, str]] = []
        self._showing = QTimer(self)
        self._showing.setSingleShot(True)
        self._showing.setInterval(_FRAME_MS)
        self._showing.timeout.connect(self._show_some)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        theme_state().changed.connect(self._restyle)

    def show_paths(self, paths: Sequence[Path], notes: Sequence[str] = ()) -> None:
        """Show these pictures instead; `notes` go into their tooltips."""
        self.beginResetModel()
        self._pool.clear()
        self._asked.clear()
        self.paths = paths
        self.notes = notes
        self.endResetModel()

    def stop(self) -> None:
        """Read nothing more and wait for the picture that is being read."""
        self._pool.clear()
        self._pool.waitForDone()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.paths)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.SizeHintRole:
            return QSize(SIDE + GRID, SIDE + GRID)
        if (
            role not in _ROLES
        ):  # a path is made when it is asked for, and ten roles are asked for each picture
            return None
        path = self.paths[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(path, index.row())
        if role == Qt.ItemDataRole.ToolTipRole:
            note = self.notes[index.row()] if index.row() < len(self.notes) else ""
            return "\n".join(part for part in (path.name, note, self._reasons.get(str(path), "")) if part)
        return path.name

    def _picture(self, path: Path, row: int) -> QPixmap:
        key = str(path)
        picture = self._pictures.get(key)
        if picture is not None:
            self._pictures.move_to_end(key)
            return picture
        if key not in self._asked:
            self._asked[key] = row
            self._pool.start(_Reading(path, self._answers))
        return self._blank()

    def _blank(self) -> QPixmap:
        if self._empty.isNull():
            self._empty = QPixmap(SIDE, SIDE)
            self._empty.fill(theme().color("sunken"))
        return self._empty

    def _on_read(self, key: str, image: QImage | None, reason: str) -> None:
        self._arrived.append((key, image, reason))
        if not self._showing.isActive():
            self._showing.start()

    def _show_some(self) -> None:
        """A few of those that arrived: a class that comes into sight brings dozens within one frame."""
        some, self._arrived = self._arrived[:_AT_ONCE], self._arrived[_AT_ONCE:]
        rows = []
        for key, image, reason in some:
            row = self._asked.pop(key, None)
            self._pictures[key] = self._broken() if image is None else QPixmap.fromImage(image)
            if image is None:
                self._reasons[key] = reason
            if row is not None:
                rows.append(row)
        while len(self._pictures) > _KEPT:
            self._pictures.popitem(last=False)
        if rows:
            self.dataChanged.emit(
                self.index(min(rows)), self.index(max(rows)), [Qt.ItemDataRole.DecorationRole]
            )
        if self._arrived:
            self._showing.start()

    def _broken(self) -> QPixmap:
        picture = QPixmap(self._blank())
        painter = QPainter(picture)
        painter.setPen(QColor(theme().error))
        painter.drawText(picture.rect(), Qt.AlignmentFlag.AlignCenter, "✕")
        painter.end()
        return picture

    def _restyle(self) -> None:
        self._empty = QPixmap()
        self._pictures.clear()
        if self.paths:
            self.dataChanged.emit(self.index(0), self.index(len(self.paths) - 1))


class ThumbnailWall(QListView):
    """`thumbnailWall`: the pictures of one class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("thumbnailWall")
        self.setAccessibleName(self.tr("Images of the class"))
        self.pictures = WallModel(self)
        self.setModel(self.pictures)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setLayoutMode(QListView.LayoutMode.Batched)
        self.setBatchSize(400)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + GRID, SIDE + GRID))
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)

    def show_paths(self, paths: Sequence[Path], notes: Sequence[str] = ()) -> None:
        """Show these pictures, from the top; `notes` go into their tooltips."""
        self.pictures.show_paths(paths, notes)
        self.scrollToTop()

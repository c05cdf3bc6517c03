"""Pictures before and after, in rows, with the buttons for another draw and for other images."""

from __future__ import annotations

from functools import partial

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QImage, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.ui.augmentation.preview import AugmentationPreview, BeforeAfter
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID, theme, theme_state

_LARGEST = 176
"""Pixels of a picture's side at most."""
_SMALLEST = 16
_FEWEST_ROWS = 3
_SMALL_ROWS = 2
_SMALL_DRAWS = 3
_BETWEEN = 2 * GRID
"""Pixels between the picture before and those after."""


class BeforeAfterGrid(QWidget):
    """A row for each picture: as the network gets it, and what some draws make of it."""

    def __init__(self, parent: QWidget | None = None, *, small: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("beforeAfter")
        self._small = small
        self._rows: list[tuple[QImage, list[QImage]]] = []
        self.setMinimumSize(20 * GRID, 10 * GRID)
        self.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed if small else QSizePolicy.Policy.Expanding
        )
        theme_state().changed.connect(self.update)

    @property
    def rows(self) -> list[tuple[QImage, list[QImage]]]:
        """The pictures that are shown."""
        return self._rows

    def show_pictures(self, pictures: BeforeAfter | None) -> None:
        """Show these; None: none."""
        self._rows = []
        if pictures is not None:
            rows = _SMALL_ROWS if self._small else len(pictures.before)
            draws = _SMALL_DRAWS if self._small else pictures.after.shape[1]
            self._rows = [
                (_image(before), [_image(one) for one in after[:draws]])
                for before, after in zip(pictures.before[:rows], pictures.after[:rows], strict=True)
            ]
        self.setAccessibleName(
            self.tr("{count} images, each before and after {draws} draws").format(
                count=len(self._rows), draws=len(self._rows[0][1]) if self._rows else 0
            )
        )
        self._fit()
        self.update()

    def side(self) -> int:
        """Pixels of a cell's side."""
        columns = 1 + (len(self._rows[0][1]) if self._rows else _SMALL_DRAWS)
        across = (self.width() - _BETWEEN - (columns - 2) * self._gap) // columns
        if self._small:
            return max(_SMALLEST, across)
        down = (self.height() - self._head + self._gap) // min(
            _FEWEST_ROWS, max(1, len(self._rows))
        ) - self._gap
        return max(_SMALLEST, min(across, down, _LARGEST))

    @property
    def seen_rows(self) -> int:
        """How many of the rows there is room for: fewer in a low window, so that they stay large."""
        if self._small:
            return len(self._rows)
        room = (self.height() - self._head + self._gap) // (self.side() + self._gap)
        return max(1, min(len(self._rows), room))

    @property
    def _gap(self) -> int:
        return GRID // 2 if self._small else GRID

    @property
    def _head(self) -> int:
        return self.fontMetrics().height() + GRID // 2

    def _fit(self) -> None:
        """In a narrow column the height follows from the width."""
        if self._small:
            rows = max(1, len(self._rows))
            self.setFixedHeight(self._head + rows * self.side() + (rows - 1) * self._gap)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._rows:
            return
        painter = QPainter(self)
        side, gap = self.side(), self._gap
        after = side + _BETWEEN
        painter.setPen(theme().color("text_muted"))
        height = self._head - GRID // 2
        painter.drawText(QRect(0, 0, after, height), Qt.AlignmentFlag.AlignLeft, self.tr("before"))
        painter.drawText(
            QRect(after, 0, self.width() - after, height), Qt.AlignmentFlag.AlignLeft, self.tr("after")
        )
        for number, (before, draws) in enumerate(self._rows[: self.seen_rows]):
            top = self._head + number * (side + gap)
            self._paint(painter, QPoint(0, top), before, side)
            for column, picture in enumerate(draws):
                self._paint(painter, QPoint(after + column * (side + gap), top), picture, side)
        painter.end()

    def _paint(self, painter: QPainter, corner: QPoint, picture: QImage, side: int) -> None:
        """A picture in its square, small ones enlarged without blurring their pixels."""
        ratio = self.devicePixelRatioF()
        size = picture.size().scaled(QSize(side, side) * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        larger = size.width() >= picture.width()
        scaled = picture.scaled(
            size,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.FastTransformation
            if larger
            else Qt.TransformationMode.SmoothTransformation,
        )
        scaled.setDevicePixelRatio(ratio)
        shown = scaled.deviceIndependentSize().toSize()
        place = QPoint((side - shown.width()) // 2, (side - shown.height()) // 2)
        painter.drawImage(corner + place, scaled)
        painter.setPen(theme().color("border"))
        painter.drawRect(QRect(corner + place, shown).adjusted(0, 0, -1, -1))


class AugmentationView(QWidget):
    """The pictures of a preview, or why there are none. `small`: for a narrow column, without the button that adds layers."""

    layer_wanted = Signal(str)
    """A layer of this type is wanted behind the network's Input."""

    def __init__(
        self, preview: AugmentationPreview, parent: QWidget | None = None, *, small: bool = False
    ) -> None:
        super().__init__(parent)
        self._preview = preview
        self.setObjectName("augmentationSmall" if small else "augmentation")
        self.setProperty("surface", "panel")
        self._layers = QLabel(self)
        self._layers.setObjectName("augmentationLayers")
        self._layers.setWordWrap(True)
        self._said = QLabel(self)
        self._said.setObjectName("augmentationSaid")
        self._said.setProperty("role", "muted")
        self._said.setWordWrap(True)
        self.grid = BeforeAfterGrid(self, small=small)
        self.draw = QPushButton(self.tr("New draw"), self)
        self.draw.setObjectName("augmentationDraw")
        self.draw.setToolTip(self.tr("Let the layers draw other random numbers"))
        self.draw.clicked.connect(preview.draw_anew)
        self.others = QPushButton(self.tr("Other images"), self)
        self.others.setObjectName("augmentationOthers")
        self.others.clicked.connect(preview.take_others)
        self.add = QPushButton(self.tr("Add a layer"), self)
        self.add.setObjectName("augmentationAdd")
        self.add.setToolTip(self.tr("Put a layer that varies the images behind the network's Input"))
        self.add.setMenu(self._menu())
        self.add.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.now = QPushButton(self.tr("Show them now"), self)
        self.now.setObjectName("augmentationNow")
        self.now.clicked.connect(preview.show_now)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        if not small:
            buttons.addWidget(self._layers, 1)
            buttons.addWidget(self.add)
        buttons.addWidget(self.draw)
        buttons.addWidget(self.others)
        buttons.addStretch(1 if small else 0)
        column = QVBoxLayout(self)
        margin = 0 if small else 2 * GRID
        column.setContentsMargins(margin, 0 if small else GRID, margin, margin)
        column.setSpacing(GRID)
        if small:
            self._layers.hide()
            self.add.hide()
        column.addWidget(self._said)
        if not small:
            column.addLayout(buttons)
        column.addWidget(self.now, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.grid, 0 if small else 1)
        if small:
            column.addLayout(buttons)
        else:
            self._end = column.count()
            column.addStretch(0)
        self._column = column
        self._small = small
        preview.changed.connect(self._show)
        self._show()

    def _show(self) -> None:
        pictures, front = self._preview.pictures, self._preview.front
        if front is not None:
            inner = list(front.nodes.values())[1:]
            names = ", ".join(node.label for node in inner)
            self._layers.setText(self.tr("Your images before and after {names}.").format(names=names))
        self._said.setText(self._preview.said)
        self._said.setVisible(bool(self._preview.said))
        self.now.setVisible(self._preview.is_waiting)
        self.grid.show_pictures(pictures)
        for widget in (self.grid, self.draw, self.others):
            widget.setVisible(pictures is not None)
        if not self._small:
            self._column.setStretch(self._end, 0 if pictures is not None else 1)
            self._layers.setVisible(pictures is not None)
            self.add.setVisible(self._preview.has_input)

    def _menu(self) -> QMenu:
        menu = QMenu(self)
        for spec in self._preview.layers:
            action = menu.addAction(spec.type)
            action.setToolTip(translated(spec.help))
            action.triggered.connect(partial(self.layer_wanted.emit, spec.type))
        menu.setToolTipsVisible(True)
        return menu

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._preview.watch(self, seen=True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._preview.watch(self, seen=False)


def _image(pixels: NDArray[np.uint8]) -> QImage:
    """Grey or RGB pixels as a picture of its own."""
    height, width, channels = pixels.shape
    kept = np.ascontiguousarray(pixels)
    kind = QImage.Format.Format_Grayscale8 if channels == 1 else QImage.Format.Format_RGB888
    return QImage(kept.data, width, height, channels * width, kind).copy()

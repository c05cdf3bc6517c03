"""Kernels of convolutions as small pictures, signed, with zero in the middle; one of them large, with its numbers."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.ui.theme import GRID, monospace, theme, theme_state
from cnnstudio.ui.train.markers import mixed
from cnnstudio.ui.understand.layer_rows import number_text

Floats = NDArray[np.float32]
_TILE, _GAP = 5 * GRID, GRID // 2
_LARGEST = 32 * GRID
_SMALLEST_WITH_NUMBER = 34


def signed_color(value: float, largest: float) -> QColor:
    """Blue below zero, orange above, the surface at zero; `largest` and beyond are full."""
    colors = theme()
    if not math.isfinite(value):
        return QColor(colors.text_muted)
    share = min(1.0, abs(value) / largest) if largest > 0 else 0.0
    return mixed(QColor(colors.plot[0] if value < 0 else colors.plot[1]), QColor(colors.surface), share)


def signed_image(values: Floats, largest: float) -> QImage:
    """A picture of (rows, columns) values, one pixel for each, in the colours of `signed_color`."""
    colors = theme()
    ground, below, above = (
        np.array([color.red(), color.green(), color.blue()], np.float32)
        for color in map(QColor, (colors.surface, colors.plot[0], colors.plot[1]))
    )
    finite = np.nan_to_num(np.asarray(values, np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    share = (
        np.clip(np.abs(finite) / largest, 0, 1)[..., None] if largest > 0 else np.zeros((*finite.shape, 1))
    )
    full = np.where(finite[..., None] < 0, below, above)
    pixels = np.zeros((*finite.shape, 4), np.uint8)
    pixels[..., :3] = np.rint(ground + (full - ground) * share)[..., ::-1]
    pixels[..., 3] = 255
    rows, columns = finite.shape
    return QImage(pixels.tobytes(), columns, rows, columns * 4, QImage.Format.Format_RGB32).copy()


class KernelWall(QWidget):
    """Pictures of kernels, (count, rows, columns); `chosen` tells which is current, by a click or the arrow keys."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("kernelWall")
        self.setAccessibleName(self.tr("Kernels"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._kernels: Floats = np.zeros((0, 1, 1), np.float32)
        self._images: list[QImage] = []
        self._largest = 0.0
        self._current = 0
        theme_state().changed.connect(self._restyle)

    @property
    def current(self) -> int:
        return self._current

    @property
    def count(self) -> int:
        return len(self._kernels)

    def show_kernels(self, kernels: Floats, largest: float) -> None:
        """Show these; `largest` is the value whose colour is full."""
        self._kernels, self._largest = kernels, largest
        self._current = min(self._current, max(0, len(kernels) - 1))
        self._restyle()
        self._fit()

    def choose(self, number: int) -> None:
        """Make a kernel the current one, the nearest there is."""
        number = max(0, min(self.count - 1, number))
        if number != self._current and self.count:
            self._current = number
            self.update()
            self.chosen.emit(number)

    def _restyle(self) -> None:
        self._images = [signed_image(kernel, self._largest) for kernel in self._kernels]
        self.update()

    def _columns(self) -> int:
        return max(1, (self.width() + _GAP - 4) // (_TILE + _GAP))

    def _fit(self) -> None:
        rows = -(-max(1, self.count) // self._columns())
        self.setFixedHeight(rows * (_TILE + _GAP) - _GAP + 4)

    def tile(self, number: int) -> QRect:
        """Where a kernel's picture is."""
        row, column = divmod(number, self._columns())
        return QRect(2 + column * (_TILE + _GAP), 2 + row * (_TILE + _GAP), _TILE, _TILE)

    def _at(self, point: QPoint) -> int:
        column, row = (point.x() - 2) // (_TILE + _GAP), (point.y() - 2) // (_TILE + _GAP)
        number = row * self._columns() + column
        inside = 0 <= column < self._columns() and 0 <= number < self.count
        return int(number) if inside and self.tile(int(number)).contains(point) else -1

    def sizeHint(self) -> QSize:
        return QSize(34 * GRID, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = theme()
        painter = QPainter(self)
        shown = event.rect()
        for number, image in enumerate(self._images):
            tile = self.tile(number)
            if not tile.intersects(shown):
                continue
            target = _fitted(image.size(), tile)
            painter.drawImage(target, image)
            current = number == self._current
            strong = colors.accent if self.hasFocus() else colors.text
            painter.setPen(QPen(QColor(strong if current else colors.border), 2 if current else 1))
            painter.drawRect(target.adjusted(-1, -1, 0, 0) if current else target.adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position().toPoint())
        if number >= 0:
            self.choose(number)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        columns = self._columns()
        moves = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -columns,
            Qt.Key.Key_Down: columns,
            Qt.Key.Key_Home: -self.count,
            Qt.Key.Key_End: self.count,
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        self.choose(self._current + move)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class LargeKernel(QWidget):
    """One kernel, (rows, columns), with its numbers; `pointed` tells the cell under the pointer or the arrow keys."""

    pointed = Signal(int, int)
    """Row and column."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("largeKernel")
        self.setAccessibleName(self.tr("The chosen kernel"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._values: Floats = np.zeros((0, 0), np.float32)
        self._largest = 0.0
        self._cell = (0, 0)
        theme_state().changed.connect(self.update)

    @property
    def values(self) -> Floats:
        """What is shown, (rows, columns)."""
        return self._values

    @property
    def cell(self) -> tuple[int, int]:
        """Row and column of the cell pointed at."""
        return self._cell

    @property
    def readout(self) -> str:
        """The cell pointed at, in words and numbers."""
        if not self._values.size:
            return ""
        row, column = self._cell
        return self.tr("row {row}, column {column}: {value}").format(
            row=row + 1, column=column + 1, value=number_text(float(self._values[row, column]))
        )

    def show_values(self, values: Floats, largest: float) -> None:
        """Show this kernel."""
        self._values, self._largest = values, largest
        rows, columns = values.shape
        self._cell = (min(self._cell[0], rows - 1), min(self._cell[1], columns - 1))
        self._fit()
        self._say()

    def point_at(self, row: int, column: int) -> None:
        """Point at a cell, the nearest there is."""
        if not self._values.size:
            return
        rows, columns = self._values.shape
        cell = (max(0, min(rows - 1, row)), max(0, min(columns - 1, column)))
        if cell != self._cell:
            self._cell = cell
            self._say()

    def _say(self) -> None:
        self.setAccessibleDescription(self.readout)
        self.update()
        self.pointed.emit(*self._cell)

    def _side(self) -> int:
        rows, columns = self._values.shape
        wide = min(self.width() - 4, _LARGEST)
        return int(max(4, min(wide // max(1, columns), _LARGEST // max(1, rows), 7 * GRID)))

    def _fit(self) -> None:
        if self._values.size:
            self.setFixedHeight(self._side() * self._values.shape[0] + 4)

    def sizeHint(self) -> QSize:
        return QSize(34 * GRID, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _rect(self, row: int, column: int) -> QRect:
        side = self._side()
        return QRect(2 + column * side, 2 + row * side, side, side)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if not self._values.size:
            return
        colors, side = theme(), self._side()
        painter = QPainter(self)
        painter.setFont(monospace(self.font().pointSizeF() * 0.8))
        numbered = side >= _SMALLEST_WITH_NUMBER
        for (row, column), value in np.ndenumerate(self._values):
            rect, color = self._rect(row, column), signed_color(float(value), self._largest)
            painter.fillRect(rect, color)
            if numbered:
                painter.setPen(QColor("#000000" if color.lightnessF() > 0.45 else "#ffffff"))
                text = _short(float(value), painter.fontMetrics().horizontalAdvance("0"), side)
                painter.drawText(QRectF(rect), Qt.AlignmentFlag.AlignCenter, text)
        rows, columns = self._values.shape
        painter.setPen(QPen(QColor(colors.border_strong), 1))
        painter.drawRect(QRect(2, 2, columns * side - 1, rows * side - 1))
        strong = QColor(colors.accent if self.hasFocus() else colors.text)
        painter.setPen(QPen(strong, 2))
        painter.drawRect(self._rect(*self._cell).adjusted(1, 1, -1, -1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        side = self._side()
        point = event.position().toPoint()
        self.point_at((point.y() - 2) // side, (point.x() - 2) // side)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None:
            super().keyPressEvent(event)
            return
        self.point_at(self._cell[0] + move[0], self._cell[1] + move[1])

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class SignedScale(QWidget):
    """What the colours mean: from minus the largest value over zero to the largest."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._largest = 0.0
        self.setFixedHeight(4 * GRID + 2)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme_state().changed.connect(self.update)

    def show_largest(self, largest: float) -> None:
        """Say this value at both ends."""
        self._largest = largest
        self.setAccessibleName(
            self.tr("Colours: blue from -{value}, none at 0, orange to {value}").format(
                value=number_text(largest)
            )
        )
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        colors = theme()
        painter = QPainter(self)
        strip = QRect(2, 2, min(self.width() - 4, 26 * GRID), GRID + 2)
        ramp = np.linspace(-1, 1, 65, dtype=np.float32)[None]
        painter.drawImage(strip, signed_image(ramp, 1.0))
        painter.setPen(QPen(QColor(colors.border_strong), 1))
        painter.drawRect(strip.adjusted(0, 0, -1, -1))
        painter.setFont(monospace(self.font().pointSizeF() * 0.84))
        painter.setPen(QColor(colors.text_muted))
        words = QRect(strip.left(), strip.bottom() + 3, strip.width(), painter.fontMetrics().height())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, f"-{number_text(self._largest)}")
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter, "0")
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, number_text(self._largest))


def _fitted(size: QSize, tile: QRect) -> QRect:
    """The largest rectangle of that shape in the middle of a tile, of whole pixels for each value where there is room."""
    scale = min(tile.width() / max(1, size.width()), tile.height() / max(1, size.height()))
    scale = math.floor(scale) if scale >= 1 else scale
    wide, high = max(1, round(size.width() * scale)), max(1, round(size.height() * scale))
    return QRect(
        tile.left() + (tile.width() - wide) // 2, tile.top() + (tile.height() - high) // 2, wide, high
    )


def _short(value: float, letter: int, room: int) -> str:
    """As many figures as there is room for."""
    most = max(1, (room - 4) // max(1, letter))
    for digits in (3, 2, 1):
        text = f"{value:.{digits}f}" if 1e-3 <= abs(value) < 1e3 or value == 0 else f"{value:.{digits - 1}e}"
        text = text.replace("0.", ".", 1) if len(text) > most and abs(value) < 1 else text
        if len(text) <= most:
            return text
    return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e")

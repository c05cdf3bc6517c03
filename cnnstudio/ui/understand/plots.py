"""Small plots whose values are read with the pointer or the arrow keys: one value per channel, and histograms."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.ui.shape_text import count_text
from cnnstudio.ui.theme import GRID, monospace, theme, theme_state
from cnnstudio.ui.train.markers import mixed
from cnnstudio.ui.understand.layer_rows import number_text

LEFT, RIGHT, TOP, BOTTOM = 7 * GRID, GRID, GRID, 3 * GRID


class PointedPlot(QWidget):
    """Items side by side, one of which is pointed at; what it is stands in `readout` and in the accessible description."""

    pointed = Signal(int)
    """Another item is pointed at."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._current = 0
        self._say()
        theme_state().changed.connect(self.update)

    @property
    def count(self) -> int:
        """How many items there are."""
        return 0

    @property
    def current(self) -> int:
        """The item pointed at."""
        return self._current

    @property
    def readout(self) -> str:
        """What is pointed at, in words and numbers."""
        return ""

    def point_at(self, number: int) -> None:
        """Point at an item, the nearest there is."""
        number = max(0, min(self.count - 1, number))
        if number != self._current and self.count:
            self._current = number
            self._say()
            self.update()
            self.pointed.emit(number)

    def _say(self) -> None:
        self.setAccessibleDescription(self.readout)

    def _area(self) -> QRectF:
        return QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)

    def _x(self, number: float) -> float:
        area = self._area()
        return area.left() + (number + 0.5) / max(1, self.count) * area.width()

    def _paint_frame(
        self, painter: QPainter, labels: Sequence[tuple[float, str]], below: Sequence[str]
    ) -> None:
        """The axes: (y, words) at the left, words at both ends below."""
        colors, area = theme(), self._area()
        font = monospace(self.font().pointSizeF() * 0.84)
        painter.setFont(font)
        height = painter.fontMetrics().height()
        for y, words in labels:
            painter.setPen(QPen(QColor(colors.border), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(colors.text_muted))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(0, y - height / 2, LEFT - 6, height), flags, words)
        painter.setPen(QColor(colors.text_muted))
        line = QRectF(area.left(), area.bottom() + 4, area.width(), height)
        if below:
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft, below[0])
            painter.drawText(line, Qt.AlignmentFlag.AlignRight, below[-1])
        if len(below) > 2:
            painter.drawText(line, Qt.AlignmentFlag.AlignHCenter, below[1])
        if self.hasFocus():
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)

    def sizeHint(self) -> QSize:
        return QSize(34 * GRID, 11 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * GRID, 11 * GRID)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        if self.count and area.width() > 0:
            self.point_at(int((event.position().x() - area.left()) / area.width() * self.count))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: self._current - 1,
            Qt.Key.Key_Right: self._current + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self.count - 1,
            Qt.Key.Key_PageUp: self._current - 10,
            Qt.Key.Key_PageDown: self._current + 10,
        }
        wanted = moves.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
            return
        self.point_at(wanted)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.pointed.emit(self._current)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()


class ChannelPlot(PointedPlot):
    """One value per channel, as stems from where it began (gamma 1, beta 0 and so on)."""

    def __init__(self, title: str, neutral: float, parent: QWidget | None = None) -> None:
        self._values: NDArray[np.floating] = np.zeros(0)
        self._title = title
        self._neutral = neutral
        super().__init__(title, parent)

    @property
    def count(self) -> int:
        return len(self._values)

    @property
    def values(self) -> NDArray[np.floating]:
        """What is drawn."""
        return self._values

    @property
    def readout(self) -> str:
        if not self.count:
            return ""
        value = number_text(float(self._values[self._current]))
        return self.tr("{title} of channel {channel}: {value}").format(
            title=self._title, channel=self._current + 1, value=value
        )

    def show_values(self, values: NDArray[np.floating]) -> None:
        """Draw these, one for each channel."""
        self._values = np.asarray(values, np.float64).reshape(-1)
        self._current = min(self._current, max(0, self.count - 1))
        self._say()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if not self.count:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors, area = theme(), self._area()
        finite = self._values[np.isfinite(self._values)]
        low = min(float(finite.min(initial=self._neutral)), self._neutral)
        high = max(float(finite.max(initial=self._neutral)), self._neutral)
        if low == high:
            low, high = low - 0.5, high + 0.5

        def y(value: float) -> float:
            return area.bottom() - (value - low) / (high - low) * area.height()

        self._paint_frame(
            painter,
            [(y(low), number_text(low)), (y(high), number_text(high))],
            ["1", self.tr("channel"), str(self.count)],
        )
        ground = y(self._neutral)
        painter.setPen(QPen(QColor(colors.text_muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(area.left(), ground), QPointF(area.right(), ground))
        color = QColor(colors.plot[0])
        width = max(1.0, min(6.0, area.width() / self.count - 1))
        pale = mixed(color, QColor(colors.surface), 0.45)
        dot = min(3.0, max(1.2, area.width() / self.count / 2.2))
        for number, value in enumerate(self._values.tolist()):
            if not math.isfinite(value):
                continue
            x, top = self._x(number), y(value)
            painter.fillRect(QRectF(x - width / 2, min(top, ground), width, abs(top - ground)), pale)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawEllipse(QPointF(x, top), dot, dot)
        value = float(self._values[self._current])
        x = self._x(self._current)
        painter.setPen(QPen(QColor(colors.text), 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        if math.isfinite(value):
            painter.setBrush(QColor(colors.surface))
            painter.setPen(QPen(QColor(colors.text), 1.5))
            painter.drawEllipse(QPointF(x, y(value)), 4, 4)


class Histogram(PointedPlot):
    """How many values lie where; the bar pointed at says its range and its count."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        self._counts: list[int] = []
        self._edges: list[float] = []
        super().__init__(title, parent)

    @property
    def count(self) -> int:
        return len(self._counts)

    @property
    def readout(self) -> str:
        if not self._counts:
            return ""
        return self.tr("{low} to {high}: {count} of {total} values").format(
            total=count_text(sum(self._counts)),
            low=number_text(self._edges[self._current]),
            high=number_text(self._edges[self._current + 1]),
            count=count_text(self._counts[self._current]),
        )

    def show_counts(self, counts: Sequence[int], edges: Sequence[float]) -> None:
        """Draw these bars; there is one more edge than there are counts."""
        self._counts, self._edges = [int(count) for count in counts], [float(edge) for edge in edges]
        self._current = max(range(len(self._counts)), key=self._counts.__getitem__, default=0)
        self._say()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        if not self._counts:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors, area = theme(), self._area()
        most = max(1, *self._counts)
        low, high = self._edges[0], self._edges[-1]
        below = [number_text(low), number_text(high)]
        self._paint_frame(painter, [(area.bottom(), "0"), (area.top(), count_text(most))], below)
        width = area.width() / len(self._counts)
        color = QColor(colors.plot[0])
        for number, count in enumerate(self._counts):
            if not count:
                continue
            height = max(1.0, count / most * area.height())
            bar = QRectF(area.left() + number * width, area.bottom() - height, max(1.0, width - 1), height)
            painter.fillRect(
                bar, color if number == self._current else mixed(color, QColor(colors.surface), 0.6)
            )
        if low < 0 < high:
            x = area.left() - low / (high - low) * area.width()
            painter.setPen(QPen(QColor(colors.text_muted), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        x = area.left() + (self._current + 0.5) * width
        painter.setPen(QPen(QColor(colors.text), 1))
        painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 4))

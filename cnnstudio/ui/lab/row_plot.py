"""Values over their places as stems; one place is marked, and those that it is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.data.lab.written_sum import number_text
from cnnstudio.ui.theme import GRID, theme

_LEFT = 56
_LABELS_FROM = 34
"""Screen pixels between places from which every value is written over its stem."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowDrawing:
    """`values` stand at `first`, `first + step`, …; `span` is the first and last place that is drawn at all."""

    values: Sequence[float]
    first: int = 1
    step: int = 1
    span: tuple[int, int] = (1, 1)
    marked: int | None = None
    """The place with the upright line."""
    notes: Mapping[int, str] = field(default_factory=dict)
    """Places that count, and what is written at them; those without a value are zeros of the padding."""

    def value_at(self, place: int) -> float | None:
        """None where there is no value."""
        number, rest = divmod(place - self.first, self.step)
        return self.values[number] if not rest and 0 <= number < len(self.values) else None


class RowPlot(QWidget):
    """A plot that knows which place is pointed at."""

    pointed = Signal(int)
    """The place under the pointer; it may have no value."""
    stepped = Signal(int)
    """A key wants the place so many values further."""
    jumped = Signal(str)
    """A key wants the `first` or the `last` value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.drawing = RowDrawing(values=())

    def show_row(self, drawing: RowDrawing) -> None:
        """Draw other values."""
        self.drawing = drawing
        self.update()

    def x_of(self, place: float) -> float:
        """Where a place is drawn."""
        first, last = self.drawing.span
        return _LEFT + (place - first + 0.5) * self._pitch() if last >= first else _LEFT

    def _pitch(self) -> float:
        first, last = self.drawing.span
        return max(self.width() - _LEFT - GRID, 1) / max(last - first + 1, 1)

    def _range(self) -> tuple[float, float]:
        low, high = min((*self.drawing.values, 0.0)), max((*self.drawing.values, 0.0))
        return (low, high) if high > low else (0.0, 1.0)

    def _y_of(self, value: float) -> float:
        low, high = self._range()
        line = QFontMetricsF(self.font()).height()
        top, bottom = 2 * line + GRID, self.height() - line - GRID - (line if low < 0 else 0)
        return bottom - (value - low) / (high - low) * (bottom - top)

    # --- painting ------------------------------------------------------------------------------

    def _paint_axes(self, painter: QPainter) -> None:
        colors, drawing = theme(), self.drawing
        metrics = QFontMetricsF(self.font())
        low, high = self._range()
        zero = self._y_of(0)
        painter.setPen(QPen(colors.color("border_strong"), 1))
        painter.drawLine(QPointF(_LEFT, zero), QPointF(self.width() - GRID, zero))
        painter.setPen(colors.color("text_muted"))
        for value in dict.fromkeys((low, 0.0, high)):
            y = self._y_of(value)
            if value and abs(y - zero) < metrics.height():
                continue
            rect = QRectF(0, y - metrics.height() / 2, _LEFT - GRID, metrics.height())
            painter.drawText(
                rect,
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                number_text(round(value, 2)),
            )
        first, last = drawing.span
        every = next(
            n for n in (1, 2, 5, 10, 20, 50, 100) if n * self._pitch() >= metrics.horizontalAdvance("−00 ")
        )
        y = self.height() - metrics.height() - 2
        for place in range(first, last + 1):
            if place % every == 0 or every == 1:
                rect = QRectF(self.x_of(place) - 40, y, 80, metrics.height())
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, number_text(float(place)))

    def _paint_mark(self, painter: QPainter) -> None:
        if self.drawing.marked is not None:
            pitch = min(self._pitch() * 0.7, 36.0)
            x = self.x_of(self.drawing.marked)
            soft = theme().color("accent_soft")
            painter.fillRect(QRectF(x - pitch / 2, 2, pitch, self.height() - 4), soft)

    def _paint_stems(self, painter: QPainter) -> None:
        colors, drawing = theme(), self.drawing
        metrics = QFontMetricsF(self.font())
        plain, counted = QColor(colors.plot[0]), QColor(colors.plot[1])
        radius = min(max(self._pitch() / 6, 2.0), 5.0)
        for place in range(drawing.span[0], drawing.span[1] + 1):
            value = drawing.value_at(place)
            note = drawing.notes.get(place)
            if value is None and note is None:
                continue
            x, y = self.x_of(place), self._y_of(value or 0.0)
            color = counted if note is not None or place == drawing.marked else plain
            painter.setPen(QPen(color, 2))
            painter.drawLine(QPointF(x, self._y_of(0)), QPointF(x, y))
            painter.setBrush(QBrush(color) if value is not None else Qt.BrushStyle.NoBrush)
            if note is not None:  # told from the others by its form too
                painter.drawRect(QRectF(x - radius, y - radius, 2 * radius, 2 * radius))
            else:
                painter.drawEllipse(QPointF(x, y), radius, radius)
            if self._pitch() >= _LABELS_FROM or note is not None or place == drawing.marked:
                text = number_text(round(value or 0.0, 2))
                below = (value or 0.0) < 0
                top = y + radius + 1 if below else y - radius - 1 - metrics.height()
                painter.setPen(colors.color("text"))
                painter.drawText(
                    QRectF(x - 40, top, 80, metrics.height()), Qt.AlignmentFlag.AlignCenter, text
                )
                if note and metrics.horizontalAdvance(note) + 2 <= self._pitch():
                    painter.setPen(counted)
                    painter.drawText(
                        QRectF(x - 40, 2, 80, metrics.height()), Qt.AlignmentFlag.AlignCenter, note
                    )

    # --- Qt ------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(400, 180)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 96)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colors = theme()
        painter.fillRect(self.rect(), colors.color("surface"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.drawing.values:
            self._paint_mark(painter)
            self._paint_axes(painter)
            self._paint_stems(painter)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.color("accent" if self.hasFocus() else "border"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._point_at(event.position())

    def _point_at(self, point: QPointF) -> None:
        if self.drawing.values:
            self.pointed.emit(self.drawing.span[0] + int((point.x() - _LEFT) // self._pitch()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.jumped.emit("first" if key == Qt.Key.Key_Home else "last")
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

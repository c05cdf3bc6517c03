"""Small square plots: the reliability diagram, the ROC curve, and true values against predicted ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from cnnstudio.ui.theme import GRID, theme, theme_state
from cnnstudio.ui.train.axes import even_steps, number_text
from cnnstudio.ui.train.markers import mixed

LEFT, BOTTOM, TOP, RIGHT = 6 * GRID, 5 * GRID, GRID, 2 * GRID


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """What to draw. `bars`: (left, right, height, words); `line`: joined points; `dots`: single points.

    Both axes go from `low` to `high`; the diagonal is where everything would be right.
    """

    x_title: str
    y_title: str
    low: float = 0.0
    high: float = 1.0
    bars: tuple[tuple[float, float, float, str], ...] = ()
    line: tuple[tuple[float, float], ...] = ()
    dots: tuple[tuple[float, float], ...] = ()


class SmallPlot(QWidget):
    """Draws one `Drawing`; a bar says its numbers in a tooltip."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self._drawing: Drawing | None = None
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme_state().changed.connect(self.update)

    @property
    def drawing(self) -> Drawing | None:
        return self._drawing

    def show_drawing(self, drawing: Drawing | None) -> None:
        """Show this; None empties the plot."""
        self._drawing = drawing
        self.update()

    def _area(self) -> QRectF:
        return QRectF(LEFT, TOP, self.width() - LEFT - RIGHT, self.height() - TOP - BOTTOM)

    def _place(self, x: float, y: float) -> QPointF:
        drawing, area = self._drawing, self._area()
        low, high = (drawing.low, drawing.high) if drawing is not None else (0.0, 1.0)
        span = max(high - low, 1e-12)
        return QPointF(
            area.left() + (x - low) / span * area.width(), area.bottom() - (y - low) / span * area.height()
        )

    def _bar_rect(self, bar: tuple[float, float, float, str]) -> QRectF:
        left, right, height, _ = bar
        low = self._drawing.low if self._drawing is not None else 0.0
        return QRectF(self._place(left, height), self._place(right, low)).adjusted(1, 0, -1, 0)

    def _paint_axes(self, painter: QPainter, drawing: Drawing) -> None:
        colors, area = theme(), self._area()
        metrics = painter.fontMetrics()
        step, values = even_steps(drawing.low, drawing.high, 5)
        for value in values:
            painter.setPen(QPen(QColor(colors.border), 1))
            y = self._place(drawing.low, value).y()
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(colors.text_muted))
            text = number_text(value, step)
            painter.drawText(
                QRectF(0, y - 10, LEFT - 6, 20),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                text,
            )
            x = self._place(value, drawing.low).x()
            painter.drawText(
                QRectF(x - 30, area.bottom() + 2, 60, metrics.height()), Qt.AlignmentFlag.AlignHCenter, text
            )
        bottom = QRectF(area.left(), self.height() - metrics.height() - 1, area.width(), metrics.height())
        painter.drawText(bottom, Qt.AlignmentFlag.AlignCenter, drawing.x_title)
        painter.save()
        painter.translate(metrics.height() - 4, area.center().y())
        painter.rotate(-90)
        painter.drawText(
            QRectF(-area.height() / 2, -metrics.height() / 2 - 2, area.height(), metrics.height()),
            Qt.AlignmentFlag.AlignCenter,
            drawing.y_title,
        )
        painter.restore()

    def sizeHint(self) -> QSize:
        return QSize(32 * GRID, 32 * GRID)

    def minimumSizeHint(self) -> QSize:
        return QSize(24 * GRID, 20 * GRID)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return min(width, 36 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        drawing = self._drawing
        if drawing is None:
            return
        colors = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_axes(painter, drawing)
        painter.setClipRect(self._area().adjusted(-4, -4, 4, 1))
        strong = QColor(colors.plot[0])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(strong, QColor(colors.surface), 0.6))
        for bar in drawing.bars:
            painter.drawRect(self._bar_rect(bar))
        painter.setPen(QPen(QColor(colors.text_muted), 1, Qt.PenStyle.DashLine))
        painter.drawLine(self._place(drawing.low, drawing.low), self._place(drawing.high, drawing.high))
        if drawing.line:
            painter.setPen(QPen(strong, 2))
            painter.drawPolyline(QPolygonF([self._place(*point) for point in drawing.line]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(strong.red(), strong.green(), strong.blue(), 120))
        for point in drawing.dots:
            painter.drawEllipse(self._place(*point), 2.5, 2.5)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            x = float(event.pos().x())
            bars: Sequence[tuple[float, float, float, str]] = self._drawing.bars if self._drawing else ()
            words = next(
                (bar[3] for bar in bars if self._bar_rect(bar).left() <= x <= self._bar_rect(bar).right()), ""
            )
            QToolTip.showText(event.globalPos(), words, self) if words else QToolTip.hideText()
            return True
        return super().event(event)

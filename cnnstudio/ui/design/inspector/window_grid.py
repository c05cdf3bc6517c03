"""A drawing of both axes: the padded input as a grid with the window's taps on it, and the output beside it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.core.spec import WindowSum
from cnnstudio.ui.theme import theme, theme_state

LARGEST_GRID = 20
"""Padded pixels along an axis up to which the grid is drawn; beyond, its cells could not be told apart."""
LARGEST_CELL = 14.0
GAP = 28.0
MARGIN = 2.0


def is_drawable(windows: tuple[WindowSum, ...]) -> bool:
    """Whether there are two axes, both small enough."""
    return len(windows) == 2 and all(
        max(window.size + window.pad_before + window.pad_after, window.output) <= LARGEST_GRID
        for window in windows
    )


class WindowGrid(QWidget):
    """Rows are the first axis, columns the second."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("windowGrid")
        self._windows: tuple[WindowSum, WindowSum] | None = None
        self._unit = (0, 0)
        self.hide()
        theme_state().changed.connect(self.update)

    def show_windows(self, windows: tuple[WindowSum, ...]) -> None:
        """Show the sums of both axes, the window at its first place; hide where they cannot be drawn."""
        drawable = is_drawable(windows)
        self.setVisible(drawable)
        self._windows = (windows[0], windows[1]) if drawable else None
        self._unit = (0, 0)
        if self._windows is not None:
            rows, columns = self._windows
            self.setAccessibleName(
                self.tr("A {kernel} by {kernel_2} window on {size} by {size_2} pixels").format(
                    kernel=rows.effective_kernel,
                    kernel_2=columns.effective_kernel,
                    size=rows.size,
                    size_2=columns.size,
                )
            )
            self.setFixedHeight(round(self._cell() * max(_padded(rows), rows.output) + 2 * MARGIN))
        self.update()

    @property
    def unit(self) -> tuple[int, int]:
        """Row and column of the output that is shown."""
        return self._unit

    def show_unit(self, row: int, column: int) -> None:
        """Put the window where it makes this output."""
        if (row, column) != self._unit:
            self._unit = row, column
            self.update()

    def _cell(self) -> float:
        if self._windows is None:
            return LARGEST_CELL
        cells = _padded(self._windows[1]) + self._windows[1].output
        return max(min(LARGEST_CELL, (max(self.width(), 120) - GAP - 2 * MARGIN) / cells), 3.0)

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._windows is None:
            return
        rows, columns = self._windows
        cell, colors = self._cell(), theme()
        painter = QPainter(self)
        line, accent = colors.color("border_strong"), colors.color("accent")
        for row in range(_padded(rows)):
            for column in range(_padded(columns)):
                inside = _is_pixel(rows, row) and _is_pixel(columns, column)
                dropped = row >= _covered(rows) or column >= _covered(columns)
                rect = QRectF(MARGIN + column * cell, MARGIN + row * cell, cell, cell)
                if dropped:
                    painter.fillRect(rect, _faded(colors.color("warning"), 90))
                painter.setPen(QPen(line, 1.0, Qt.PenStyle.SolidLine if inside else Qt.PenStyle.DotLine))
                painter.drawRect(rect)
        unit_row, unit_column = min(self._unit[0], rows.output - 1), min(self._unit[1], columns.output - 1)
        top, left = unit_row * rows.strides, unit_column * columns.strides
        for row in range(rows.kernel):
            for column in range(columns.kernel):
                tap = QRectF(
                    MARGIN + (left + column * columns.dilation) * cell,
                    MARGIN + (top + row * rows.dilation) * cell,
                    cell,
                    cell,
                )
                painter.fillRect(tap.adjusted(0.5, 0.5, -0.5, -0.5), _faded(accent, 110))
        frame = QRectF(
            MARGIN + left * cell,
            MARGIN + top * cell,
            columns.effective_kernel * cell,
            rows.effective_kernel * cell,
        )
        painter.setPen(QPen(accent, 1.6))
        painter.drawRect(frame)
        begin = MARGIN + _padded(columns) * cell + GAP
        painter.setPen(QPen(line, 1.0))
        for row in range(rows.output):
            for column in range(columns.output):
                painter.drawRect(QRectF(begin + column * cell, MARGIN + row * cell, cell, cell))
        target = QRectF(begin + unit_column * cell, MARGIN + unit_row * cell, cell, cell)
        painter.fillRect(target, accent)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(accent, 1.2, Qt.PenStyle.DotLine))
        painter.drawLine(
            QPointF(frame.right(), frame.center().y()), QPointF(target.left(), target.center().y())
        )
        painter.end()


def _padded(window: WindowSum) -> int:
    return window.pad_before + window.size + window.pad_after


def _covered(window: WindowSum) -> int:
    return (window.output - 1) * window.strides + window.effective_kernel


def _is_pixel(window: WindowSum, cell: int) -> bool:
    return window.pad_before <= cell < window.pad_before + window.size


def _faded(color: QColor, alpha: int) -> QColor:
    result = QColor(color)
    result.setAlpha(alpha)
    return result

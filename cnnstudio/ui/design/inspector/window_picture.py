"""A drawing of one axis: the input with its padding, the window over it, and the output below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.core.spec import WindowSum
from cnnstudio.ui.theme import theme, theme_state

HEIGHT = 68
LARGEST_CELL = 14.0
SMALLEST_CELL = 3.5
MARGIN = 2.0


class WindowPicture(QWidget):
    """Moving the mouse along it slides the window from output to output."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._window: WindowSum | None = None
        self._position = 0
        self.setMouseTracking(True)
        self.setFixedHeight(HEIGHT)
        theme_state().changed.connect(self.update)

    def show_window(self, window: WindowSum | None) -> None:
        """Show another sum, the window back at its first place."""
        if window != self._window:
            self._window = window
            self._position = 0
            self.setVisible(window is not None)
            self.setAccessibleName(self._words())
            self.setToolTip(self._words())
            self.update()

    @property
    def position(self) -> int:
        """The output that is shown."""
        return self._position

    def show_position(self, position: int) -> None:
        """Put the window where it makes this output."""
        if self._window is not None and position != self._position:
            self._position = max(0, min(self._window.output - 1, position))
            self.update()

    def _words(self) -> str:
        if self._window is None:
            return ""
        return self.tr("The window of {kernel} pixels steps by {strides} over {size} pixels.").format(
            kernel=self._window.effective_kernel, strides=self._window.strides, size=self._window.size
        )

    def _cell(self, window: WindowSum) -> tuple[float, int]:
        """Width of one pixel's cell, and how many cells are drawn (all, or the first ones that fit)."""
        cells = window.size + window.pad_before + window.pad_after
        room = self.width() - 2 * MARGIN
        cell = min(LARGEST_CELL, room / max(1, cells))
        if cell >= SMALLEST_CELL:
            return cell, cells
        return SMALLEST_CELL, int(room / SMALLEST_CELL)

    def sizeHint(self) -> QSize:
        return QSize(200, HEIGHT)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        window = self._window
        if window is None:
            return
        cell, _ = self._cell(window)
        start = (event.position().x() - MARGIN) / cell
        self._position = max(0, min(window.output - 1, int(start / window.strides)))
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        window = self._window
        if window is None:
            return
        colors = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cell, count = self._cell(window)
        height = min(cell, LARGEST_CELL) if cell >= 8 else 10.0
        top, bottom = 5.0, HEIGHT - height - 5.0
        line = colors.color("border_strong")
        first, last = window.pad_before, window.pad_before + window.size
        covered = (window.output - 1) * window.strides + window.effective_kernel
        for number in range(count):
            rect = QRectF(MARGIN + number * cell, top, cell, height)
            padding = not first <= number < last
            if number >= covered:
                painter.fillRect(rect, _faded(colors.color("warning"), 90))
            pen = QPen(line, 1.0, Qt.PenStyle.DotLine if padding else Qt.PenStyle.SolidLine)
            if cell >= 5 or padding:
                painter.setPen(pen)
                painter.drawRect(rect)
            else:
                painter.fillRect(rect.adjusted(0, 0, -0.8, 0), _faded(line, 110))
        begin = self._position * window.strides
        accent = colors.color("accent")
        for tap in range(window.kernel):
            number = begin + tap * window.dilation
            if number < count:
                rect = QRectF(MARGIN + number * cell, top, cell, height)
                painter.fillRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), _faded(accent, 110))
        frame = QRectF(MARGIN + begin * cell, top, window.effective_kernel * cell, height)
        painter.setPen(QPen(accent, 1.6))
        painter.drawRect(frame)
        # The output: one cell per place of the window, drawn under the window's centre where there is room.
        shift = (window.effective_kernel - 1) / 2 * cell if window.strides == 1 else 0.0
        out_cell = cell
        drawn = min(window.output, count)
        painter.setPen(QPen(line, 1.0))
        for number in range(drawn):
            rect = QRectF(MARGIN + shift + number * out_cell, bottom, out_cell, height)
            if out_cell >= 5:
                painter.drawRect(rect)
            else:
                painter.fillRect(rect.adjusted(0, 0, -0.8, 0), _faded(line, 110))
        if self._position < drawn:
            target = QRectF(MARGIN + shift + self._position * out_cell, bottom, out_cell, height)
            painter.fillRect(target, accent)
            painter.setPen(QPen(accent, 1.2, Qt.PenStyle.DotLine))
            painter.drawLine(
                QPointF(frame.center().x(), frame.bottom() + 3), QPointF(target.center().x(), bottom - 3)
            )
        painter.end()


def _faded(color: QColor, alpha: int) -> QColor:
    result = QColor(color)
    result.setAlpha(alpha)
    return result

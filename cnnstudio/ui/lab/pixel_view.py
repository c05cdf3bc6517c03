"""A picture that can be looked at pixel by pixel: zoom, pan, values in the pixels, and a window drawn over it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.core.parameters import Pads
from cnnstudio.data.lab.written_sum import MINUS
from cnnstudio.ui.theme import GRID, monospace, theme

_OUTLINE = "#d55e00"
"""On any picture, in both themes; white beside it."""
LARGEST_ZOOM = 96.0
SMALLEST_ZOOM = 0.25
_STEP = 2**0.5
_NUMBERS_FROM = 26.0
"""Screen pixels per pixel from which its value is written into it."""
_GRID_FROM = 8.0
_DARK_BELOW = 118
"""On a darker grey white is read more easily than black."""
_DRAG_FROM = 4
NO_PADS: Pads = ((0, 0), (0, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is outlined, in pixels of the picture: a window, and the distance of the pixels that count in it."""

    row: int
    column: int
    height: int
    width: int
    dilation: int = 1


class PixelView(QWidget):
    """`pixels` as they look, `values` as they are written. Signals carry places in pixels; nothing moves by itself."""

    pointed = Signal(int, int)
    """The pointer is over the pixel of this row and column; they may lie in the padding."""
    stepped = Signal(int, int)
    """A key wants the window so many rows and columns further."""
    jumped = Signal(str)
    """A key wants the window at the `first` or `last` column."""
    zoomed = Signal(float, QPointF)
    """The user wants this zoom around this point, in pixels of the picture."""
    panned = Signal(QPointF)
    """The user has dragged this point into the middle."""
    fit_wanted = Signal()
    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.zoom = 1.0
        self.middle = QPointF()
        self.frame: Frame | None = None
        self._image = QImage()
        self._pixels: NDArray[np.uint8] | None = None
        self._values: NDArray[Any] | None = None
        self._pads: Pads = NO_PADS
        self._text = ""
        self._pressed: QPointF | None = None
        self._dragged = False

    @property
    def size_in_pixels(self) -> tuple[int, int]:
        """Height and width of the picture; 0, 0 without one."""
        return self._image.height(), self._image.width()

    def show_pixels(
        self, pixels: NDArray[np.uint8], values: NDArray[Any] | None = None, pads: Pads = NO_PADS
    ) -> None:
        """`pixels`: (height, width) or (height, width, 3). `values`: what is written in them. `pads`: zeros around."""
        if pixels is self._pixels and values is self._values and pads == self._pads:
            return
        self._pixels = np.ascontiguousarray(pixels)  # the image looks at this memory
        height, width = self._pixels.shape[:2]
        kind = QImage.Format.Format_RGB888 if self._pixels.ndim == 3 else QImage.Format.Format_Grayscale8
        self._image = QImage(self._pixels.data, width, height, self._pixels.strides[0], kind)
        self._values = values
        self._pads = pads
        self._text = ""
        self.update()

    def show_text(self, text: str) -> None:
        """A sentence in place of a picture."""
        self._text = text
        self._image = QImage()
        self._pixels = self._values = self.frame = None
        self.update()

    def text(self) -> str:
        """The sentence that is shown in place of a picture."""
        return self._text

    def show_frame(self, frame: Frame | None) -> None:
        """Outline a window."""
        if frame != self.frame:
            changed = self._surroundings(self.frame).united(self._surroundings(frame))
            self.frame = frame
            self.update(changed)  # the rest stays: a window is moved many times a second

    def look_at(self, zoom: float, middle: QPointF) -> None:
        """Show so many screen pixels per pixel, with this point in the middle."""
        if (zoom, middle) != (self.zoom, self.middle):
            self.zoom, self.middle = zoom, middle
            self.update()

    def fitting_zoom(self) -> float:
        """The zoom that shows the picture and its padding whole: a whole number where pixels are enlarged."""
        height, width = self.size_in_pixels
        (above, below), (left, right) = self._pads
        room = QSize(max(self.width() - 2 * GRID, 1), max(self.height() - 2 * GRID, 1))
        zoom = min(
            room.width() / max(width + left + right, 1), room.height() / max(height + above + below, 1)
        )
        return min(max(float(math.floor(zoom)) if zoom >= 2 else zoom, SMALLEST_ZOOM), LARGEST_ZOOM)

    def pixel_at(self, place: QPointF) -> QPointF:
        """The point of the picture, in pixels, under a point of the widget."""
        origin = self._origin()
        return QPointF((place.x() - origin.x()) / self.zoom, (place.y() - origin.y()) / self.zoom)

    def rect_of(self, row: float, column: float, height: float = 1, width: float = 1) -> QRectF:
        """Where pixels are drawn in the widget."""
        origin = self._origin()
        return QRectF(
            origin.x() + column * self.zoom,
            origin.y() + row * self.zoom,
            width * self.zoom,
            height * self.zoom,
        )

    def is_in_sight(self, row: int, column: int) -> bool:
        """Whether this pixel is in sight."""
        return QRectF(self.rect()).contains(self.rect_of(row, column).center())

    def _origin(self) -> QPointF:
        """Where the picture's corner is drawn, on a whole screen pixel so that pixels stay square."""
        x = self.width() / 2 - self.middle.x() * self.zoom
        y = self.height() / 2 - self.middle.y() * self.zoom
        return QPointF(round(x), round(y))

    # --- painting ------------------------------------------------------------------------------

    def _paint_padding(self, painter: QPainter) -> None:
        (above, below), (left, right) = self._pads
        if not (above or below or left or right):
            return
        height, width = self.size_in_pixels
        around = self.rect_of(-above, -left, height + above + below, width + left + right)
        painter.fillRect(around, QColor("black"))
        stripes = QBrush(QColor(110, 118, 130), Qt.BrushStyle.BDiagPattern)
        painter.fillRect(around, stripes)
        painter.setPen(QPen(theme().color("text_muted"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(around.adjusted(0, 0, -1, -1))

    def _surroundings(self, frame: Frame | None) -> QRect:
        """What is painted anew where a frame comes or goes."""
        if frame is None:
            return QRect()
        rect = self.rect_of(frame.row, frame.column, frame.height, frame.width)
        return rect.adjusted(-8, -8, 8, 8).toAlignedRect()

    def _seen(self, part: QRect) -> tuple[range, range]:
        """Rows and columns of pixels that are in this part of the widget."""
        height, width = self.size_in_pixels
        first, last = self.pixel_at(QPointF(part.topLeft())), self.pixel_at(QPointF(part.bottomRight()))
        rows = range(max(math.floor(first.y()), 0), min(math.floor(last.y()) + 1, height))
        return rows, range(max(math.floor(first.x()), 0), min(math.floor(last.x()) + 1, width))

    def _paint_grid(self, painter: QPainter, part: QRect) -> None:
        rows, columns = self._seen(part)
        line = QColor(128, 128, 128, 70)
        painter.setPen(QPen(line, 1))
        inside = self.rect_of(rows.start, columns.start, len(rows), len(columns))
        for row in rows:
            y = self.rect_of(row, 0).top()
            painter.drawLine(QPointF(inside.left(), y), QPointF(inside.right(), y))
        for column in columns:
            x = self.rect_of(0, column).left()
            painter.drawLine(QPointF(x, inside.top()), QPointF(x, inside.bottom()))

    def _paint_values(self, painter: QPainter, part: QRect) -> None:
        values, pixels = self._values, self._pixels
        if values is None or pixels is None or values.ndim != 2:
            return
        font = monospace(8.0)
        painter.setFont(font)
        widest = self.zoom - 4
        metrics = QFontMetricsF(font)
        rows, columns = self._seen(part)
        for row in rows:
            for column in columns:
                text = short_number(float(values[row, column]))
                if metrics.horizontalAdvance(text) > widest:
                    text = short_number(float(round(values[row, column])))
                if metrics.horizontalAdvance(text) <= widest:
                    painter.setPen(QColor("black") if pixels[row, column] >= _DARK_BELOW else QColor("white"))
                    painter.drawText(self.rect_of(row, column), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_frame(self, painter: QPainter, frame: Frame) -> None:
        rect = self.rect_of(frame.row, frame.column, frame.height, frame.width)
        if rect.width() < 7:  # a single small pixel is found by a mark around it
            rect = rect.adjusted(-4, -4, 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("white"), 4))
        painter.drawRect(rect)
        painter.setPen(QPen(QColor(_OUTLINE), 2))
        painter.drawRect(rect)
        if frame.dilation > 1 and self.zoom >= 4:
            painter.setPen(QPen(QColor(_OUTLINE), 1))
            for row in range(0, frame.height, frame.dilation):
                for column in range(0, frame.width, frame.dilation):
                    painter.drawRect(
                        self.rect_of(frame.row + row, frame.column + column).adjusted(1, 1, -2, -2)
                    )

    # --- Qt ------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(320, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 120)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        colors = theme()
        painter.fillRect(self.rect(), colors.color("sunken"))
        if self._text:
            painter.setPen(colors.color("text_muted"))
            room = self.rect().adjusted(2 * GRID, 2 * GRID, -2 * GRID, -2 * GRID)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._text)
        elif not self._image.isNull():
            self._paint_padding(painter)
            height, width = self.size_in_pixels
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.zoom < 1)
            painter.drawImage(self.rect_of(0, 0, height, width), self._image)
            if self.zoom >= _GRID_FROM:
                self._paint_grid(painter, event.rect())
            if self.zoom >= _NUMBERS_FROM:
                self._paint_values(painter, event.rect())
            if self.frame is not None:
                self._paint_frame(painter, self.frame)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.color("accent" if self.hasFocus() else "border"), 1))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in (Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton):
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None:
            self._point_at(event.position())
            return
        moved = event.position() - self._pressed
        if self._dragged or moved.manhattanLength() >= _DRAG_FROM:
            self._dragged = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._pressed = event.position()
            self.panned.emit(self.middle - moved / self.zoom)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and not self._dragged:
            self._point_at(event.position())
        self._pressed = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.fit_wanted.emit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.angleDelta().y() / 120
        if turned and not self._image.isNull():
            self._zoom_to(self.zoom * _STEP**turned, event.position())
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        steps = {
            Qt.Key.Key_Left: (0, -step),
            Qt.Key.Key_Right: (0, step),
            Qt.Key.Key_Up: (-step, 0),
            Qt.Key.Key_Down: (step, 0),
            Qt.Key.Key_PageUp: (-10, 0),
            Qt.Key.Key_PageDown: (10, 0),
        }
        key = event.key()
        if key in steps:
            self.stepped.emit(*steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.jumped.emit("first" if key == Qt.Key.Key_Home else "last")
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom_to(self.zoom * _STEP, self._frame_centre())
        elif key == Qt.Key.Key_Minus:
            self._zoom_to(self.zoom / _STEP, self._frame_centre())
        elif key == Qt.Key.Key_0:
            self.fit_wanted.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _frame_centre(self) -> QPointF:
        if self.frame is None:
            return QPointF(self.rect().center())
        return self.rect_of(self.frame.row, self.frame.column, self.frame.height, self.frame.width).center()

    def _zoom_to(self, zoom: float, place: QPointF) -> None:
        """Zoom so that what is under `place` stays there."""
        zoom = min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
        kept = self.pixel_at(place)
        from_middle = place - QPointF(self.width() / 2, self.height() / 2)
        self.zoomed.emit(zoom, kept - from_middle / zoom)

    def _point_at(self, place: QPointF) -> None:
        if not self._image.isNull():
            point = self.pixel_at(place)
            self.pointed.emit(math.floor(point.y()), math.floor(point.x()))


def short_number(value: float) -> str:
    """One digit behind the point at most."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text.replace("-", MINUS)

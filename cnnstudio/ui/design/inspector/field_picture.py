"""A drawing of the network's input with the rectangle that one unit of a layer sees of it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.core.spec import Field, Fields
from cnnstudio.ui.theme import theme, theme_state

SIDE = 84.0
MARGIN = 2.0


class FieldPicture(QWidget):
    """Hidden where the input has not two known axes, or a unit sees all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fieldPicture")
        self._fields: tuple[Field, Field] | None = None
        self._size = (1, 1)
        self._outputs = (1, 1)
        self._unit = (0, 0)
        self.setFixedHeight(round(SIDE + 2 * MARGIN))
        self.hide()
        theme_state().changed.connect(self.update)

    def show_field(
        self, fields: Fields, size: tuple[int, int] | None, outputs: tuple[int, int] | None
    ) -> None:
        """`size` is the network input's height and width, `outputs` the layer's; the unit in the middle is shown."""
        if fields is None or len(fields) != 2 or size is None or outputs is None:
            self._fields = None
            self.hide()
            return
        self._fields, self._size, self._outputs = (fields[0], fields[1]), size, outputs
        self.show_unit(outputs[0] // 2, outputs[1] // 2)
        words = self.tr("One unit sees {seen} × {seen_2} of the input's {size} × {size_2} pixels.").format(
            seen=fields[0].size, seen_2=fields[1].size, size=size[0], size_2=size[1]
        )
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.show()

    def show_unit(self, row: int, column: int) -> None:
        """Show what this unit sees."""
        self._unit = row, column
        self.update()

    def seen(self) -> QRectF:
        """What the unit sees, in pixels of the input; it may reach into the padding."""
        if self._fields is None:
            return QRectF()
        down, across = self._fields
        y = down.start + self._unit[0] * down.jump
        x = across.start + self._unit[1] * across.jump
        return QRectF(x - across.size / 2, y - down.size / 2, across.size, down.size)

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._fields is None:
            return
        colors = theme()
        height, width = self._size
        scale = min(SIDE / height, (self.width() - 2 * MARGIN) / width)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        picture = QRectF(MARGIN, MARGIN, width * scale, height * scale)
        painter.setPen(QPen(colors.color("border_strong"), 1.0))
        painter.setBrush(colors.color("sunken"))
        painter.drawRect(picture)
        seen = self.seen()
        rect = QRectF(
            MARGIN + seen.left() * scale,
            MARGIN + seen.top() * scale,
            seen.width() * scale,
            seen.height() * scale,
        )
        fill = colors.color("accent")
        fill.setAlpha(60)
        painter.fillRect(rect.intersected(picture), fill)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colors.color("accent"), 1.6))
        painter.drawRect(rect.intersected(picture))
        down, across = self._fields
        painter.setPen(colors.color("text_muted"))
        text = self.tr("sees {seen}\nof {size}").format(
            seen=f"{down.size} × {across.size}", size=f"{height} × {width}"
        )
        beside = QRectF(picture.right() + 12, MARGIN, max(self.width() - picture.right() - 14, 0), SIDE)
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, text)
        painter.end()

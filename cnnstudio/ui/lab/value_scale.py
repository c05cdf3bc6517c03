"""The legend of a picture of signed values: which number is black, grey and white."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QLinearGradient, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.data.lab.tones import Showing
from cnnstudio.ui.lab.pixel_view import short_number
from cnnstudio.ui.theme import GRID, theme

_BAR = 72


class ValueScale(QWidget):
    """A bar from black to white with the numbers at its ends, and 0 in the middle of a signed one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labScale")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._ends = ("0", "255")
        self._signed = False

    def show_scale(self, showing: Showing, limit: float) -> None:
        """`limit` is the largest magnitude there is; of clipped values it is 255."""
        top = "255" if showing == "clipped" else short_number(limit)
        self._signed = showing == "signed"
        self._ends = (short_number(-limit) if self._signed else "0", top)
        text = (
            self.tr("{low} is black, 0 grey, {high} white").format(low=self._ends[0], high=top)
            if self._signed
            else self.tr("0 is black, {high} white").format(high=top)
        )
        if showing == "clipped":
            text = self.tr("0 and less is black, 255 and more white")
        elif showing == "absolute":
            text = self.tr("0 is black, {high} and {low} white").format(high=top, low=short_number(-limit))
            self._ends = ("0", f"±{top}")
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        width = sum(metrics.horizontalAdvance(end) for end in self._ends) + _BAR + 2 * GRID
        return QSize(width, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics = QFontMetrics(self.font())
        left = metrics.horizontalAdvance(self._ends[0]) + GRID
        bar = QRectF(left, (self.height() - 12) / 2, _BAR, 12)
        painter.setPen(theme().color("text_muted"))
        upright = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignLeft | upright, self._ends[0])
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignRight | upright, self._ends[1])
        shades = QLinearGradient(bar.topLeft(), bar.topRight())
        shades.setColorAt(0, QColor("black"))
        shades.setColorAt(1, QColor("white"))
        painter.fillRect(bar, shades)
        painter.setPen(QPen(theme().color("border_strong"), 1))
        painter.drawRect(bar)
        if self._signed:  # zero stands in the middle
            painter.setPen(QPen(QColor("white"), 1))
            painter.drawLine(
                bar.center().toPoint().x(), int(bar.top()) + 1, bar.center().toPoint().x(), int(bar.bottom())
            )
        painter.end()

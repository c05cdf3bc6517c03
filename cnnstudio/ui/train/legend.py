"""The legend over a plot: line samples with their markers; names are elided before any is left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.ui.theme import theme
from cnnstudio.ui.train.markers import marker_path, mixed

SAMPLE = 24
GAP = 6
BETWEEN = 16
LEAST_TEXT = 32
"""Pixels of a name that is cut off further: then entries are counted instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendEntry:
    """One kind of curve: `line` False shows the marker alone."""

    text: str
    color: str
    style: int
    dashed: bool = False
    hollow: bool = False
    line: bool = True
    sample: int = SAMPLE
    """Pixels of the line."""


class Legend(QWidget):
    """Draws entries from left to right; what finds no room is counted, and named in the tooltip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries: tuple[LegendEntry, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    @property
    def entries(self) -> tuple[LegendEntry, ...]:
        return self._entries

    def show_entries(self, entries: Sequence[LegendEntry]) -> None:
        """Show these entries instead."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.setToolTip("\n".join(entry.text for entry in entries))
            self.updateGeometry()
            self.update()

    def paint(self, painter: QPainter, x: float, y: float, width: float) -> None:
        """Draw at (x, y), y being the middle of the line, in at most `width` pixels."""
        metrics = painter.fontMetrics()
        entries = self._entries
        wanted: list[float] = [
            self._sample_width(entry) + GAP + metrics.horizontalAdvance(entry.text) for entry in entries
        ]
        widths = shared(wanted, width - BETWEEN * max(0, len(entries) - 1))
        for index, (entry, room) in enumerate(zip(entries, widths, strict=True)):
            sample = self._sample_width(entry)
            painter.setPen(QColor(theme().text_muted))
            if room < sample + GAP + LEAST_TEXT < sample + GAP + metrics.horizontalAdvance(entry.text):
                rest = f"+{len(entries) - index}"
                painter.drawText(QPointF(x, y + metrics.ascent() / 2 - 1), rest)
                return
            self._sample(painter, entry, x, y, sample)
            painter.setPen(QColor(theme().text_muted))
            text = metrics.elidedText(entry.text, Qt.TextElideMode.ElideMiddle, int(room - sample - GAP) + 1)
            painter.drawText(QPointF(x + sample + GAP, y + metrics.ascent() / 2 - 1), text)
            x += room + BETWEEN

    @staticmethod
    def _sample_width(entry: LegendEntry) -> int:
        return entry.sample if entry.line else 10

    def _sample(self, painter: QPainter, entry: LegendEntry, x: float, y: float, width: float) -> None:
        color = QColor(entry.color)
        if entry.line:
            style = Qt.PenStyle.DashLine if entry.dashed else Qt.PenStyle.SolidLine
            painter.setPen(QPen(color, 2, style))
            painter.drawLine(QPointF(x, y), QPointF(x + width, y))
        painter.save()
        painter.translate(x + width / 2, y)
        painter.scale(9, 9)
        pen = QPen(color, 1.5)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(mixed(color, QColor(theme().surface), 0.0) if entry.hollow else color)
        painter.drawPath(marker_path(entry.style))
        painter.restore()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        width = sum(SAMPLE + GAP + BETWEEN + metrics.horizontalAdvance(entry.text) for entry in self._entries)
        return QSize(width, metrics.height() + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, self.fontMetrics().height() + 4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint(painter, 0, self.height() / 2, self.width())


def shared(wanted: Sequence[float], room: float) -> list[float]:
    """Widths that fit into `room` together: who wants less than an even share keeps it, the others share the rest."""
    found = list(wanted)
    if sum(found) <= room:
        return found
    widest = sorted(range(len(found)), key=lambda index: found[index])
    left = max(room, 0.0)
    for number, index in enumerate(widest):
        found[index] = min(found[index], left / (len(found) - number))
        left -= found[index]
    return found

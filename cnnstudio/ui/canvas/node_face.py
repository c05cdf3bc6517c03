"""How a node looks: the card with its strip, texts, badge and ports, at three levels of detail.

Texts are laid out once per content, not per frame. A face knows nothing of where it stands.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPolygonF, QStaticText, QTransform

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH
from cnnstudio.core.problems import Severity
from cnnstudio.ui.canvas.look import Look, Type

RADIUS = 6.0
STRIP = 4.0
LEFT = 16.0
RIGHT = CARD_WIDTH - 12.0
BADGE = 16.0
PORT = 4.5
GAP = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a card says."""

    name: str
    type: str
    category: str
    summary: str = ""
    shape: str = ""
    count: str = ""
    severity: Severity | None = None
    problem: str = ""
    """The worst problem's message; shown in place of a shape that is not known."""
    inputs: int = 1
    outputs: bool = True


@dataclass(frozen=True, slots=True)
class _Text:
    static: QStaticText
    type: Type
    x: float
    y: float
    muted: bool


class NodeFace:
    """Paints one node's content at a place."""

    def __init__(self, content: Content, look: Look) -> None:
        self.content = content
        self._look = look
        self._texts: list[_Text] | None = None
        self._title: QStaticText | None = None
        self._title_scale = 0.0
        self._elided = False

    @property
    def is_elided(self) -> bool:
        """Whether some text does not fit the card."""
        if self._texts is None:
            self._lay_out()
        return self._elided

    def paint(self, painter: QPainter, x: float, y: float, *, pen: QPen) -> None:
        """Everything, for reading."""
        look = self._look
        content = self.content
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.shadow)
        painter.drawRoundedRect(QRectF(x - 1, y + 1, CARD_WIDTH + 2, CARD_HEIGHT + 2), RADIUS + 1, RADIUS + 1)
        painter.setPen(pen)
        painter.setBrush(look.surface)
        painter.drawRoundedRect(QRectF(x + 0.5, y + 0.5, CARD_WIDTH - 1, CARD_HEIGHT - 1), RADIUS, RADIUS)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.strip(content.category))
        painter.drawPath(_STRIP.translated(x, y))
        if self._texts is None:
            self._lay_out()
        for text in self._texts or ():
            painter.setFont(text.type.font)
            painter.setPen(look.muted if text.muted else look.text)
            painter.drawStaticText(QPointF(x + text.x, y + text.y), text.static)
        if content.severity is not None:
            paint_badge(painter, content.severity, x + RIGHT - BADGE + 2, y + 8, look)

    def paint_named(self, painter: QPainter, x: float, y: float, *, pen: QPen, scale: float) -> None:
        """Strip and name, the name large enough to be read at `scale`."""
        look = self._look
        painter.fillRect(QRectF(x, y, CARD_WIDTH, CARD_HEIGHT), look.surface)
        painter.fillRect(QRectF(x, y, 2 * STRIP, CARD_HEIGHT), look.strip(self.content.category))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(x, y, CARD_WIDTH, CARD_HEIGHT))
        size = min(12 / scale / 13, 2.2)
        if self._title is None or abs(self._title_scale - size) > 0.2:
            self._title = _static(self._look.name, self.content.name, (RIGHT - LEFT) / size)[0]
            self._title_scale = size
        size = self._title_scale
        metrics = look.name.metrics
        painter.save()
        painter.translate(x + LEFT, y + (CARD_HEIGHT - metrics.height() * size) / 2)
        painter.scale(size, size)
        painter.setFont(look.name.font)
        severity = self.content.severity
        painter.setPen(look.severities["error"] if severity == "error" else look.text)
        painter.drawStaticText(QPointF(0, 0), self._title)
        painter.restore()

    def _lay_out(self) -> None:
        look, content = self._look, self.content
        middle_line = bool(content.summary)
        first, second, third = (20.0, 35.5, 52.0) if middle_line else (24.0, 0.0, 46.0)
        top_right = RIGHT - (BADGE + 4 if content.severity else 0)
        texts: list[_Text] = []
        self._elided = False

        def add(type_: Type, text: str, left: float, middle: float, width: float, *, muted: bool) -> float:
            static, advance, elided = _static(type_, text, width)
            self._elided |= elided
            texts.append(_Text(static, type_, left, round(middle - type_.metrics.height() / 2), muted))
            return advance

        type_width = look.label.metrics.horizontalAdvance(content.type)
        room = top_right - LEFT
        name_width = min(
            look.name.metrics.horizontalAdvance(content.name) + 1, max(room - type_width - GAP, room * 0.5)
        )
        used = add(look.name, content.name, LEFT, first, name_width, muted=False)
        add(look.label, content.type, LEFT + used + GAP, first + 0.5, room - used - GAP, muted=True)
        if middle_line:
            add(look.label, content.summary, LEFT, second, RIGHT - LEFT, muted=True)
        count_width = 0.0
        if content.count:
            count_width = look.count.metrics.horizontalAdvance(content.count)
            add(look.count, content.count, RIGHT - count_width, third, count_width + 1, muted=True)
            count_width += GAP
        if content.problem and content.severity == "error" and content.shape in {"", "—"}:
            add(look.label, content.problem, LEFT, third, RIGHT - LEFT - count_width, muted=False)
        else:
            add(look.mono, content.shape, LEFT, third, RIGHT - LEFT - count_width, muted=content.shape == "—")
        self._texts = texts


def _static(type_: Type, text: str, width: float) -> tuple[QStaticText, float, bool]:
    """The text cut to `width`, the width it takes, and whether it was cut."""
    shown = text
    advance = type_.metrics.horizontalAdvance(text)
    if advance > width + 0.5:
        shown = type_.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        advance = type_.metrics.horizontalAdvance(shown)
    static = QStaticText(shown)
    static.setTextFormat(Qt.TextFormat.PlainText)
    static.prepare(QTransform(), type_.font)
    return static, advance, shown != text


def paint_badge(painter: QPainter, severity: Severity, x: float, y: float, look: Look) -> None:
    """A problem's mark: disc for an error, triangle for a warning, rounded square for a hint. 14 pixels wide."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.severities[severity])
    if severity == "error":
        painter.drawEllipse(QRectF(x, y, 14, 14))
    elif severity == "warning":
        painter.drawPolygon(_TRIANGLE.translated(x, y))
    else:
        painter.drawRoundedRect(QRectF(x, y, 14, 14), 4, 4)
    painter.setBrush(look.surface)
    if severity == "hint":
        painter.drawEllipse(QRectF(x + 6.1, y + 2.8, 1.8, 1.8))
        painter.drawRoundedRect(QRectF(x + 6.1, y + 5.8, 1.8, 5.2), 0.9, 0.9)
    else:
        down = 1.2 if severity == "warning" else 0.0
        painter.drawRoundedRect(QRectF(x + 6.1, y + 3 + down, 1.8, 5), 0.9, 0.9)
        painter.drawEllipse(QRectF(x + 6.1, y + 9.2 + down, 1.8, 1.8))


def _strip_path() -> QPainterPath:
    whole = QPainterPath()
    whole.addRoundedRect(QRectF(0, 0, CARD_WIDTH, CARD_HEIGHT), RADIUS, RADIUS)
    band = QPainterPath()
    band.addRect(QRectF(0, 0, STRIP, CARD_HEIGHT))
    return whole.intersected(band)


_STRIP = _strip_path()
_TRIANGLE = QPolygonF([QPointF(7, 0), QPointF(14.6, 13.6), QPointF(-0.6, 13.6)])

"""What a node's card says: its texts and its badge.

Texts are written when a card is first seen and laid out once, not per frame. A face knows nothing of where it stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF, QStaticText

from cnnstudio.core.layout import CARD_WIDTH
from cnnstudio.core.problems import Severity
from cnnstudio.ui.canvas.look import Look, Type

LEFT = 16.0
RIGHT = CARD_WIDTH - 12.0
BADGE = 16.0
GAP = 8.0
UNKNOWN = "–"
BETWEEN = ", "


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a card says."""

    name: str
    type: str
    category: str
    summary: str = ""
    shape: str = ""
    """Empty when it is not known."""
    more_shapes: tuple[str, ...] = ()
    """Those of a block's further outputs."""
    count: str = ""
    severity: Severity | None = None
    problem: str = ""
    """The worst problem's message; shown in place of a shape that is not known."""
    inputs: int = 1
    is_block: bool = False
    """Whether other cards seem to lie under this one."""


@dataclass(frozen=True, slots=True)
class _Text:
    static: QStaticText
    type: Type
    x: float
    y: float
    pen: QColor


class NodeFace:
    """Paints one node's content, at any place. `write` gives it, and is asked when it is first needed."""

    def __init__(self, write: Callable[[], Content], look: Look) -> None:
        self.write = write
        self._content: Content | None = None
        self._look = look
        self._texts: list[_Text] | None = None
        self._far: dict[tuple[int, float], QStaticText] = {}
        self._elided = False

    @property
    def content(self) -> Content:
        """What the card says."""
        if self._content is None:
            self._content = self.write()
        return self._content

    @property
    def texts(self) -> tuple[str, ...]:
        """What is written on the card, from the top left on, as far as it fits."""
        if self._texts is None:
            self._lay_out()
        return tuple(text.static.text() for text in self._texts or ())

    @property
    def is_elided(self) -> bool:
        """Whether some text does not fit the card."""
        if self._texts is None:
            self._lay_out()
        return self._elided

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """All texts and the badge, for reading; the card's body is painted before."""
        if self._texts is None:
            self._lay_out()
        font: Type | None = None
        for text in self._texts or ():
            if text.type is not font:
                font = text.type
                painter.setFont(font.font)
            painter.setPen(text.pen)
            painter.drawStaticText(QPointF(x + text.x, y + text.y), text.static)
        if self.content.severity is not None:
            paint_badge(painter, self.content.severity, x + RIGHT - BADGE + 2, y + 9, self._look)

    def title(self, size: float) -> QStaticText:
        """The name alone, cut to what fits the card in letters `size` times as large."""
        return self._enlarged(self._look.name, self.content.name, size)

    def shape(self, size: float) -> QStaticText:
        """The output shape alone, likewise, or those of them that fit; a dash where it is not known."""
        return self._enlarged(self._look.mono, self._folded(self._shapes(), (RIGHT - LEFT) / size), size)

    def _shapes(self) -> list[str]:
        """The shapes of all outputs; several of them without spaces, so that more find room."""
        every = [self.content.shape or UNKNOWN, *self.content.more_shapes]
        return [shape.replace(" ", "") for shape in every] if len(every) > 1 else every

    def _enlarged(self, type_: Type, text: str, size: float) -> QStaticText:
        key = id(type_), size
        static = self._far.get(key)
        if static is None:
            static = self._far[key] = _static(type_, text, (RIGHT - LEFT) / size)[0]
        return static

    def _lay_out(self) -> None:
        look, content = self._look, self.content
        count = content.count
        count_width = look.count.width(count) + GAP if count else 0.0
        first_shapes, last_shapes = self._rows(RIGHT - LEFT - count_width)
        last = BETWEEN.join(last_shapes)
        if first_shapes and look.mono.width(last) > RIGHT - LEFT - count_width:
            count, count_width = "", 0.0  # shapes before the count: the tooltip has both
            last = self._folded(last_shapes, RIGHT - LEFT)
        rows = [BETWEEN.join(first_shapes) + BETWEEN.rstrip(), last] if first_shapes else [last]
        middle_line = bool(content.summary) or len(rows) > 1
        first, second, third = (16.5, 32.5, 48.5) if middle_line else (22.0, 0.0, 44.0)
        top_right = RIGHT - (BADGE + 4 if content.severity else 0)
        texts: list[_Text] = []
        self._elided = count != content.count or (bool(first_shapes) and last != BETWEEN.join(last_shapes))

        def add(type_: Type, text: str, left: float, middle: float, width: float, pen: QColor) -> float:
            static, advance, elided = _static(type_, text, width)
            self._elided |= elided
            texts.append(_Text(static, type_, left, round(middle - type_.metrics.height() / 2), pen))
            return advance

        type_width = look.label.width(content.type)
        room = top_right - LEFT
        name_width = min(look.name.width(content.name) + 1, max(room - type_width - GAP, room * 0.5))
        used = add(look.name, content.name, LEFT, first, name_width, look.text)
        add(look.label, content.type, LEFT + used + GAP, first + 0.5, room - used - GAP, look.muted)
        if len(rows) > 1:
            add(look.mono, rows[0], LEFT, second, RIGHT - LEFT, look.text)
            self._elided |= bool(content.summary)
        elif middle_line:
            add(look.label, content.summary, LEFT, second, RIGHT - LEFT, look.muted)
        if count:
            width = count_width - GAP
            add(look.count, count, RIGHT - width, third, width + 1, look.muted)
        room = RIGHT - LEFT - count_width
        if any(shape != UNKNOWN for shape in self._shapes()):
            add(look.mono, rows[-1], LEFT, third, room, look.text)
        elif content.severity == "error":
            add(look.label, content.problem, LEFT, third, room, look.error)
        else:
            add(look.mono, UNKNOWN, LEFT, third, room, look.muted)
        self._texts = texts

    def _rows(self, last_room: float) -> tuple[list[str], list[str]]:
        """The shapes in the last row alone if they fit beside the count, else in two, the first as wide as the card."""
        mono, shapes = self._look.mono, self._shapes()
        if len(shapes) == 1 or mono.width(BETWEEN.join(shapes)) <= last_room:
            return [], shapes
        first: list[str] = []
        for number, shape in enumerate(shapes):
            row = BETWEEN.join([*first, shape])
            if first and (mono.width(row) > RIGHT - LEFT or number == len(shapes) - 1):
                break
            first.append(shape)
        return first, shapes[len(first) :]

    def _folded(self, shapes: list[str], room: float) -> str:
        """As many shapes as there is room for, and how many more there are: `28×28×6 +3`."""
        for shown in range(len(shapes), 0, -1):
            more = len(shapes) - shown
            text = BETWEEN.join(shapes[:shown]) + (f" +{more}" if more else "")
            if shown == 1 or self._look.mono.width(text) <= room:
                return text
        return ""


def _static(type_: Type, text: str, width: float) -> tuple[QStaticText, float, bool]:
    """The text cut to `width`, the width it takes, and whether it was cut."""
    static, advance = type_.laid_out(text)
    if advance <= width + 0.5:
        return static, advance, False
    shown = type_.metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
    return *type_.laid_out(shown), shown != text


def paint_badge(painter: QPainter, severity: Severity, x: float, y: float, look: Look) -> None:
    """A problem's mark: disc for an error, triangle for a warning, a soft, small “i” for a hint. 14 pixels wide."""
    painter.setPen(Qt.PenStyle.NoPen)
    if severity == "hint":  # quiet: a hint is no fault of the network's
        painter.setBrush(look.accent_soft)
        painter.drawEllipse(QRectF(x + 1, y + 1, 12, 12))
        painter.setBrush(look.severities[severity])
        painter.drawEllipse(QRectF(x + 6.1, y + 3.4, 1.8, 1.8))
        painter.drawRoundedRect(QRectF(x + 6.1, y + 6.2, 1.8, 4.6), 0.9, 0.9)
        return
    painter.setBrush(look.severities[severity])
    if severity == "error":
        painter.drawEllipse(QRectF(x, y, 14, 14))
    else:
        painter.drawPolygon(_TRIANGLE.translated(x, y))
    painter.setBrush(look.surface)
    down = 1.2 if severity == "warning" else 0.0
    painter.drawRoundedRect(QRectF(x + 6.1, y + 3 + down, 1.8, 5), 0.9, 0.9)
    painter.drawEllipse(QRectF(x + 6.1, y + 9.2 + down, 1.8, 1.8))


_TRIANGLE = QPolygonF([QPointF(7, 0), QPointF(14.6, 13.6), QPointF(-0.6, 13.6)])

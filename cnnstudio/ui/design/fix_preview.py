"""What a fix would do, marked on the canvas while its button is pointed at. The document stays as it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from cnnstudio.core.block_edits import inside
from cnnstudio.core.change import Change, difference
from cnnstudio.core.edits import EditError
from cnnstudio.core.layout import CARD_WIDTH
from cnnstudio.core.levels import network_at
from cnnstudio.core.network import Edge, Network
from cnnstudio.core.network_difference import network_difference
from cnnstudio.core.problems import Fix
from cnnstudio.ui.canvas.layers import Layer, qrect
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.design.comparison import paint_mark
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import theme

GHOST_WIDTH, GHOST_HEIGHT = 144.0, 26.0
"""Low enough to stand between two rows of cards."""


class FixPreview(Layer):
    """Rings around cards that would change, with the change in words; ghosts of new cards; wires to come and to go."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas.canvas)
        self._session = canvas.session
        self.change = Change()
        self.words: dict[str, str] = {}
        self._after = Network()
        self.setZValue(60)
        self.hide()
        canvas.canvas.addItem(self)

    def point_at_whole(self, fix: Fix | None) -> None:
        """Show what a fix of the whole network would do on the open level; None: nothing any more."""
        self._show(fix, lambda asked: asked.edit)

    def point_at(self, fix: Fix | None) -> None:
        """The same of a fix of the open level."""
        self._show(fix, lambda asked: inside(self._session.path, asked.edit))

    def _show(self, fix: Fix | None, edit_of: Callable[[Fix], Callable[[Network], Network]]) -> None:
        after: Network | None = None
        session = self._session
        if fix is not None:
            try:
                after = network_at(edit_of(fix)(session.document.network), session.path)
            except EditError:
                after = None  # the network went on since the fix was found
        if after is None:
            self.change = Change()
            self.words = {}
        else:
            self.change = difference(session.network, after)
            found = network_difference(session.network, after)
            self.words = {
                node_id: "; ".join(translated(word) for word in words)
                for node_id, words in found.changed.items()
                if node_id in self.change.updated
            }
            self._after = after
        self.setVisible(bool(self.change))
        self.update()

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,  # noqa: ARG002 - Qt's signature
        widget: QWidget | None = None,  # noqa: ARG002
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cards = self._scene.diagram.cards
        for edge in self.change.wires_removed:
            self._paint_wire(painter, edge, theme().color("error"), Qt.PenStyle.DotLine)
        for edge in self.change.wires_added:
            self._paint_wire(painter, edge, theme().color("ok"), Qt.PenStyle.DashLine)
        for node_id in self.change.removed:
            if node_id in cards:
                painter.setPen(QPen(theme().color("error"), 2.5, Qt.PenStyle.DotLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(qrect(cards[node_id]).adjusted(-4, -4, 4, 4), 11, 11)
        for node_id, words in self.words.items():
            if node_id in cards:
                rect = qrect(cards[node_id])
                paint_mark(painter, rect, added=False)
                self._paint_words(painter, rect, words)
        for node_id in self.change.added:
            place = self._ghost(node_id)
            if place is not None:
                self._paint_ghost(painter, node_id, place)

    def _ghost(self, node_id: str) -> QRectF | None:
        """Where a new card is hinted at: small, in the middle of the way between those that it will join."""
        cards, edges = self._scene.diagram.cards, self._after.edges
        points = [
            cards[e.source].output(e.output) for e in edges if e.target == node_id and e.source in cards
        ]
        points += [cards[e.target].input(0) for e in edges if e.source == node_id and e.target in cards]
        if not points:
            return None
        x, y = (sum(point[axis] for point in points) / len(points) for axis in (0, 1))
        return QRectF(x - GHOST_WIDTH / 2, y - GHOST_HEIGHT / 2, GHOST_WIDTH, GHOST_HEIGHT)

    def _rect(self, node_id: str) -> QRectF | None:
        card = self._scene.diagram.cards.get(node_id)
        return qrect(card) if card is not None else self._ghost(node_id)

    def _paint_wire(self, painter: QPainter, edge: Edge, color: QColor, style: Qt.PenStyle) -> None:
        source, target = self._rect(edge.source), self._rect(edge.target)
        if source is None or target is None:
            return
        painter.setPen(QPen(color, 2.5, style))
        painter.drawLine(
            QPointF(source.center().x(), source.bottom()), QPointF(target.center().x(), target.top())
        )

    def _paint_ghost(self, painter: QPainter, node_id: str, rect: QRectF) -> None:
        surface = QColor(theme().color("surface"))
        surface.setAlpha(235)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(surface)
        painter.drawRoundedRect(rect, 8, 8)
        paint_mark(painter, rect, added=True)
        node = self._after.nodes[node_id]
        painter.setPen(theme().color("text"))
        painter.setFont(self._scene.look.name.font)
        text = node.type if node.label == node_id else f"{node.label} · {node.type}"
        painter.drawText(rect.adjusted(16, 0, -8, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_words(self, painter: QPainter, rect: QRectF, words: str) -> None:
        """What would change, on a plate under the card's lower edge."""
        painter.setFont(self._scene.look.label.font)
        width = min(painter.fontMetrics().horizontalAdvance(words) + 16, 2 * CARD_WIDTH)
        plate = QRectF(rect.center().x() - width / 2, rect.bottom() + 7, width, 20)
        painter.setPen(QPen(theme().color("warning"), 1))
        painter.setBrush(theme().color("surface"))
        painter.drawRoundedRect(plate, 5, 5)
        painter.setPen(theme().color("text"))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(width) - 12)
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, shown)

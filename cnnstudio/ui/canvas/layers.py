"""The two painting layers of the canvas: all wires, then all nodes.

One item paints every wire and one every card, because a thousand Python items cost more than a frame before they
have painted anything. What is seen from far away is painted in batches, with less detail.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH
from cnnstudio.core.network import Edge
from cnnstudio.ui.canvas.diagram import Card
from cnnstudio.ui.canvas.geometry import Rect
from cnnstudio.ui.canvas.look import FULL_DETAIL, NAMES_ONLY
from cnnstudio.ui.canvas.node_face import PORT, RADIUS

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.scene import CanvasScene


class Layer(QGraphicsItem):
    """An item that covers the whole scene and takes no events."""

    def __init__(self, scene: CanvasScene) -> None:
        super().__init__()
        self._scene = scene
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def boundingRect(self) -> QRectF:
        return self._scene.sceneRect()


class WireLayer(Layer):
    """Paints the wires that can be seen."""

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,  # noqa: ARG002 - Qt's signature
    ) -> None:
        scale = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        if scale < NAMES_ONLY:
            self._paint_overview(painter, scale)
            return
        scene, look, faces = self._scene, self._scene.look, self._scene.wire_faces
        exposed = rect_from(option.exposedRect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(look.wire)
        straight: list[QLineF] = []
        special: list[Edge] = []
        lit = {
            scene.chosen_wire,
            scene.lit_wire,
            scene.hovered.edge if scene.hovered.kind == "wire" else None,
        }
        lit |= faces.at_fault
        coarse = scale < FULL_DETAIL
        for edge, wire in scene.diagram.wires_in(exposed):
            if edge in lit:
                special.append(edge)
            elif edge != scene.hidden_wire:
                line = faces.line(edge, wire)
                if line is not None:
                    straight.append(line)
                elif coarse:
                    straight += [QLineF(*a, *b) for a, b in pairwise(wire.points)]
                else:
                    painter.drawPath(faces.path(edge, wire))
        if straight:
            painter.drawLines(straight)
        for edge in special:
            if edge != scene.hidden_wire:
                hot = edge in {scene.chosen_wire, scene.lit_wire} or edge not in faces.at_fault
                painter.setPen(look.wire_hover if hot else look.wire_error)
                painter.drawPath(faces.path(edge, scene.diagram.wires[edge]))
        if not coarse:
            self._paint_labels(painter, option.exposedRect)

    def _paint_labels(self, painter: QPainter, exposed: QRectF) -> None:
        scene, look, faces = self._scene, self._scene.look, self._scene.wire_faces
        painter.setFont(look.label.font)
        labels = faces.labels(scene.wire_text, look.label)
        for edge, rect in labels.items():
            if rect.intersects(exposed) and edge != scene.hidden_wire:
                self._paint_label(painter, edge, rect)
        hovered = scene.hovered.edge
        if hovered is not None and hovered not in labels and hovered in scene.diagram.wires:
            words = scene.wire_text(hovered)
            if words:
                wire = scene.diagram.wires[hovered]
                width, height = look.label.metrics.horizontalAdvance(words) + 8, look.label.metrics.height()
                x, y = (
                    wire.points[len(wire.points) // 2]
                    if not wire.is_straight
                    else (
                        wire.points[0][0],
                        (wire.points[0][1] + wire.points[1][1]) / 2,
                    )
                )
                self._paint_label(painter, hovered, QRectF(x - width / 2, y - height / 2, width, height))

    def _paint_label(self, painter: QPainter, edge: Edge, rect: QRectF) -> None:
        scene, look = self._scene, self._scene.look
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.canvas)
        painter.drawRoundedRect(rect, 4, 4)
        if edge in scene.wire_faces.at_fault:
            painter.setPen(look.error)
        else:
            painter.setPen(look.accent if edge == scene.hovered.edge else look.muted)
        text = scene.wire_faces.text(edge, scene.wire_text(edge), look.label)
        painter.drawStaticText(QPointF(rect.left() + 4, rect.top()), text)

    def _paint_overview(self, painter: QPainter, scale: float) -> None:
        look = self._scene.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, scale > 0.12)
        sound, faulty = self._scene.wire_faces.overview()
        for lines, color in ((sound, look.wire.color()), (faulty, look.error)):
            if lines:
                pen = QPen(color, 1)
                pen.setCosmetic(True)
                painter.setPen(pen)
                painter.drawLines(lines)


class NodeLayer(Layer):
    """Paints the cards that can be seen."""

    def __init__(self, scene: CanvasScene) -> None:
        super().__init__(scene)
        self._overview: list[tuple[QBrush, list[QRectF]]] | None = None

    def forget_overview(self) -> None:
        """A card moved or looks different."""
        self._overview = None

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionGraphicsItem,
        widget: QWidget | None = None,  # noqa: ARG002 - Qt's signature
    ) -> None:
        scale = QStyleOptionGraphicsItem.levelOfDetailFromTransform(painter.worldTransform())
        scene = self._scene
        exposed = rect_from(option.exposedRect)
        if scale < NAMES_ONLY:
            self._paint_overview(painter)
            return
        selection = scene.shown_selection
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, scale >= FULL_DETAIL)
        for node_id in scene.diagram.cards_in(exposed.grown(12)):
            card, face = scene.diagram.cards[node_id], scene.faces[node_id]
            pen = scene.look.border
            if face.content.severity == "error":
                pen = scene.look.border_error
            elif node_id == scene.hovered.node and scene.hovered.kind != "wire":
                pen = scene.look.border_hover
            if scale >= FULL_DETAIL:
                face.paint(painter, card.x, card.y, pen=pen)
                self._paint_ring(painter, node_id, card, selected=node_id in selection)
                self._paint_ports(painter, node_id, card)
            else:
                face.paint_named(painter, card.x, card.y, pen=pen, scale=scale)
                self._paint_far_ring(painter, node_id, card, selected=node_id in selection)

    def _paint_ring(self, painter: QPainter, node_id: str, card: Card, *, selected: bool) -> None:
        look = self._scene.look
        focused = self._scene.has_focus and node_id == self._scene.current
        if not selected and not focused:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if focused:
            painter.setPen(look.focus)
            painter.drawRoundedRect(_around(card, 5), RADIUS + 5, RADIUS + 5)
        if selected:
            painter.setPen(look.ring)
            painter.drawRoundedRect(_around(card, 2), RADIUS + 2, RADIUS + 2)

    def _paint_far_ring(self, painter: QPainter, node_id: str, card: Card, *, selected: bool) -> None:
        if selected or node_id in self._scene.glowing:
            pen = QPen(self._scene.look.accent, 2)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(_around(card, 3))

    def _paint_ports(self, painter: QPainter, node_id: str, card: Card) -> None:
        scene, look = self._scene, self._scene.look
        hovered = scene.hovered
        glowing = node_id in scene.glowing
        painter.setBrush(look.surface)
        for number in range(card.inputs):
            lit = glowing or (hovered.kind == "input" and hovered.node == node_id and hovered.port == number)
            self._paint_port(painter, card.input(number), lit=lit)
        self._paint_port(painter, card.output, lit=hovered.kind == "output" and hovered.node == node_id)

    def _paint_port(self, painter: QPainter, center: tuple[float, float], *, lit: bool) -> None:
        look = self._scene.look
        painter.setPen(look.port_lit if lit else look.port)
        size = PORT + 1.5 if lit else PORT
        painter.drawEllipse(QPointF(*center), size, size)

    def _paint_overview(self, painter: QPainter) -> None:
        """Blocks in the colour of their category; what is selected or at fault stands out."""
        scene, look = self._scene, self._scene.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for brush, rects in self._blocks():
            painter.setBrush(brush)
            painter.drawRects(rects)
        chosen = [
            qrect(scene.diagram.cards[node_id]).adjusted(-6, -6, 6, 6)
            for node_id in scene.shown_selection
            if node_id in scene.diagram.cards
        ]
        if chosen:
            pen = QPen(look.accent, 2)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects(chosen)

    def _blocks(self) -> list[tuple[QBrush, list[QRectF]]]:
        if self._overview is None:
            look = self._scene.look
            fills: dict[str, list[QRectF]] = {}
            strips: dict[str, list[QRectF]] = {}
            faulty: list[QRectF] = []
            for node_id, card in self._scene.diagram.cards.items():
                content = self._scene.faces[node_id].content
                fills.setdefault(content.category, []).append(qrect(card))
                strips.setdefault(content.category, []).append(QRectF(card.x, card.y, 24, CARD_HEIGHT))
                if content.severity == "error":
                    faulty.append(qrect(card))
            blocks: list[tuple[QBrush, list[QRectF]]] = []
            for category, rects in fills.items():
                blocks.append((QBrush(mixed(look.strip(category).color(), look.surface)), rects))
                blocks.append((look.strip(category), strips[category]))
            if faulty:
                blocks.append((QBrush(look.error), faulty))
            self._overview = blocks
        return self._overview


def mixed(color: QColor, ground: QColor, share: float = 0.45) -> QColor:
    """`share` of a colour on a ground."""
    rest = 1 - share
    return QColor.fromRgbF(
        color.redF() * share + ground.redF() * rest,
        color.greenF() * share + ground.greenF() * rest,
        color.blueF() * share + ground.blueF() * rest,
    )


def qrect(card: Card) -> QRectF:
    """A card's rectangle for Qt."""
    return QRectF(card.x, card.y, CARD_WIDTH, CARD_HEIGHT)


def rect_from(rect: QRectF) -> Rect:
    """A rectangle from Qt's."""
    return Rect(rect.left(), rect.top(), rect.right(), rect.bottom())


def _around(card: Card, margin: float) -> QRectF:
    return QRectF(card.x - margin, card.y - margin, CARD_WIDTH + 2 * margin, CARD_HEIGHT + 2 * margin)

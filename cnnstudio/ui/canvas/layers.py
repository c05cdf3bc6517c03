"""The two painting layers of the canvas: all wires, then all nodes.

One item paints every wire and one every card, because a thousand Python items cost more than a frame before they
have painted anything. What is seen from far away is painted in batches, with less detail.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QStaticText
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH
from cnnstudio.ui.canvas.card_body import PORT, RADIUS, STRIP, Body, BodyStock
from cnnstudio.ui.canvas.detail import Detail, detail_in_view
from cnnstudio.ui.canvas.diagram import Card, Wire
from cnnstudio.ui.canvas.geometry import Point, Rect
from cnnstudio.ui.canvas.look import TRUE_CURVES, Type
from cnnstudio.ui.canvas.node_face import LEFT, NodeFace
from cnnstudio.ui.canvas.wire_face import Label

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
        detail = detail_in_view(painter, scale, self._scene.diagram)
        if detail is Detail.BLOCK:
            self._paint_overview(painter, scale)
            return
        scene, look, faces = self._scene, self._scene.look, self._scene.wire_faces
        exposed = rect_from(option.exposedRect)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        coarse = detail < Detail.FULL
        painter.setPen(look.wire_far if scale < TRUE_CURVES else look.wire)
        straight: list[QLineF] = []
        special: list[Wire] = []
        shown: list[Wire] = []
        hovered = scene.hovered.edge if scene.hovered.kind == "wire" else None
        odd = {scene.chosen_wire, scene.lit_wire, hovered, scene.hidden_wire, *faces.at_fault}
        lit = {wire.number for edge in odd if edge and (wire := scene.diagram.wires.get(edge))}
        for wire in scene.diagram.wires_in(exposed):
            shown.append(wire)
            if wire.number in lit:
                special.append(wire)
            elif wire.is_straight or scale < TRUE_CURVES:
                straight += faces.lines(wire)
            else:
                painter.drawPath(faces.path(wire))
        if straight:
            painter.drawLines(straight)
        for wire in special:
            edge = wire.edge
            if edge == scene.hidden_wire:
                shown.remove(wire)
                continue
            hot = edge in {scene.chosen_wire, scene.lit_wire} or edge not in faces.at_fault
            painter.setPen(look.wire_hover if hot else look.wire_error)
            painter.drawPath(faces.path(wire))
            if edge == scene.chosen_wire:
                painter.setBrush(look.accent)
                for point in (wire.points[0], wire.points[-1]):
                    painter.drawEllipse(QPointF(*point), PORT + 3, PORT + 3)
                painter.setBrush(Qt.BrushStyle.NoBrush)
        if not coarse:
            self._paint_labels(painter, shown)

    def _paint_labels(self, painter: QPainter, shown: list[Wire]) -> None:
        scene, look, faces = self._scene, self._scene.look, self._scene.wire_faces
        painter.setFont(look.label.font)
        for wire in shown:
            label = faces.label(wire, scene.known.wire_text, look.label)
            if label is not None:
                self._paint_label(painter, wire, label)
        hovered = scene.diagram.wires.get(scene.hovered.edge) if scene.hovered.edge else None
        if hovered is not None and faces.label(hovered, scene.known.wire_text, look.label) is None:
            label = faces.label_on_hover(hovered, scene.known.wire_text, look.label)
            if label is not None:
                self._paint_label(painter, hovered, label)

    def _paint_label(self, painter: QPainter, wire: Wire, label: Label) -> None:
        scene, look = self._scene, self._scene.look
        painter.fillRect(label.rect, look.canvas)
        if scene.wire_faces.at_fault and wire.edge in scene.wire_faces.at_fault:
            painter.setPen(look.error)
        else:
            painter.setPen(look.accent if wire.edge == scene.hovered.edge else look.muted)
        painter.drawStaticText(QPointF(label.rect.left() + 4, label.rect.top()), label.text)

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
        self._bodies = BodyStock()
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
        detail = detail_in_view(painter, scale, scene.diagram)
        if detail is Detail.BLOCK:
            self._paint_overview(painter)
            return
        seen = scene.diagram.cards_in(exposed.grown(12))
        if detail < Detail.FULL:
            self._paint_named(painter, seen, with_shapes=detail is Detail.SHAPE)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._bodies.prepare(painter, scene.look)
        for node_id in seen:
            card, face = scene.diagram.cards[node_id], scene.faces[node_id]
            content = face.content
            border = self._border(node_id, face)
            body = Body(content.category, border, card.inputs, content.is_block, card.outputs)
            self._bodies.paint(painter, card.x, card.y, body)
            face.paint(painter, card.x, card.y)
            if node_id in scene.shown_selection or node_id == scene.current:
                self._paint_ring(painter, node_id, card)
            if node_id in scene.glowing or node_id == scene.hovered.node:
                self._paint_lit_ports(painter, node_id, card)

    def _border(self, node_id: str, face: NodeFace) -> str:
        if face.content.severity == "error":
            return "border_error"
        hovered = self._scene.hovered
        return "border_hover" if node_id == hovered.node and hovered.kind != "wire" else "border"

    def _paint_named(self, painter: QPainter, seen: list[str], *, with_shapes: bool) -> None:
        """Surface, strip, name and shape, each for all cards at once, the letters large enough to be read."""
        scene, look = self._scene, self._scene.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        strips: dict[str, list[QRectF]] = {}
        surfaces: list[QRectF] = []
        marked: list[QRectF] = []
        chosen = scene.shown_selection | scene.glowing | scene.focused
        for node_id in seen:
            card = scene.diagram.cards[node_id]
            surfaces.append(qrect(card))
            category = scene.faces[node_id].content.category
            strips.setdefault(category, []).append(QRectF(card.x, card.y, 2 * STRIP, CARD_HEIGHT))
            if node_id in chosen:
                marked.append(_around(card, 3))
        painter.setPen(look.border_far)
        painter.setBrush(look.surface)
        painter.drawRects(surfaces)
        painter.setPen(Qt.PenStyle.NoPen)
        for category, rects in strips.items():
            painter.setBrush(look.strip(category))
            painter.drawRects(rects)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if marked:
            painter.setPen(look.ring_far)
            painter.drawRects(marked)
        size = 1.6 if with_shapes else 2.3
        middle = CARD_HEIGHT * (0.3 if with_shapes else 0.5)
        self._paint_lines(painter, seen, look.name, NodeFace.title, size, middle)
        if with_shapes:
            self._paint_lines(painter, seen, look.mono, NodeFace.shape, size, CARD_HEIGHT * 0.7)

    def _paint_lines(
        self,
        painter: QPainter,
        seen: list[str],
        type_: Type,
        text: Callable[[NodeFace, float], QStaticText],
        size: float,
        middle: float,
    ) -> None:
        """One line of text on each card, in letters `size` times as large, `middle` below the card's top."""
        scene, look = self._scene, self._scene.look
        down = middle - type_.metrics.height() * size / 2
        world = painter.worldTransform()
        painter.scale(size, size)
        painter.setFont(type_.font)
        for node_id in seen:
            card, face = scene.diagram.cards[node_id], scene.faces[node_id]
            painter.setPen(look.error if face.content.severity == "error" else look.text)
            place = QPointF((card.x + LEFT) / size, (card.y + down) / size)
            painter.drawStaticText(place, text(face, size))
        painter.setWorldTransform(world)

    def _paint_ring(self, painter: QPainter, node_id: str, card: Card) -> None:
        look = self._scene.look
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._scene.has_focus and node_id == self._scene.current:
            painter.setPen(look.focus)
            painter.drawRoundedRect(_around(card, 5), RADIUS + 5, RADIUS + 5)
            if node_id not in self._scene.shown_selection:
                painter.setPen(look.guide)
                painter.drawRoundedRect(_around(card, 5), RADIUS + 5, RADIUS + 5)
        if node_id in self._scene.shown_selection:
            painter.setPen(look.ring)
            painter.drawRoundedRect(_around(card, 2), RADIUS + 2, RADIUS + 2)
            painter.setPen(look.port)
            painter.setBrush(look.surface)
            for center in _ports(card):
                painter.drawEllipse(QPointF(*center), PORT, PORT)

    def _paint_lit_ports(self, painter: QPainter, node_id: str, card: Card) -> None:
        hovered = self._scene.hovered
        glowing = node_id in self._scene.glowing
        painter.setPen(self._scene.look.port_lit)
        painter.setBrush(self._scene.look.surface)
        lit = [
            card.input(number)
            for number in range(card.inputs)
            if glowing or (hovered.kind == "input" and hovered.port == number)
        ]
        if hovered.kind == "output" and hovered.node == node_id:
            lit.append(card.output(hovered.port))
        for center in lit:
            painter.drawEllipse(QPointF(*center), PORT + 1.5, PORT + 1.5)

    def _paint_overview(self, painter: QPainter) -> None:
        """Blocks in the colour of their category; what is selected or at fault stands out."""
        scene, look = self._scene, self._scene.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(Qt.PenStyle.NoPen)
        for brush, rects in self.blocks():
            painter.setBrush(brush)
            painter.drawRects(rects)
        chosen = [
            qrect(scene.diagram.cards[node_id]).adjusted(-6, -6, 6, 6)
            for node_id in scene.shown_selection | scene.focused
            if node_id in scene.diagram.cards
        ]
        if chosen:
            painter.setPen(look.ring_far)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRects(chosen)

    def blocks(self) -> list[tuple[QBrush, list[QRectF]]]:
        """All cards as plain rectangles, by colour."""
        if self._overview is None:
            look = self._scene.look
            fills: dict[str, list[QRectF]] = {}
            strips: dict[str, list[QRectF]] = {}
            faulty: list[QRectF] = []
            nodes, colour_of = self._scene.session.network.nodes, self._scene.known.colour_of
            for node_id, card in self._scene.diagram.cards.items():
                category, is_faulty = colour_of(nodes[node_id])
                fills.setdefault(category, []).append(qrect(card))
                strips.setdefault(category, []).append(QRectF(card.x, card.y, 24, CARD_HEIGHT))
                if is_faulty:
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


def _ports(card: Card) -> list[Point]:
    return [*map(card.input, range(card.inputs)), *map(card.output, range(card.outputs))]

"""Paints the whole network of a canvas scene in vectors: the cards and wires as they are on the canvas, and nothing else.

No selection, no hover, no backdrop of dots. The look may be another theme's than the window's.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH
from cnnstudio.ui.canvas.card_body import Body, paint_body
from cnnstudio.ui.canvas.look import Look
from cnnstudio.ui.canvas.node_face import NodeFace
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.canvas.wire_face import WireFaces, painter_path

MARGIN = 24.0
"""Room around the drawing, in canvas pixels."""


class Drawing:
    """One network as it can be painted on any device. `look` is a theme's; `bounds` is in canvas pixels."""

    def __init__(self, scene: CanvasScene, look: Look, *, background: bool = True) -> None:
        self._scene = scene
        self._look = look
        self.has_background = background
        self._wires = WireFaces(scene.diagram)
        self._wires.set_at_fault(scene.wire_faces.at_fault)
        self._labels = [
            (wire, label)
            for wire in scene.diagram.wires.values()
            if (label := self._wires.label(wire, scene.known.wire_text, look.label)) is not None
        ]
        self.bounds = self._bounds()

    @property
    def is_empty(self) -> bool:
        return not self._scene.diagram.cards

    def paint(self, painter: QPainter) -> None:
        """Everything, at canvas coordinates: the caller puts `bounds` where the picture shall be."""
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        if self.has_background:
            painter.fillRect(self.bounds, self._look.canvas)
        self._paint_wires(painter)
        self._paint_labels(painter)
        self._paint_cards(painter)

    def _bounds(self) -> QRectF:
        bounds = QRectF()
        for card in self._scene.diagram.cards.values():
            bounds = bounds.united(QRectF(card.x, card.y, CARD_WIDTH, CARD_HEIGHT))
        for wire in self._scene.diagram.wires.values():
            rect = wire.rect
            bounds = bounds.united(QRectF(rect.left, rect.top, rect.width, rect.height))
        for _, label in self._labels:
            bounds = bounds.united(label.rect)
        return QRectF(bounds.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN).toAlignedRect())

    def _paint_wires(self, painter: QPainter) -> None:
        look = self._look
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(look.wire)
        faulty = self._wires.at_fault
        for edge, wire in self._scene.diagram.wires.items():
            if edge not in faulty:
                painter.drawPath(painter_path(wire.course))
        painter.setPen(look.wire_error)
        for edge in faulty:
            wire_at_fault = self._scene.diagram.wires.get(edge)
            if wire_at_fault is not None:
                painter.drawPath(painter_path(wire_at_fault.course))

    def _paint_labels(self, painter: QPainter) -> None:
        look = self._look
        painter.setFont(look.label.font)
        for wire, label in self._labels:
            painter.fillRect(label.rect, QColor(look.canvas))
            painter.setPen(look.error if wire.edge in self._wires.at_fault else look.muted)
            painter.drawStaticText(QPointF(label.rect.left() + 4, label.rect.top()), label.text)

    def _paint_cards(self, painter: QPainter) -> None:
        scene, look = self._scene, self._look
        for node_id, card in scene.diagram.cards.items():
            content = scene.faces[node_id].content
            border = "border_error" if content.severity == "error" else "border"
            body = Body(content.category, border, card.inputs, outputs=card.outputs)
            paint_body(painter, card.x, card.y, body, look)
            NodeFace(scene.faces[node_id].write, look).paint(painter, card.x, card.y)

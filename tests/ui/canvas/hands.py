"""Mouse and keys for a canvas, and the check that it shows its document."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.core.network import Edge, Network
from cnnstudio.ui.canvas import CanvasView, routing
from cnnstudio.ui.canvas.geometry import Point, input_port, output_port
from cnnstudio.ui.canvas.mime import layer_mime_data
from cnnstudio.ui.canvas.scene import FARTHEST
from cnnstudio.ui.shape_text import shape_text

Left = Qt.MouseButton.LeftButton
NoKeys = Qt.KeyboardModifier.NoModifier


class Hands:
    """What a user does. Places are scene pixels, or the id of a node (the middle of its card)."""

    def __init__(self, view: CanvasView, qtbot: QtBot) -> None:
        self.view = view
        self.qtbot = qtbot

    @property
    def network(self) -> Network:
        return self.view.session.network

    def at(self, place: Point | str) -> QPoint:
        if isinstance(place, str):
            place = self.view.canvas.diagram.cards[place].rect.center
        return self.view.mapFromScene(QPointF(*place))

    def output(self, node_id: str, number: int = 0) -> Point:
        return self.view.canvas.diagram.cards[node_id].output(number)

    def input(self, node_id: str, number: int = 0) -> Point:
        return self.view.canvas.diagram.cards[node_id].input(number)

    def middle(self, source: str, target: str) -> Point:
        wire = next(
            w for e, w in self.view.canvas.diagram.wires.items() if (e.source, e.target) == (source, target)
        )
        return routing.point_along(wire.points, 0.5)

    def click(
        self, place: Point | str, keys: Qt.KeyboardModifier = NoKeys, button: Qt.MouseButton = Left
    ) -> None:
        QTest.mouseClick(self.view.viewport(), button, keys, self.at(place))

    def double_click(self, place: Point | str) -> None:
        QTest.mouseDClick(self.view.viewport(), Left, NoKeys, self.at(place))

    def hover(self, place: Point | str) -> None:
        QTest.mouseMove(self.view.viewport(), self.at(place))

    def press(
        self, place: Point | str, keys: Qt.KeyboardModifier = NoKeys, button: Qt.MouseButton = Left
    ) -> None:
        QTest.mousePress(self.view.viewport(), button, keys, self.at(place))

    def release(
        self, place: Point | str, keys: Qt.KeyboardModifier = NoKeys, button: Qt.MouseButton = Left
    ) -> None:
        QTest.mouseRelease(self.view.viewport(), button, keys, self.at(place))

    def move(self, place: Point | str, keys: Qt.KeyboardModifier = NoKeys) -> None:
        """Move with the left button and perhaps some keys held."""
        where = QPointF(self.at(place))
        globally = QPointF(self.view.viewport().mapToGlobal(where.toPoint()))
        event = QMouseEvent(QEvent.Type.MouseMove, where, globally, Qt.MouseButton.NoButton, Left, keys)
        QApplication.sendEvent(self.view.viewport(), event)

    def carry(self, start: Point | str, end: Point | str, button: Qt.MouseButton = Left) -> None:
        """Press and move, without letting go."""
        first, last = self.at(start), self.at(end)
        QTest.mousePress(self.view.viewport(), button, NoKeys, first)
        for step in range(1, 5):
            QTest.mouseMove(self.view.viewport(), first + (last - first) * step / 4)

    def drag(self, start: Point | str, end: Point | str, button: Qt.MouseButton = Left) -> None:
        last = self.at(end)
        self.carry(start, end, button)
        QTest.mouseRelease(self.view.viewport(), button, NoKeys, last)

    def key(self, key: Qt.Key, keys: Qt.KeyboardModifier = NoKeys) -> None:
        QTest.keyClick(self.view, key, keys)

    def type(self, text: str) -> None:
        widget = QApplication.focusWidget()
        assert widget is not None
        QTest.keyClicks(widget, text)

    def wheel(self, place: Point | str, notches: int, keys: Qt.KeyboardModifier = NoKeys) -> None:
        where = QPointF(self.at(place))
        event = QWheelEvent(
            where,
            QPointF(self.view.viewport().mapToGlobal(where.toPoint())),
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            keys,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view.viewport(), event)

    def drag_layer(self, layer_type: str, place: Point, keys: Qt.KeyboardModifier = NoKeys) -> QMimeData:
        """Bring a layer from the palette over a place."""
        data = layer_mime_data(layer_type)
        where = self.at(place)
        copy = Qt.DropAction.CopyAction
        enter = QDragEnterEvent(where, copy, data, Left, keys)
        QApplication.sendEvent(self.view.viewport(), enter)
        move = QDragMoveEvent(where, copy, data, Left, keys)
        QApplication.sendEvent(self.view.viewport(), move)
        return data

    def drop_layer(self, layer_type: str, place: Point, keys: Qt.KeyboardModifier = NoKeys) -> None:
        data = self.drag_layer(layer_type, place, keys)
        drop = QDropEvent(
            QPointF(self.at(place)), Qt.DropAction.CopyAction, data, Left, keys, QEvent.Type.Drop
        )
        QApplication.sendEvent(self.view.viewport(), drop)

    def take_layer_away(self) -> None:
        QApplication.sendEvent(self.view.viewport(), QDragLeaveEvent())


def assert_shows_document(view: CanvasView, *, painted: bool = True) -> None:
    """The scene and the document hold the same, item by item, and nothing is left over from a gesture."""
    network, scene = view.session.network, view.canvas
    analysis = view.session.analysis
    diagram = scene.diagram
    assert view.interaction is None
    assert scene.overlay.is_empty or view.findChild(object, "quickAdd") is not None
    assert scene.hidden_wire is None
    assert scene.lit_wire is None
    assert not scene.glowing
    assert scene.banded is None
    assert diagram.cards.keys() == network.nodes.keys() == scene.faces.keys()
    assert diagram.wires.keys() == set(network.edges)
    for node_id, node in network.nodes.items():
        card, content = diagram.cards[node_id], scene.faces[node_id].content
        known = analysis.nodes[node_id]
        x, y = node.position or scene.position(node)
        assert (card.x, card.y) == (clamped(x), clamped(y))
        assert (content.name, content.type, content.summary) == (node.label, node.type, known.summary)
        assert content.shape == (shape_text(known.output_shape) if known.output_shape is not None else "")
        assert (content.severity is not None) == bool(analysis.of(node_id))
        assert card.inputs == expected_ports(view, node_id)
        assert_wires_end_at_ports(view, network.inputs(node_id))
    at_fault = {d.edge for d in analysis.diagnostics if d.edge is not None and d.severity == "error"}
    assert scene.wire_faces.at_fault == at_fault
    if not painted:
        return
    view.grab()  # paints all of it: anything that is gone but still looked for would show here


def clamped(value: float) -> float:
    return max(-FARTHEST, min(value, FARTHEST))


def expected_ports(view: CanvasView, node_id: str) -> int:
    """As many as the layer needs and as it has wires; none where it takes none."""
    spec = view.session.spec_of(view.session.network.nodes[node_id])
    wires = len(view.session.network.inputs(node_id))
    if spec is not None and spec.maximum_inputs == 0:
        return wires
    return max(1, wires, spec.minimum_inputs if spec is not None else 1)


def assert_wires_end_at_ports(view: CanvasView, wires: tuple[Edge, ...]) -> None:
    cards = view.canvas.diagram.cards
    for number, edge in enumerate(wires):
        wire = view.canvas.diagram.wires[edge]
        source, target = cards[edge.source], cards[edge.target]
        assert wire.port == number
        leaves = min(edge.output, source.outputs - 1)  # of an output that is no more: the last one
        assert wire.course[0] == output_port(source.x, source.y, leaves, source.outputs)
        assert wire.course[-1] == input_port(target.x, target.y, number, target.inputs)

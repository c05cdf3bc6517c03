"""Drawing a wire from an output, or backwards from an input that has none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QApplication

from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network
from cnnstudio.ui.canvas import wiring
from cnnstudio.ui.canvas.diagram import Hit
from cnnstudio.ui.canvas.geometry import Point
from cnnstudio.ui.canvas.gestures.interaction import Interaction, Pointer
from cnnstudio.ui.session import translated

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView

PORT_REACH = 18.0
"""How near to a port the pointer must come, in pixels of the screen."""


class WireInHand(Interaction):
    """What drawing a wire and moving its end have in common: a fixed end, a loose one, and what is under it."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: CanvasView, pointer: Pointer) -> None:
        super().__init__(view)
        self._press = pointer.viewport
        self._moved = False
        self._is_over_target = False

    @property
    def is_over_target(self) -> bool:
        return self._is_over_target

    def cancel(self) -> None:
        self._scene.overlay.clear()
        self._scene.glow(frozenset())
        self._scene.hide_wire(None)

    def _hit(self, pointer: Pointer) -> Hit:
        distance = (pointer.viewport - self._press).manhattanLength()
        self._moved = self._moved or distance >= QApplication.startDragDistance()
        hit = self._scene.diagram.hit(*pointer.scene, reach=PORT_REACH / self._view.viewpoint.scale)
        self._is_over_target = self._moved and bool(hit.node) and hit.kind != "wire"
        return Hit("empty") if hit.kind == "wire" else hit

    def _show_target(
        self, start: Point, pointer: Pointer, hit: Hit, source: str, replacing: Edge | None, output: int
    ) -> Message | None:
        """Show the wire going to what is under the pointer; why it would be refused, if it would."""
        overlay = self._scene.overlay
        if not hit.node:
            overlay.show_wire(start, pointer.scene)
            overlay.say("", pointer.scene)
            return None
        network, catalogue = self._session.network, self._session.catalogue
        reason = wiring.refusal(network, catalogue, source=source, target=hit.node, replacing=replacing)
        word = reason
        if reason is None:
            known = self._session.analysis.nodes
            word = wiring.misfit(
                network, catalogue, known, source=source, target=hit.node, replacing=replacing, output=output
            )
        end = pointer.scene if reason is not None else self._landing(hit, replacing)
        overlay.show_wire(start, end, refused=reason is not None)
        overlay.say(translated(word) if word is not None else "", pointer.scene, warning=reason is None)
        return reason

    def _landing(self, hit: Hit, replacing: Edge | None) -> Point:
        """The port that the wire would end at."""
        card = self._scene.diagram.cards[hit.node]
        if replacing is not None and replacing in self._scene.diagram.wires:
            return card.input(self._scene.diagram.wires[replacing].port)
        wires = len(self._session.network.inputs(hit.node))
        spec = self._session.spec_of(self._session.network.nodes[hit.node])
        port = min(wires, max(card.inputs - 1, 0)) if wiring.is_variadic(spec) else 0
        return card.input(port)

    def _replaced(self, hit: Hit) -> Edge | None:
        """The wire that makes way when one is dropped on the port of a layer that has no free one."""
        if hit.kind == "input" and wiring.refusal_by_count(
            self._session.network, self._session.catalogue, hit.node
        ):
            return hit.edge
        return None

    def _connect(
        self, source: str, target: str, label: Message, replacing: Edge | None = None, output: int = 0
    ) -> None:
        catalogue = self._session.catalogue

        def connected(network: Network) -> Network:
            return wiring.connected(
                network, catalogue, source=source, target=target, replacing=replacing, output=output
            )

        self._view.editing.apply(connected, label)

    def _connect_label(self, source: str, target: str) -> Message:
        nodes = self._session.network.nodes
        return Message("Connect {source} to {target}", source=nodes[source].label, target=nodes[target].label)


class DrawWire(WireInHand):
    """From an output of `source` to whatever can take it; into the empty it asks for a layer to put there."""

    def __init__(self, view: CanvasView, pointer: Pointer, source: str, output: int = 0) -> None:
        super().__init__(view, pointer)
        self._source, self._output = source, output
        self._from = self._scene.diagram.cards[source].output(output)
        self._scene.glow(wiring.targets(self._session.network, self._session.catalogue, source))

    def move(self, pointer: Pointer) -> None:
        hit = self._hit(pointer)
        self._show_target(self._from, pointer, hit, self._source, self._replaced(hit), self._output)

    def finish(self, pointer: Pointer) -> None:
        hit = self._hit(pointer)
        replacing = self._replaced(hit)
        reason = self._show_target(self._from, pointer, hit, self._source, replacing, self._output)
        self.cancel()
        if not self._moved:
            return
        if not hit.node:
            self._view.quick_add_requested.emit(QPointF(*pointer.scene), self._source, self._output)
        elif reason is None:
            label = self._connect_label(self._source, hit.node)
            self._connect(self._source, hit.node, label, replacing, self._output)
        else:
            self._session.refused.emit(translated(reason))


class DrawWireBackwards(WireInHand):
    """From a free input of `target` to the output of whatever can feed it."""

    def __init__(self, view: CanvasView, pointer: Pointer, target: str, port: int) -> None:
        super().__init__(view, pointer)
        self._target = target
        self._to = self._scene.diagram.cards[target].input(port)
        self._scene.glow(wiring.sources(self._session.network, target))

    def move(self, pointer: Pointer) -> None:
        self._show(pointer, self._hit(pointer))

    def finish(self, pointer: Pointer) -> None:
        hit = self._hit(pointer)
        reason = self._show(pointer, hit)
        self.cancel()
        if not hit.node or not self._moved:
            return
        if reason is None:
            label = self._connect_label(hit.node, self._target)
            self._connect(hit.node, self._target, label, output=_output_of(hit))
        else:
            self._session.refused.emit(translated(reason))

    def _show(self, pointer: Pointer, hit: Hit) -> Message | None:
        overlay = self._scene.overlay
        reason = None
        start = pointer.scene
        if hit.node:
            network = self._session.network
            reason = wiring.refusal(network, self._session.catalogue, source=hit.node, target=self._target)
            if reason is None:
                start = self._scene.diagram.cards[hit.node].output(_output_of(hit))
        overlay.show_wire(start, self._to, refused=reason is not None)
        overlay.say(translated(reason) if reason is not None else "", pointer.scene)
        return reason


class MoveWireEnd(WireInHand):
    """The end of an existing wire, to another layer, or into the empty to take the wire away."""

    def __init__(self, view: CanvasView, pointer: Pointer, edge: Edge) -> None:
        super().__init__(view, pointer)
        self._edge = edge
        self._from = self._scene.diagram.cards[edge.source].output(edge.output)
        fitting = wiring.targets(self._session.network, self._session.catalogue, edge.source)
        self._scene.glow(fitting | {edge.target})
        self._scene.hide_wire(edge)

    def move(self, pointer: Pointer) -> None:
        self._show(pointer, self._hit(pointer))

    def finish(self, pointer: Pointer) -> None:
        hit = self._hit(pointer)
        reason = self._show(pointer, hit)
        self.cancel()
        nodes = self._session.network.nodes
        source, target = nodes[self._edge.source].label, nodes[self._edge.target].label
        if not self._moved or hit.node == self._edge.target:
            return
        if not hit.node:
            self._view.editing.disconnect_wires((self._edge,))
        elif reason is None:
            label = Message(
                "Move the wire of {source} from {old} to {target}",
                source=source,
                old=target,
                target=nodes[hit.node].label,
            )
            self._connect(self._edge.source, hit.node, label, self._edge, self._edge.output)
        else:
            self._session.refused.emit(translated(reason))

    def _show(self, pointer: Pointer, hit: Hit) -> Message | None:
        edge = self._edge
        return self._show_target(self._from, pointer, hit, edge.source, edge, edge.output)


class MoveWireStart(WireInHand):
    """The beginning of an existing wire, to another layer's output, or into the empty to take the wire away."""

    def __init__(self, view: CanvasView, pointer: Pointer, edge: Edge) -> None:
        super().__init__(view, pointer)
        self._edge = edge
        wire = self._scene.diagram.wires[edge]
        self._to = self._scene.diagram.cards[edge.target].input(wire.port)
        self._scene.glow(wiring.sources(self._session.network, edge.target) | {edge.source})
        self._scene.hide_wire(edge)

    def move(self, pointer: Pointer) -> None:
        self._show(pointer, self._hit(pointer))

    def finish(self, pointer: Pointer) -> None:
        hit = self._hit(pointer)
        reason = self._show(pointer, hit)
        self.cancel()
        if not self._moved or (hit.node == self._edge.source and self._port(hit) == self._edge.output):
            return
        if not hit.node:
            self._view.editing.disconnect_wires((self._edge,))
        elif reason is None:
            nodes = self._session.network.nodes
            label = Message(
                "Feed {target} from {source} and not from {old}",
                target=nodes[self._edge.target].label,
                source=nodes[hit.node].label,
                old=nodes[self._edge.source].label,
            )
            self._connect(hit.node, self._edge.target, label, self._edge, self._port(hit))
        else:
            self._session.refused.emit(translated(reason))

    def _show(self, pointer: Pointer, hit: Hit) -> Message | None:
        overlay = self._scene.overlay
        reason: Message | None = None
        word: Message | None = None
        start = pointer.scene
        if hit.node:
            network, catalogue, target = self._session.network, self._session.catalogue, self._edge.target
            reason = wiring.refusal(network, catalogue, source=hit.node, target=target, replacing=self._edge)
            word = reason or wiring.misfit(
                network,
                catalogue,
                self._session.analysis.nodes,
                source=hit.node,
                target=target,
                replacing=self._edge,
                output=self._port(hit),
            )
            if reason is None:
                start = self._scene.diagram.cards[hit.node].output(self._port(hit))
        overlay.show_wire(start, self._to, refused=reason is not None)
        overlay.say(translated(word) if word is not None else "", pointer.scene, warning=reason is None)
        return reason

    def _port(self, hit: Hit) -> int:
        """The output that is pointed at; on its own layer's card beside the ports, the one that it has."""
        if hit.node == self._edge.source and hit.kind != "output":
            return self._edge.output
        return _output_of(hit)


def _output_of(hit: Hit) -> int:
    """The output that is pointed at; anywhere else on a card, its first."""
    return hit.port if hit.kind == "output" else 0

"""The scene mirrors the session's network: which cards and wires there are, where they stand, how they look.

It changes nothing in the document. It follows `Session.changed` and `Session.analysed`, touching what they name, and
lets a gesture shift cards until the document has its say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.blocks import outlets
from cnnstudio.core.change import Change
from cnnstudio.core.layout import arrange_missing
from cnnstudio.core.network import Edge, Network, Node, Position
from cnnstudio.ui.canvas.diagram import NOTHING, Care, Diagram, Hit
from cnnstudio.ui.canvas.geometry import Rect
from cnnstudio.ui.canvas.knowledge import Knowledge
from cnnstudio.ui.canvas.later_routes import LaterRoutes
from cnnstudio.ui.canvas.layers import NodeLayer, WireLayer
from cnnstudio.ui.canvas.look import make_look
from cnnstudio.ui.canvas.node_face import NodeFace
from cnnstudio.ui.canvas.overlay import Overlay
from cnnstudio.ui.canvas.wire_face import WireFaces
from cnnstudio.ui.prepared import Prepared
from cnnstudio.ui.session import Session
from cnnstudio.ui.shape_text import shape_order
from cnnstudio.ui.theme import theme

HALF_EXTENT = 500_000.0
"""The canvas reaches this far from its origin, in pixels."""

FARTHEST = HALF_EXTENT - 10_000
"""A node that the document has farther away is shown here."""

MANY = 100
"""From so many cards on, repainting everything is cheaper than naming what to repaint."""

MOST_AT_ONCE = 200
"""More wires than this, all around cards, would be felt."""

_HALO = 12.0


class CanvasScene(QGraphicsScene):
    """Cards and wires of one session, with what is hovered, chosen and glowing."""

    current_changed = Signal()
    """The keyboard is at another node, or came or went."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(-HALF_EXTENT, -HALF_EXTENT, 2 * HALF_EXTENT, 2 * HALF_EXTENT, parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self.session = session
        self.known = Knowledge(session)
        self.look = make_look(theme())
        self.diagram = Diagram()
        self.faces: dict[str, NodeFace] = {}
        self.wire_faces = WireFaces(self.diagram)
        self.hovered = NOTHING
        self.current = ""
        """The node that the keyboard is at."""
        self.has_focus = False
        self.chosen_wire: Edge | None = None
        self.lit_wire: Edge | None = None
        """The wire that a drop would split."""
        self.hidden_wire: Edge | None = None
        """The wire whose end a gesture holds."""
        self.glowing: frozenset[str] = frozenset()
        self.banded: frozenset[str] | None = None
        """What a rubber band would select."""
        self._repaints_all = False
        self._laid_out: dict[str, Position] = {}
        self._places_cleared: dict[str, Position] = {}
        self._places_before: dict[str, Position] = {}
        self.later_routes = LaterRoutes(self._lay, self)
        self._shifted: dict[str, set[Edge]] = {}
        """Cards that a gesture moved, with the wires that passed them before."""
        self._held: frozenset[str] = frozenset()
        self.wire_layer = WireLayer(self)
        self.node_layer = NodeLayer(self)
        self.overlay = Overlay(self)
        for layer in (self.wire_layer, self.node_layer, self.overlay):
            self.addItem(layer)
        self._repaints_all = True
        self.known.learn(session.analysis)
        self._lay_out(session.network, session.network.nodes)
        self._route(self._add(session.network, session.network.nodes, session.network.edges))
        self.show_analysis(session.analysis)
        self._repaints_all = False
        shape_order().changed.connect(self.rewrite_shapes)
        session.foreseen.connect(self._on_foreseen)
        session.changed_gradually.connect(self._on_changed_gradually)

    # --- following the document ----------------------------------------------------------------

    def follow(self, change: Change) -> None:
        """Do to the scene what was done to the network."""
        if not change:
            return
        items = len(change.added) + len(change.removed) + len(change.updated)
        with self._repainted_whole(items > MANY or self.session.is_growing):
            self._follow(change)

    @contextmanager
    def _repainted_whole(self, whole: bool) -> Iterator[None]:
        """Inside this, and where `whole`, no card and no wire asks to be painted again: all are, at the end."""
        before = self._repaints_all
        self._repaints_all = before or whole
        try:
            yield
        finally:
            self._repaints_all = before
            if whole:
                self.update()

    def _on_foreseen(self, found: Prepared) -> None:
        """Know what is analysed already before its cards are there, so that they are made once."""
        news = self.known.learn(found.level)
        if self.faces:  # only a part of what is shown changes
            for node_id in news:
                if node_id in self.faces:
                    self._renew_face(self.session.network.nodes[node_id])
            self._laid_out = {**(found.places or {}), **self._laid_out}
        elif found.places is None:
            self._laid_out = self._places_before
        else:
            self._places_before, self._laid_out = self._places_cleared, dict(found.places)

    def _on_changed_gradually(self) -> None:
        """Lay all wires with care: those that pass what came and went are not known."""
        self.later_routes.put(self.diagram.wires)

    def _clear(self) -> None:
        """Nothing is there any more."""
        self._forget_what_is_gone(Network())
        self.later_routes.clear()
        self.diagram.clear()
        self.wire_faces.clear()
        self._places_cleared, self._laid_out = self._laid_out, {}
        self.faces.clear()
        self.known.clear()
        self.node_layer.forget_overview()
        self.update()

    def _follow(self, change: Change) -> None:
        network = self.session.network
        if not network.nodes:
            self._clear()
            return
        for edge in change.wires_removed:
            self._refresh_wire(edge)
            self.wire_faces.forget(edge)
            self.diagram.remove_wire(edge)
        self.later_routes.discard(change.wires_removed)
        stale = self._wires_near(change.removed)
        for node_id in change.removed:
            self._refresh_card(node_id)
            self.diagram.remove_card(node_id)
            self.faces.pop(node_id, None)
            self.known.forget(node_id)
            self._laid_out.pop(node_id, None)
        self._forget_what_is_gone(network)
        self._lay_out(network, (*change.added, *change.updated))
        stale |= self._wires_near([node_id for node_id in change.updated if node_id not in self._held])
        moved = {node_id for node_id in change.updated if self._put_card(network, node_id)}
        rerouted = self._add(network, change.added, change.wires_added)
        for node_id in change.updated:
            self._renew_face(network.nodes[node_id])
        rerouted |= self._wire(network, change.wires_removed)
        rerouted |= self.diagram.wires_of(moved) | (stale & self.diagram.wires.keys())
        if not self.session.is_growing:
            rerouted |= {edge for node_id in change.added for edge in self._wires_at(node_id)}
        self._route(rerouted | self._wires_near(moved))

    def _forget_what_is_gone(self, network: Network) -> None:
        if self.hovered.node not in network.nodes:
            self.hovered = NOTHING
        if self.current not in network.nodes:
            self.current = ""
        if self.chosen_wire is not None and self.chosen_wire not in network.outputs(self.chosen_wire.source):
            self.chosen_wire = None

    def _lay_out(self, network: Network, node_ids: Iterable[str]) -> None:
        """Find places for those of the nodes that have none, neither in the document nor here."""
        if any(
            network.nodes[node_id].position is None and node_id not in self._laid_out for node_id in node_ids
        ):
            self._laid_out.update(arrange_missing(self._placed(network)))

    def _add(self, network: Network, node_ids: Collection[str], edges: Sequence[Edge]) -> set[Edge]:
        """Put nodes and wires in; gives the wires to lay, which are laid once, when all cards stand."""
        for node_id in node_ids:
            self._put_card(network, node_id)
            self._renew_face(network.nodes[node_id])
        return self._wire(network, edges)

    def _wire(self, network: Network, edges: Sequence[Edge]) -> set[Edge]:
        """The wires to lay: of every node that one of these wires, new or gone, ends at; what shares a node is told."""
        ends = {edge.target for edge in edges} & network.nodes.keys()
        for node_id in ends:
            self._put_card(network, node_id)
            for port, edge in enumerate(network.inputs(node_id)):
                self.diagram.put_wire(edge, port)
        for edge in self.diagram.wires_of(edge.source for edge in edges):
            self._refresh_wire(edge)
            self.wire_faces.forget_label(edge)
        return self.diagram.wires_of(ends)

    def _placed(self, network: Network) -> Network:
        """The network with the places already found for nodes that have none of their own."""
        if not self._laid_out:
            return network
        return Network.of(
            (
                Node(id=node.id, type=node.type, position=node.position or self._laid_out.get(node.id))
                for node in network.nodes.values()
            ),
            network.edges,
        )

    def _put_card(self, network: Network, node_id: str) -> bool:
        """Put a card where the document has it; whether that is news."""
        node = network.nodes[node_id]
        card = self.diagram.cards.get(node_id)
        x, y = (card.x, card.y) if card is not None and node_id in self._held else self.position(node)
        inputs, outputs = self._input_ports(network, node), _output_ports(node)
        if card is not None:
            if (card.x, card.y, card.inputs, card.outputs) == (x, y, inputs, outputs):
                return False
            self._refresh_card(node_id)
        self.diagram.put_card(node_id, x, y, inputs, outputs)
        self._refresh_card(node_id)
        self.node_layer.forget_overview()
        return True

    def _input_ports(self, network: Network, node: Node) -> int:
        spec = self.session.spec_of(node)
        wires = len(network.inputs(node.id))
        if spec is None:
            return max(1, wires)
        if spec.maximum_inputs == 0:
            return wires
        return max(1, spec.minimum_inputs, wires)

    def _wires_near(self, node_ids: Collection[str]) -> set[Edge]:
        """The wires that pass one of the cards; of very many cards all wires, which is found sooner.

        None while pieces come one after the other: all are laid with care in the end.
        """
        if self.session.is_growing:
            return set()
        if len(node_ids) > MANY:
            return set(self.diagram.wires)
        return {edge for node_id in node_ids for edge in self._wires_at(node_id)}

    def _wires_at(self, node_id: str) -> set[Edge]:
        """The wires that pass a card."""
        card = self.diagram.cards.get(node_id)
        return (
            {wire.edge for wire in self.diagram.wires_in(card.rect.grown(48))} if card is not None else set()
        )

    def position(self, node: Node) -> Position:
        """Where the document has a node, or where it was laid out when the document has no place for it."""
        x, y = node.position or self._laid_out.get(node.id, (0.0, 0.0))
        return max(-FARTHEST, min(x, FARTHEST)), max(-FARTHEST, min(y, FARTHEST))

    def laid_out(self) -> dict[str, Position]:
        """The places of nodes that have none in the document; the next edit of places writes them down."""
        nodes = self.session.network.nodes
        return {i: p for i, p in self._laid_out.items() if i in nodes and nodes[i].position is None}

    # --- following the analysis ----------------------------------------------------------------

    def show_analysis(self, analysis: Analysis) -> None:
        """Update the faces of the nodes of which something new is known, and the wires at fault."""
        nodes = self.session.network.nodes
        news = self.known.learn(analysis)
        with self._repainted_whole(len(news) > MANY):
            for node_id in news:
                self._renew_face(nodes[node_id])
                for edge in self.session.network.outputs(node_id):
                    self.wire_faces.forget_label(edge)
                    self._refresh_wire(edge)
        at_fault = {
            diagnostic.edge
            for diagnostic in analysis.diagnostics
            if diagnostic.edge is not None and diagnostic.severity == "error"
        }
        for edge in self.wire_faces.set_at_fault(frozenset(at_fault)):
            self._refresh_wire(edge)

    def _renew_face(self, node: Node) -> None:
        self.faces[node.id] = NodeFace(lambda: self.known.content(node), self.look)
        self.node_layer.forget_overview()
        self._refresh_card(node.id)

    # --- what gestures do ----------------------------------------------------------------------

    def shift_cards(self, places: Mapping[str, Position]) -> None:
        """Show cards elsewhere for now; the document knows nothing of it."""
        many = len(places) > MANY
        with self._repainted_whole(many):
            edges = self.diagram.wires_of(places)
            for edge in edges:
                self._refresh_wire(edge)
            for node_id, (x, y) in places.items():
                if node_id not in self._shifted:
                    self._shifted[node_id] = set() if many else self._wires_at(node_id)
                self._refresh_card(node_id)
                card = self.diagram.cards[node_id]
                self.diagram.put_card(node_id, x, y, card.inputs, card.outputs)
                self._refresh_card(node_id)
            self.node_layer.forget_overview()
            self._route(edges, care="none" if many else "ends")

    @contextmanager
    def holding(self, node_ids: Collection[str]) -> Iterator[None]:
        """Cards that the document moves inside this stay where they are, as if a gesture had shifted them there."""
        self._held = frozenset(node_ids) & self.diagram.cards.keys()
        for node_id in self._held:
            self._shifted[node_id] = set() if len(self._held) > MANY else self._wires_at(node_id)
        try:
            yield
        finally:
            self._held = frozenset()

    def restore_cards(self) -> None:
        """Put shifted cards where the document has them, and lay the wires there and where they were properly."""
        network = self.session.network
        kept = [node_id for node_id in self._shifted if node_id in network.nodes]
        edges = self.diagram.wires_of(kept)
        for passing in self._shifted.values():
            edges |= passing & self.diagram.wires.keys()
        self._shifted.clear()
        for node_id in kept:
            self._put_card(network, node_id)
        self._route(edges | self._wires_near(kept))

    def hover(self, hit: Hit) -> None:
        """Light up what the pointer is over."""
        if hit != self.hovered:
            for one in (self.hovered, hit):
                self._refresh_hit(one)
            self.hovered = hit

    def choose_wire(self, edge: Edge | None) -> None:
        """Make a wire the one that Delete takes away."""
        self._swap_wire("chosen_wire", edge)

    def light_wire(self, edge: Edge | None) -> None:
        """Show which wire a drop would split."""
        self._swap_wire("lit_wire", edge)

    def hide_wire(self, edge: Edge | None) -> None:
        """Do not draw a wire while a gesture holds its end."""
        self._swap_wire("hidden_wire", edge)

    def glow(self, node_ids: Collection[str]) -> None:
        """Show which nodes can take the wire in hand."""
        if node_ids != self.glowing:
            self.glowing = frozenset(node_ids)
            self.update()

    @property
    def shown_selection(self) -> frozenset[str]:
        """The selection, or what a rubber band would make of it."""
        return self.session.selection if self.banded is None else self.banded

    def preview_selection(self, node_ids: frozenset[str] | None) -> None:
        """Show another selection than the session's, for now."""
        if node_ids != self.banded:
            self.refresh_cards((node_ids or self.session.selection) ^ self.shown_selection)
            self.banded = node_ids

    @property
    def focused(self) -> frozenset[str]:
        """The node that the keyboard is at, if the canvas has the keyboard."""
        return frozenset({self.current}) if self.has_focus and self.current else frozenset()

    def set_current(self, node_id: str, *, has_focus: bool) -> None:
        """Show where the keyboard is."""
        for one in (self.current, node_id):
            self._refresh_card(one)
        self.current, self.has_focus = node_id, has_focus
        self.current_changed.emit()

    def restyle(self) -> None:
        """Take on the theme in force."""
        self.look = make_look(theme())
        for node in self.session.network.nodes.values():
            self._renew_face(node)
        self.wire_faces.forget_labels()
        self.node_layer.forget_overview()
        self.update()

    def rewrite_shapes(self) -> None:
        """Shapes are read in another order of axes now."""
        for node in self.session.network.nodes.values():
            self._renew_face(node)
        self.wire_faces.forget_labels()
        self.update()

    def content_rect(self) -> QRectF:
        """The rectangle around all cards, empty when there are none."""
        bounds = self.diagram.bounds
        return QRectF() if bounds is None else qt_rect(bounds)

    # --- repainting ----------------------------------------------------------------------------

    def _route(self, edges: Collection[Edge], *, care: Care = "full") -> None:
        """Lay wires anew. Many at once are laid in haste, and with care when there is time."""
        many = len(edges) > MOST_AT_ONCE or self.session.is_growing
        hurried = care == "full" and many
        for edge in edges:
            self._lay(edge, "none" if hurried else care)
        if hurried:
            self.later_routes.put(edges)
        else:
            self.later_routes.discard(edges)

    def _lay(self, edge: Edge, care: Care = "full") -> None:
        self._refresh_wire(edge)
        self.wire_faces.forget(edge)
        self.diagram.route((edge,), care=care)
        self._refresh_wire(edge)

    def _swap_wire(self, name: str, edge: Edge | None) -> None:
        before: Edge | None = getattr(self, name)
        if before != edge:
            setattr(self, name, edge)
            self._refresh_wire(before)
            self._refresh_wire(edge)

    def _refresh_hit(self, hit: Hit) -> None:
        self._refresh_card(hit.node)
        self._refresh_wire(hit.edge)

    def refresh_cards(self, node_ids: Iterable[str]) -> None:
        """Paint cards again."""
        for node_id in node_ids:
            self._refresh_card(node_id)

    def _refresh_card(self, node_id: str) -> None:
        if self._repaints_all:
            return
        card = self.diagram.cards.get(node_id)
        if card is not None:
            self.update(qt_rect(card.rect.grown(_HALO)))

    def _refresh_wire(self, edge: Edge | None) -> None:
        if self._repaints_all:
            return
        wire = self.diagram.wires.get(edge) if edge is not None else None
        if wire is not None:
            self.update(qt_rect(wire.rect.grown(_HALO)))
            label = self.wire_faces.known_label(edge) if edge is not None else None
            if label is not None:
                self.update(label)


def qt_rect(rect: Rect) -> QRectF:
    """The same rectangle for Qt."""
    return QRectF(rect.left, rect.top, rect.width, rect.height)


def _output_ports(node: Node) -> int:
    """Only a block has more than one."""
    return 1 if node.block is None else max(1, len(outlets(node.block.network)))

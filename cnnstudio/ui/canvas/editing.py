"""The canvas's commands that change the network or the clipboard: one method per user action, one edit per method."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from cnnstudio.core import edits
from cnnstudio.core.block_edits import group, ungroup
from cnnstudio.core.blocks import BLOCK_OUTPUT
from cnnstudio.core.document import Edit
from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH, COLUMN_GAP, GRID, arrange
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Position
from cnnstudio.core.params import Params
from cnnstudio.layers.swaps import Swap, new_ids, swapped
from cnnstudio.ui.canvas import alignment, clipboard, placing, wiring
from cnnstudio.ui.canvas.geometry import Point, card_rect, snapped, united
from cnnstudio.ui.canvas.output_list import first_free
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.opening import CancelledError
from cnnstudio.ui.session import translated

T = TypeVar("T")
Patiently = Callable[[Callable[[], T]], T]
"""Calls a function that may take long, in a way that nobody feels. May raise CancelledError."""

PASTE_STEP = 3 * GRID
ARRANGED_AT_ONCE = 1000
"""Working out where more nodes go would be felt."""


def at_once(function: Callable[[], T]) -> T:
    """Simply call it."""
    return function()


class Editing(QObject):
    """Works on the session's selection. Refused edits change nothing; the session says why."""

    def __init__(self, scene: CanvasScene, parent: QObject) -> None:
        super().__init__(parent)
        self._scene = scene
        self._session = scene.session
        self._pasted_text = ""
        self._pasted_path: tuple[str, ...] = ()
        self._pastes = 0

    def places(self) -> dict[str, Position]:
        """Where every node stands, written in the document or not."""
        return {node_id: self._scene.position(node) for node_id, node in self._session.network.nodes.items()}

    def apply(self, edit: Edit, label: Message, *, merge_key: str = "") -> bool:
        """One undoable edit, which also writes down the places of nodes that had none in the document."""
        return self._session.apply(self._settling(edit), label, merge_key=merge_key)

    def _settling(self, edit: Edit) -> Edit:
        """The same edit, which also writes down the places of nodes that had none in the document."""
        laid_out = self._scene.laid_out()
        if not laid_out:
            return edit

        def settled(network: Network) -> Network:
            after = edit(network)
            if after is network:
                return network
            missing = {
                node_id: place
                for node_id, place in laid_out.items()
                if node_id in after.nodes and after.nodes[node_id].position is None
            }
            return edits.move(after, missing)

        return settled

    def insert(self, insertion: placing.Insertion) -> bool:
        """Put a new node in, and select it."""
        catalogue = self._session.catalogue
        label = Message("Add {name}", name=insertion.node.label)
        if not self.apply(lambda network: insertion.apply_to(network, catalogue), label):
            return False
        self._session.select([insertion.node.id])
        return True

    def insert_layer(
        self,
        layer_type: str,
        empty_place: Position,
        output: int | None = None,
        *,
        params: Mapping[str, object] | None = None,
    ) -> bool:
        """Insert a layer after the selection, or after the last layer; into an empty network at `empty_place`.

        `output` is the one it goes on from, by default the first that feeds nothing yet. `params` are its own from the
        start.
        """
        spec = self._session.catalogue.get(layer_type)
        if spec is None:
            return False
        network, places = self._session.network, self.places()
        feeders = self.feeders() if spec.maximum_inputs != 0 else ()
        if len(feeders) > 1 and not wiring.is_variadic(spec):
            feeders = feeders[-1:]
        node = self._session.new_node(layer_type, fed_by=feeders[0] if feeders else "")
        if node is None:
            return False
        if params is not None:
            node = replace(node, params=Params(params))
        if feeders:
            if output is None:
                output = self.free_output(feeders[0]) if len(feeders) == 1 else 0
            return self.insert(placing.following(network, places, node, feeders, output))
        if places:
            right = max(x for x, _ in places.values()) + CARD_WIDTH + COLUMN_GAP
            empty_place = right, min(y for _, y in places.values())
        return self.insert(placing.standing(places, placing.at(node, empty_place)))

    def add_fed_by(self, layer_type: str, source: str, point: Point, output: int = 0) -> bool:
        """Insert a layer fed by an output of `source`, its input at `point`."""
        node = self._session.new_node(layer_type, fed_by=source)
        if node is None:
            return False
        place = snapped(point[0] - CARD_WIDTH / 2), snapped(point[1])
        standing = placing.standing(self.places(), placing.at(node, place), (source,))
        return self.insert(replace(standing, output=output))

    def free_output(self, node_id: str) -> int:
        """The output that a node goes on from unless another is chosen."""
        return first_free(self._session.network, node_id, self._scene.diagram.cards[node_id].outputs)

    def feeders(self) -> tuple[str, ...]:
        """What a new layer would follow: the selection in the order of the data, or the last layer."""
        order = self._session.analysis.order
        chosen = tuple(node_id for node_id in order if node_id in self._session.selection)
        if chosen or not order:
            return chosen
        network = self._session.network
        last = next((i for i in reversed(order) if not network.outputs(i)), order[-1])
        if network.nodes[last].type == BLOCK_OUTPUT and network.inputs(last):
            last = network.inputs(last)[0].source  # an open block grows in front of its output
        return (last,)

    # --- taking away ---------------------------------------------------------------------------

    def delete(self, wire: Edge | None = None) -> None:
        """Take the selected nodes away, bridging the gaps; else the chosen wire."""
        chosen = self._session.selection
        if not chosen:
            if wire is not None:
                self.disconnect_wires((wire,))
            return
        neighbours = self._neighbours(chosen)
        self.apply(lambda network: edits.remove(network, chosen), self._label("Delete", chosen))
        self._session.select(neighbours)

    def disconnect_wires(self, wires: Collection[Edge]) -> None:
        """Take wires away."""
        nodes = self._session.network.nodes
        label = Message("Disconnect {count} wires", count=len(wires))
        if len(wires) == 1:
            (edge,) = wires
            label = Message(
                "Disconnect {source} from {target}",
                source=nodes[edge.source].label,
                target=nodes[edge.target].label,
            )
        self.apply(lambda network: edits.disconnect(network, wires), label)

    def _neighbours(self, chosen: Collection[str]) -> list[str]:
        """What to select once `chosen` are gone: what fed the first of them, so that a chain goes on growing there."""
        network = self._session.network
        for node_id in self._session.analysis.order:
            if node_id in chosen:
                feeders = [edge.source for edge in network.inputs(node_id) if edge.source not in chosen]
                return feeders[:1]
        return []

    # --- clipboard -----------------------------------------------------------------------------

    def copy(self) -> bool:
        """Put the selected nodes on the clipboard as project JSON; whether there were any."""
        piece = self._positioned(clipboard.part(self._session.network, self._session.selection))
        if not piece.nodes:
            return False
        text = clipboard.copied_text(piece, self._session.document.project.name)
        QGuiApplication.clipboard().setText(text)
        self._pasted_text, self._pasted_path, self._pastes = text, self._session.path, 0
        return True

    def cut(self) -> None:
        """Copy, then delete."""
        if self.copy():
            chosen = self._session.selection
            self.apply(lambda network: edits.remove(network, chosen), self._label("Cut", chosen))
            self._pastes = -1

    def paste(self, centre: Point, patiently: Patiently[Network] = at_once) -> None:
        """Add the layers on the clipboard: beside what was copied, or near `centre`, over no other, if from elsewhere.

        A long text is read by `patiently`, which may raise CancelledError.
        """
        text = QGuiApplication.clipboard().text()
        reading = partial(clipboard.pasted, text)
        try:
            piece = patiently(reading) if len(text) > clipboard.SHORT_TEXT else reading()
        except CancelledError:
            return
        except clipboard.PasteError as error:
            self._session.refused.emit(translated(error.message))
            return
        if text != self._pasted_text or self._session.path != self._pasted_path:
            self._pasted_text, self._pasted_path, self._pastes = text, self._session.path, -1
            piece = self._clear(_centred(self._positioned(piece), centre))
        self._pastes += 1
        self._add_copy(piece, (self._pastes * PASTE_STEP, self._pastes * PASTE_STEP), "Paste")

    def _clear(self, piece: Network) -> Network:
        """Moved to the right until it covers no card."""
        cards = self._scene.diagram
        rect = united(card_rect(*node.position) for node in piece.nodes.values() if node.position)
        if rect is None:
            return piece
        dx = 0.0
        while covered := cards.cards_in(rect.moved(dx, 0)):
            right = max(cards.cards[node_id].rect.right for node_id in covered)
            dx = snapped(max(right + COLUMN_GAP - rect.left, dx + GRID))
        return _moved(piece, dx, 0)

    def insert_network(self, piece: Network, centre: Point) -> None:
        """Add the layers of another network around a point."""
        self._add_copy(_centred(self._positioned(piece), centre), (0.0, 0.0), "Insert")

    def duplicate(self) -> None:
        """Add a copy of the selected nodes beside them."""
        piece = self._positioned(clipboard.part(self._session.network, self._session.selection))
        self._add_copy(piece, (PASTE_STEP, PASTE_STEP), "Duplicate")

    def _positioned(self, piece: Network) -> Network:
        """With a place for every node."""
        places = self.places()
        arranged = arrange(piece) if any(node.position is None for node in piece.nodes.values()) else {}
        return Network.of(
            (
                placing.at(node, node.position or places.get(node_id) or arranged[node_id])
                for node_id, node in piece.nodes.items()
            ),
            piece.edges,
        )

    def copy_by(self, offset: Point) -> None:
        """Add a copy of the selected nodes that far from them."""
        piece = self._positioned(clipboard.part(self._session.network, self._session.selection))
        self._add_copy(piece, offset, "Copy")

    def _add_copy(self, piece: Network, offset: Point, verb: str) -> None:
        if not piece.nodes:
            return
        nodes, wires = clipboard.with_new_ids(
            piece,
            self._session.network,
            self._mint,
            lambda place: (place[0] + offset[0], place[1] + offset[1]),
        )
        chosen = [node.id for node in nodes]
        label = (
            Message(f"{verb} {{name}}", name=nodes[0].label)
            if len(nodes) == 1
            else Message(f"{verb} {{count}} layers", count=len(nodes))
        )
        if self.apply(lambda network: edits.add(network, nodes, wires), label):
            self._session.select(chosen)

    def _mint(self, layer_type: str) -> str:
        spec = self._session.catalogue.get(layer_type)
        return self._session.mint(spec.prefix if spec is not None else layer_type.lower())

    def swap(self, node_id: str, swap: Swap) -> bool:
        """Put other layers in a node's place, in one step."""
        session = self._session
        node = session.network.nodes.get(node_id)
        if node is None:
            return False
        ids = new_ids(swap, session.catalogue, session.mint)
        places = placing.chained(self.places(), node_id, ids)
        label = Message("Swap {name}: {title}", name=node.label, title=swap.title)
        done = self.apply(lambda network: edits.move(swapped(network, node_id, swap, ids), places), label)
        if done:
            session.select([*ids, node_id])
        return done

    # --- the rest ------------------------------------------------------------------------------

    def wanted_wire(self) -> tuple[str, str] | None:
        """The two selected nodes, the upper one first, if a wire can be drawn; else it is said why not."""
        chosen = sorted(self._session.selection, key=lambda node_id: self.places()[node_id][1])
        if len(chosen) != 2:
            self._session.refused.emit(self.tr("Select two layers to connect them."))
            return None
        source, target = chosen
        network, catalogue = self._session.network, self._session.catalogue
        reason = wiring.refusal(network, catalogue, source=source, target=target)
        if reason is not None:
            self._session.refused.emit(translated(reason))
            return None
        return source, target

    def draw_wire(self, source: str, target: str, output: int = 0) -> None:
        """Draw a wire from an output of `source` to `target`."""
        network, catalogue = self._session.network, self._session.catalogue
        label = Message(
            "Connect {source} to {target}",
            source=network.nodes[source].label,
            target=network.nodes[target].label,
        )
        self.apply(
            lambda network: wiring.connected(network, catalogue, source=source, target=target, output=output),
            label,
        )

    def disconnect_selection(self) -> None:
        """Take the wires between the selected nodes away."""
        chosen = self._session.selection
        between = [e for e in self._session.network.edges if e.source in chosen and e.target in chosen]
        if between:
            self.disconnect_wires(between)
        else:
            self._session.refused.emit(
                self.tr("Select the layers at both ends of a wire to disconnect them.")
            )

    # --- blocks --------------------------------------------------------------------------------

    def group(self) -> bool:
        """Put the selected nodes into a new block, wires kept; whether that could be done."""
        chosen, places = self._session.selection, self.places()
        block_id = self._session.mint("block")
        done = self.apply(
            lambda network: group(network, chosen, block_id=block_id, places=places),
            Message("Group {count} layers into {name}", count=len(chosen), name=block_id),
        )
        if done:
            self._session.select([block_id])
        return done

    def ungroup(self) -> None:
        """Put the nodes of the selected blocks in their place, wires kept."""
        network, places = self._session.network, self.places()
        blocks = [i for i in network.nodes if i in self._session.selection and network.nodes[i].block]
        if not blocks:
            self._session.refused.emit(self.tr("Select a block to ungroup it."))
            return

        def edit(before: Network) -> Network:
            for block_id in blocks:
                before = ungroup(
                    before, block_id, mint=lambda node: self._mint(node.type), place=places[block_id]
                )
            return before

        if self.apply(edit, self._label("Ungroup", blocks)):
            self._session.select(self._session.network.nodes.keys() - network.nodes.keys())

    # --- the rest ------------------------------------------------------------------------------

    def rename(self, node_id: str, name: str) -> bool:
        """Call a node something else; whether that could be done."""
        node = self._session.network.nodes.get(node_id)
        if node is None:
            return True
        label = Message("Rename {old} to {new}", old=node.label, new=name.strip() or node_id)
        return self.apply(lambda network: edits.rename(network, node_id, name), label)

    def nudge(self, dx: float, dy: float) -> None:
        """Move the selected nodes a little; nudges in a row are one step of history."""
        chosen, places = self._session.selection, self.places()
        moved = {node_id: (places[node_id][0] + dx, places[node_id][1] + dy) for node_id in chosen}
        key = "nudge " + " ".join(sorted(chosen))
        self.apply(lambda network: edits.move(network, moved), self._label("Move", chosen), merge_key=key)

    def arrange(self, patiently: Patiently[dict[str, Position]] = at_once) -> None:
        """Lay everything out anew. Where that takes long it is worked out by `patiently`."""
        working_out = partial(arrange, self._session.network)
        try:
            arranged = (
                patiently(working_out)
                if len(self._session.network.nodes) > ARRANGED_AT_ONCE
                else working_out()
            )
        except CancelledError:
            return
        self._session.apply(lambda network: edits.move(network, arranged), Message("Arrange the network"))

    def align(self, side: alignment.Side) -> None:
        """Put the selected nodes in one column or row."""
        before = self._chosen_places(2, self.tr("Select two or more layers to align them."))
        self._settle(before, alignment.aligned(before, side), "Align")

    def distribute(self, direction: alignment.Direction) -> None:
        """Put the selected nodes at equal distances."""
        before = self._chosen_places(3, self.tr("Select three or more layers to distribute them."))
        self._settle(before, alignment.distributed(before, direction), "Distribute")

    def _chosen_places(self, fewest: int, reason: str) -> dict[str, Position]:
        places = self.places()
        chosen = {node_id: places[node_id] for node_id in places if node_id in self._session.selection}
        if len(chosen) < fewest:
            self._session.refused.emit(reason)
            return {}
        return chosen

    def _settle(self, before: Mapping[str, Position], after: dict[str, Position], verb: str) -> None:
        if after != before:
            self.apply(lambda network: edits.move(network, after), self._label(verb, after))

    def _label(self, verb: str, chosen: Collection[str]) -> Message:
        """`verb` and the one node's name, or how many layers."""
        if len(chosen) == 1:
            (node_id,) = chosen
            return Message(f"{verb} {{name}}", name=self._session.network.nodes[node_id].label)
        return Message(f"{verb} {{count}} layers", count=len(chosen))


def _centred(piece: Network, centre: Point) -> Network:
    """Moved so that its middle is near `centre`, on the grid."""
    xs = [node.position[0] for node in piece.nodes.values() if node.position]
    ys = [node.position[1] for node in piece.nodes.values() if node.position]
    if not xs:
        return piece
    dx = snapped(centre[0] - (min(xs) + max(xs) + CARD_WIDTH) / 2)
    dy = snapped(centre[1] - (min(ys) + max(ys) + CARD_HEIGHT) / 2)
    return _moved(piece, dx, dy)


def _moved(piece: Network, dx: float, dy: float) -> Network:
    return Network.of(
        (
            placing.at(node, (node.position[0] + dx, node.position[1] + dy)) if node.position else node
            for node in piece.nodes.values()
        ),
        piece.edges,
    )

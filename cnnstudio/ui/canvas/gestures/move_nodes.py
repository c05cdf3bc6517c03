"""Moving nodes: together, on the grid or in line with what is nearby. A loose node dropped on a wire splits it.

With Alt held, copies are moved and the nodes themselves stay; with Control pressed while dragging too, since some window
managers keep a drag with Alt for themselves, to move the window. Control held before is for adding to the selection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, Qt

from cnnstudio.core import edits
from cnnstudio.core.layout import CARD_HEIGHT
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Position
from cnnstudio.ui.canvas import alignment, wiring
from cnnstudio.ui.canvas.geometry import card_rect
from cnnstudio.ui.canvas.gestures.interaction import Interaction, Pointer

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView

Alt = Qt.KeyboardModifier.AltModifier
Control = Qt.KeyboardModifier.ControlModifier

GUIDE_REACH = 6.0
"""How near a card must come to another's column or row to snap to it, in pixels of the screen."""


class MoveNodes(Interaction):
    """`held` is the node under the pointer; all selected nodes move with it."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, view: CanvasView, pointer: Pointer, held: str) -> None:
        super().__init__(view)
        cards = self._scene.diagram.cards
        chosen = self._session.selection if held in self._session.selection else frozenset({held})
        self._start = pointer.scene
        self._copying = Alt if pointer.modifiers & Control else Alt | Control
        self._held = held
        self._places: dict[str, Position] = {
            node_id: (cards[node_id].x, cards[node_id].y) for node_id in chosen if node_id in cards
        }
        self._now = dict(self._places)
        self._edge: Edge | None = None
        self._copies = False

    def move(self, pointer: Pointer) -> None:
        x, y = self._places[self._held]
        x += pointer.scene[0] - self._start[0]
        y += pointer.scene[1] - self._start[1]
        found = alignment.snap(x, y, self._neighbours(), GUIDE_REACH / self._view.viewpoint.scale)
        dx, dy = found.x - self._places[self._held][0], found.y - self._places[self._held][1]
        self._now = {node_id: (px + dx, py + dy) for node_id, (px, py) in self._places.items()}
        copies = bool(pointer.modifiers & self._copying)
        self._show_cards(copies)
        self._scene.overlay.show_guides(guide_lines(found))
        self._edge = None if copies else self._wire_below(pointer)
        self._scene.light_wire(self._edge)

    def _show_cards(self, copies: bool) -> None:
        """The cards where they are dragged to, or copies of them there."""
        if copies:
            if not self._copies:
                self._scene.restore_cards()
            faces = self._scene.faces
            self._scene.overlay.show_ghosts([(faces[node_id], place) for node_id, place in self._now.items()])
        else:
            self._scene.overlay.show_ghosts([])
            self._scene.shift_cards(self._now)
        self._copies = copies

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)
        self._scene.overlay.clear()
        self._scene.light_wire(None)
        if self._copies:
            (x, y), (to_x, to_y) = self._places[self._held], self._now[self._held]
            if (x, y) != (to_x, to_y):
                self._session.select(self._places)
                self._view.editing.copy_by((to_x - x, to_y - y))
        elif self._now != self._places:
            self._view.editing.apply(self._edited, self._label())
        self._scene.restore_cards()

    def cancel(self) -> None:
        self._scene.overlay.clear()
        self._scene.light_wire(None)
        self._scene.restore_cards()

    def _edited(self, network: Network) -> Network:
        moved = edits.move(network, self._now)
        if self._edge is None:
            return moved
        return edits.splice(moved, node=moved.nodes[self._held], edge=self._edge)

    def _label(self) -> Message:
        nodes = self._session.network.nodes
        name = nodes[self._held].label
        if self._edge is not None:
            return Message(
                "Put {name} between {source} and {target}",
                name=name,
                source=nodes[self._edge.source].label,
                target=nodes[self._edge.target].label,
            )
        if len(self._places) == 1:
            return Message("Move {name}", name=name)
        return Message("Move {count} layers", count=len(self._places))

    def _neighbours(self) -> list[Position]:
        seen = self._view.viewpoint.visible_rect()
        cards = self._scene.diagram.cards
        return [
            (cards[node_id].x, cards[node_id].y)
            for node_id in self._scene.diagram.cards_in(seen)
            if node_id not in self._places
        ]

    def _wire_below(self, pointer: Pointer) -> Edge | None:
        """The wire that the one loose node moved would split."""
        network = self._session.network
        if len(self._places) > 1 or network.inputs(self._held) or network.outputs(self._held):
            return None
        spec = self._session.spec_of(network.nodes[self._held])
        if spec is not None and spec.maximum_inputs == 0:
            return None
        x, y = self._scene.diagram.cards[self._held].rect.center
        reach = CARD_HEIGHT / 3
        edge = self._scene.diagram.wire_hit(x, y, reach=reach).edge
        if edge is None:
            edge = self._scene.diagram.wire_hit(*pointer.scene, reach=reach).edge
        refused = edge is not None and wiring.refusal(
            network, self._session.catalogue, source=edge.source, target=self._held
        )
        return None if refused else edge


def guide_lines(found: alignment.Snap) -> tuple[QLineF, ...]:
    """Lines between the cards that are in line, from one to the other and over neither."""
    lines: list[QLineF] = []
    here = card_rect(found.x, found.y)
    if found.column is not None:
        upper, lower = sorted((here, card_rect(*found.column)), key=lambda rect: rect.top)
        lines.append(QLineF(here.center[0], upper.bottom, here.center[0], max(lower.top, upper.bottom)))
    if found.row is not None:
        left, right = sorted((here, card_rect(*found.row)), key=lambda rect: rect.left)
        lines.append(QLineF(left.right, here.center[1], max(right.left, left.right), here.center[1]))
    return tuple(lines)

"""What can be done on the canvas: one method per command of its menus and keys, without the events that call them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import QGraphicsView, QWidget

from cnnstudio.core.document import Edit
from cnnstudio.core.layout import CARD_WIDTH
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Position
from cnnstudio.layers.swap_pieces import SWAPPABLE
from cnnstudio.ui.canvas.alignment import Direction, Side
from cnnstudio.ui.canvas.arranging import Glide
from cnnstudio.ui.canvas.editing import Editing
from cnnstudio.ui.canvas.geometry import Point, card_rect, united
from cnnstudio.ui.canvas.look import FULL_DETAIL
from cnnstudio.ui.canvas.minimap import Minimap
from cnnstudio.ui.canvas.placing import Insertion
from cnnstudio.ui.canvas.popups import Popups
from cnnstudio.ui.canvas.scene import CanvasScene, qt_rect
from cnnstudio.ui.canvas.viewpoint import STEP, Viewpoint
from cnnstudio.ui.motion import may_move
from cnnstudio.ui.opening import Opening
from cnnstudio.ui.session import Session

T = TypeVar("T")

MOST_GLIDING = 1000
"""More cards would glide in jerks."""


class CanvasCommands(QGraphicsView):
    """The commands of a canvas whose parts the view makes."""

    picture_requested = Signal(bool)
    """The network is wanted as a picture: on the clipboard (true), or in a file."""
    swap_requested = Signal(str)
    """Other layers are wanted in the place of a node: its id."""
    zoom_changed = Signal(float)
    """The zoom; 1.0 is 100 %."""

    session: Session
    canvas: CanvasScene
    viewpoint: Viewpoint
    editing: Editing
    _popups: Popups
    minimap: Minimap
    _glide: Glide | None

    def apply(self, edit: Edit, label: Message) -> bool:
        """One undoable edit; see `Editing.apply`."""
        return self.editing.apply(edit, label)

    def insert(self, insertion: Insertion) -> bool:
        """Put a new node in, select it and show it."""
        done = self.editing.insert(insertion)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        return done

    def insert_layer(
        self,
        layer_type: str,
        output: int | None = None,
        *,
        params: Mapping[str, object] | None = None,
    ) -> None:
        """Insert a layer after the selection, or after the last layer, wired, selected and in view.

        `output` is the one it goes on from, by default the first that feeds nothing yet. `params` are its own from the
        start.
        """
        seen = self.viewpoint.visible_rect()
        middle = seen.center[0] - CARD_WIDTH / 2, seen.top + seen.height / 4
        if self.editing.insert_layer(layer_type, middle, output, params=params):
            self.show_selection()

    def delete(self) -> None:
        """Take the selected nodes, or the chosen wire, away."""
        self.editing.delete(self.canvas.chosen_wire)

    def disconnect_wires(self, wires: Collection[Edge]) -> None:
        """Take wires away."""
        self.editing.disconnect_wires(wires)

    def copy(self) -> None:
        """Put the selected nodes on the clipboard."""
        self.editing.copy()

    def cut(self) -> None:
        """Copy and delete the selected nodes."""
        self.editing.cut()

    def paste(self) -> None:
        """Add the layers on the clipboard."""
        with_note = partial(self._patiently, self.tr("Paste"), self.tr("Reading what was copied…"))
        self.editing.paste(self.viewpoint.visible_rect().center, with_note)
        self.show_selection()

    def _patiently(self, title: str, phase: str, function: Callable[[], T]) -> T:
        with Opening(self.window(), title) as opening:
            return opening.wait_for(phase, function)

    def insert_network(self, network: Network, centre: Point) -> None:
        """Add the layers of another network around a point of the scene, selected and in view."""
        self.editing.insert_network(network, centre)
        self.show_selection()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def duplicate(self) -> None:
        """Copy the selected nodes beside themselves."""
        self.editing.duplicate()
        self.show_selection()

    def toggle_current(self) -> None:
        """Add the node that the keyboard is at to the selection, or take it out."""
        current = self.canvas.current
        if current:
            self.session.select(self.session.selection ^ {current})
            self.canvas.set_current(current, has_focus=self.hasFocus())

    def disconnect_selection(self) -> None:
        """Take the wires between the selected nodes away."""
        self.editing.disconnect_selection()

    def select_all(self) -> None:
        """Select every node."""
        self.session.select(self.session.network.nodes)

    def connect_selection(self) -> None:
        """Wire the two selected nodes; of several outputs one is chosen from a list."""
        wire = self.editing.wanted_wire()
        if wire is None:
            return
        if self.canvas.diagram.cards[wire[0]].outputs > 1:
            self._popups.connect_from_chosen_output(*wire)
        else:
            self.editing.draw_wire(*wire)

    def arrange(self) -> None:
        """Lay the network out anew; the cards glide to their places."""
        nodes = self.session.network.nodes
        with_note = partial(
            self._patiently, self.tr("Auto-arrange"), self.tr("Finding a place for every layer…")
        )
        self._glide_to(nodes, lambda: self.editing.arrange(with_note))
        if self.isVisible() and nodes:
            bounds = self.canvas.diagram.bounds
            if self.is_gliding:
                bounds = united(card_rect(*place) for place in self.places().values())
            if bounds is not None:
                self.viewpoint.reveal(qt_rect(bounds))

    @property
    def is_gliding(self) -> bool:
        """Whether cards are on their way to new places."""
        return self._glide is not None and self._glide.state() == Glide.State.Running

    def _glide_to(self, node_ids: Collection[str], edit: Callable[[], object]) -> None:
        """Do an edit that moves these nodes, and let their cards glide from where they were."""
        self.finish_glide()
        if len(node_ids) > MOST_GLIDING or not (self.isVisible() and may_move()):
            edit()
            return
        before = {node_id: (card.x, card.y) for node_id, card in self.canvas.diagram.cards.items()}
        with self.canvas.holding(node_ids):
            edit()
        nodes = self.session.network.nodes
        moved = {
            node_id: place
            for node_id, place in before.items()
            if node_id in nodes and place != self.canvas.position(nodes[node_id])
        }
        if moved:
            self._glide = Glide(self.canvas, moved, self)
            self._glide.rested.connect(self.minimap.forget)
            self._glide.start()
        else:
            self.canvas.restore_cards()

    def align(self, side: Side) -> None:
        """Put the selected nodes in one column or row."""
        self._glide_to(self.session.selection, lambda: self.editing.align(side))

    def distribute(self, direction: Direction) -> None:
        """Put the selected nodes at equal distances."""
        self._glide_to(self.session.selection, lambda: self.editing.distribute(direction))

    def group(self) -> None:
        """Put the selected nodes into a block."""
        self.editing.group()

    def ungroup(self) -> None:
        """Put the nodes of the selected blocks in their place."""
        self.editing.ungroup()

    def open_block(self) -> None:
        """Show what is in the selected block, or in the one that the keyboard is at."""
        node_id = next(iter(self.session.selection), "") if len(self.session.selection) == 1 else ""
        node = self.session.network.nodes.get(node_id or self.canvas.current)
        if node is None or node.block is None:
            self.session.refused.emit(self.tr("Select one block to open it."))
        else:
            self.session.enter(node.id)

    def leave_block(self) -> None:
        """Go up one level."""
        if self.session.leave():
            self.show_selection()

    def rename(self) -> None:
        """Open the field in which the current node is renamed."""
        if self.canvas.current:
            self._popups.rename(self.canvas.current)

    def quick_add(self) -> None:
        """Open the list of layers that fit after the selection, or after the last layer."""
        self._popups.quick_add()

    def find_node(self) -> None:
        """Open the field that finds nodes."""
        self._popups.find()

    def find_next(self) -> None:
        """Lead to the next node of the last search."""
        self._popups.find_next()

    @property
    def can_swap(self) -> bool:
        """Whether one convolution is selected."""
        nodes = [self.session.network.nodes[node_id] for node_id in self.session.selection]
        return len(nodes) == 1 and nodes[0].type in SWAPPABLE

    def swap(self) -> None:
        """Compare the selected convolution with what could stand in its place."""
        if self.can_swap:
            self.swap_requested.emit(next(iter(self.session.selection)))
        else:
            self.session.refused.emit(self.tr("Select one convolution to swap it for another kind."))

    def copy_picture(self) -> None:
        """Put the whole network on the clipboard as a picture."""
        self.picture_requested.emit(True)

    def export_picture(self) -> None:
        """Save the whole network as a picture."""
        self.picture_requested.emit(False)

    @property
    def popup(self) -> QWidget | None:
        """What is open over the canvas."""
        return self._popups.open

    def finish_glide(self) -> None:
        """Cards that glide are where they belong, at once."""
        if self._glide is not None:
            self._glide.finish_now()
            self._glide = None

    def fit(self) -> None:
        """Show the whole network."""
        self._tell_zoom(self.viewpoint.fit(self.canvas.content_rect()))

    def zoom_reset(self) -> None:
        """Show everything at its own size."""
        self._tell_zoom(self.viewpoint.zoom_to(1.0))

    def zoom_in(self) -> None:
        """One step nearer."""
        self._tell_zoom(self.viewpoint.zoom_to(self.viewpoint.scale * STEP))

    def zoom_out(self) -> None:
        """One step away."""
        self._tell_zoom(self.viewpoint.zoom_to(self.viewpoint.scale / STEP))

    def show_node(self, node_id: str) -> None:
        """Select a node and bring it into view."""
        self.session.select([node_id])
        self.show_selection()

    def centre_node(self, node_id: str) -> None:
        """Select a node and bring it to the middle, large enough to be read."""
        card = self.canvas.diagram.cards.get(node_id)
        if card is None:
            return
        self.session.select([node_id])
        if self.viewpoint.scale < FULL_DETAIL and self.viewpoint.zoom_to(1.0):
            self.zoom_changed.emit(self.viewpoint.scale)
        self.viewpoint.centre_on(qt_rect(card.rect).center())

    def show_selection(self) -> None:
        """Bring the selected nodes into view."""
        bounds = self.canvas.diagram.bounds_of(self.session.selection)
        if bounds is not None:
            self.viewpoint.reveal(qt_rect(bounds))

    def places(self) -> dict[str, Position]:
        """Where every node stands."""
        return self.editing.places()

    def node_place(self, node_id: str) -> QRect:
        """Where a node's card is, in pixels of the viewport."""
        return self.mapFromScene(qt_rect(self.canvas.diagram.cards[node_id].rect)).boundingRect()

    def _tell_zoom(self, changed: bool) -> None:
        self._popups.close_fleeting()
        if changed:
            self.zoom_changed.emit(self.viewpoint.scale)

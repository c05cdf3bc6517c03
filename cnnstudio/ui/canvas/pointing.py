"""What the mouse does: which press becomes which gesture, what a click selects, what the pointer lights up."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from cnnstudio.core.network import Edge
from cnnstudio.core.spec import LayerSpec
from cnnstudio.ui.canvas.diagram import NOTHING, Hit, Wire
from cnnstudio.ui.canvas.edge_scroll import EdgeScroll
from cnnstudio.ui.canvas.gestures.draw_wire import DrawWire, DrawWireBackwards, MoveWireEnd, MoveWireStart
from cnnstudio.ui.canvas.gestures.drop_layer import DropLayer
from cnnstudio.ui.canvas.gestures.interaction import Interaction, Pointer
from cnnstudio.ui.canvas.gestures.move_nodes import MoveNodes
from cnnstudio.ui.canvas.gestures.pan import Pan
from cnnstudio.ui.canvas.gestures.rubber_band import ADDING, RubberBand

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView

HIT_REACH = 10.0
"""How near to a port or a wire the pointer must come, in pixels of the screen."""


class Pointing(QObject):
    """Holds the one gesture that runs."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._scene = view.canvas
        self._session = view.session
        self._interaction: Interaction | None = None
        self._pending: tuple[Pointer, Hit] | None = None
        """Where a button was pressed that is neither a click nor a drag yet."""
        self._last: Pointer | None = None
        self._hand = False
        self._edge_scroll = EdgeScroll(self)
        self._edge_scroll.scroll.connect(self._scroll_along)

    @property
    def interaction(self) -> Interaction | None:
        """The gesture that is running."""
        return self._interaction

    @property
    def is_busy(self) -> bool:
        """Whether a button is held."""
        return self._interaction is not None or self._pending is not None

    def pointer_at(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        """The pointer at a place in the viewport."""
        point = self._view.viewpoint.scene_point(position)
        return Pointer((point.x(), point.y()), position.toPoint(), modifiers)

    def hit(self, pointer: Pointer) -> Hit:
        """What is under the pointer."""
        reach = HIT_REACH / max(self._view.viewpoint.scale, 0.3)
        return self._scene.diagram.hit(*pointer.scene, reach=reach)

    def hold_hand(self, held: bool) -> None:
        """Space: the left button pans while it is held."""
        self._hand = held
        self._set_cursor()

    # --- buttons -------------------------------------------------------------------------------

    def press(self, pointer: Pointer) -> None:
        """The left button went down."""
        if self.is_busy:
            return
        hit = self.hit(pointer)
        if self._hand:
            self.pan(pointer)
        elif hit.kind == "output" and (chosen := self._scene.chosen_wire) and _leaves(chosen, hit):
            self._begin(MoveWireStart(self._view, pointer, chosen))
        elif hit.kind == "output":
            self._begin(DrawWire(self._view, pointer, hit.node, hit.port))
        elif hit.kind == "input" and hit.edge is not None:
            self._begin(MoveWireEnd(self._view, pointer, hit.edge))
        elif hit.kind == "input":
            self._begin(DrawWireBackwards(self._view, pointer, hit.node, hit.port))
        else:
            self._pending = pointer, hit
            self.choose(pointer, hit)

    def pan(self, pointer: Pointer) -> None:
        """The middle button went down."""
        if not self.is_busy:
            self._begin(Pan(self._view, pointer))

    def choose(self, pointer: Pointer, hit: Hit) -> None:
        """Select what was pressed."""
        if hit.kind in {"card", "name"}:
            chosen = self._session.selection
            self._scene.set_current(hit.node, has_focus=True)
            if pointer.modifiers & ADDING:
                self._session.select(chosen ^ {hit.node})
            elif hit.node not in chosen:
                self._session.select([hit.node])
        elif hit.kind == "wire":
            self._session.select(())
            self._scene.choose_wire(hit.edge)

    def move(self, pointer: Pointer, *, is_held: bool) -> None:
        """The pointer is here now."""
        self._last = pointer
        self._drag(pointer)
        if self._interaction is not None:
            self._interaction.move(pointer)
            if self._interaction.scrolls:
                self._edge_scroll.follow(pointer.viewport, self._view.viewport().rect())
            if self._interaction.is_over_target:
                self._edge_scroll.hold()
        elif not is_held:
            self._scene.hover(self.hit(pointer))
            self._set_cursor()

    def release(self, pointer: Pointer) -> None:
        """The button went up."""
        if self._interaction is not None:
            interaction, self._interaction = self._interaction, None
            self._end()
            interaction.finish(pointer)
        elif self._pending is not None:
            _, hit = self._pending
            self._pending = None
            self._click(pointer, hit)

    def cancel(self) -> None:
        """End the running gesture as Escape does."""
        self._pending = None
        if self._interaction is not None:
            interaction, self._interaction = self._interaction, None
            self._end()
            interaction.cancel()

    def leave(self) -> None:
        """The pointer left the canvas."""
        if self._interaction is None:
            self._scene.hover(NOTHING)

    def _drag(self, pointer: Pointer) -> None:
        if self._pending is None:
            return
        start, hit = self._pending
        if (pointer.viewport - start.viewport).manhattanLength() < QApplication.startDragDistance():
            return
        self._pending = None
        if hit.edge is not None and hit.kind == "wire" and hit.edge in self._scene.diagram.wires:
            self._begin(self._wire_in_hand(start, self._scene.diagram.wires[hit.edge]))
        elif hit.kind not in {"card", "name"}:
            self._begin(RubberBand(self._view, start))
        elif hit.node in self._session.selection:
            self._begin(MoveNodes(self._view, start, hit.node))

    def _wire_in_hand(self, pointer: Pointer, wire: Wire) -> Interaction:
        """A wire is dragged: the end nearer to the pointer comes along."""
        (x, y), first, last = pointer.scene, wire.points[0], wire.points[-1]
        if math.hypot(x - first[0], y - first[1]) < math.hypot(x - last[0], y - last[1]):
            return MoveWireStart(self._view, pointer, wire.edge)
        return MoveWireEnd(self._view, pointer, wire.edge)

    def _click(self, pointer: Pointer, hit: Hit) -> None:
        if pointer.modifiers & ADDING:
            return
        if hit.kind in {"card", "name"}:
            self._session.select([hit.node])
        elif hit.kind == "empty":
            self._scene.choose_wire(None)
            self._session.select(())

    # --- layers from the palette ---------------------------------------------------------------

    def begin_drop(self, spec: LayerSpec) -> None:
        """A layer is dragged over the canvas."""
        self.cancel()
        self._begin(DropLayer(self._view, spec))

    @property
    def is_dropping(self) -> bool:
        """Whether a layer is dragged over the canvas."""
        return isinstance(self._interaction, DropLayer)

    # --- the rest ------------------------------------------------------------------------------

    def _begin(self, interaction: Interaction) -> None:
        self._view.finish_glide()
        self._interaction = interaction
        self._view.minimap.make_way(True)
        self._scene.hover(NOTHING)
        self._view.viewport().setCursor(interaction.cursor)

    def _end(self) -> None:
        self._view.minimap.make_way(False)
        self._edge_scroll.stop()
        self._set_cursor()

    def _set_cursor(self) -> None:
        kind = self._scene.hovered.kind
        if self._interaction is not None:
            return
        if self._hand:
            self._view.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        elif kind in {"input", "output"}:
            self._view.viewport().setCursor(Qt.CursorShape.CrossCursor)
        elif kind == "wire":
            self._view.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self._view.viewport().unsetCursor()

    def _scroll_along(self, offset: QPoint) -> None:
        """The pointer rests near the edge: scroll, and let the gesture follow."""
        if self._interaction is not None and self._last is not None:
            self._view.viewpoint.scroll_by(offset)
            pointer = self.pointer_at(QPointF(self._last.viewport), self._last.modifiers)
            self._interaction.move(pointer)
            if self._interaction.is_over_target:
                self._edge_scroll.hold()


def _leaves(edge: Edge, port: Hit) -> bool:
    return (edge.source, edge.output) == (port.node, port.port)

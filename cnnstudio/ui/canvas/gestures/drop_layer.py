"""Dragging a new layer onto the canvas: a ghost card shows where it will stand and what will be wired to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH
from cnnstudio.core.network import Edge, Position
from cnnstudio.core.spec import LayerSpec
from cnnstudio.ui.canvas import alignment, placing, wiring
from cnnstudio.ui.canvas.geometry import input_port
from cnnstudio.ui.canvas.gestures.interaction import Interaction, Pointer
from cnnstudio.ui.canvas.gestures.move_nodes import GUIDE_REACH, guide_lines
from cnnstudio.ui.canvas.node_face import Content, NodeFace
from cnnstudio.ui.shape_text import shape_text

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView

WIRE_REACH = 20.0
"""How near to a wire the pointer must come to split it, in pixels of the screen."""


class DropLayer(Interaction):
    """One layer from the palette.

    On a wire it splits the wire. Elsewhere, if exactly one node is selected, feeds nothing yet and stands above, that
    node feeds it: so a chain grows by dropping one layer under the other. With Alt held nothing is wired.
    """

    def __init__(self, view: CanvasView, spec: LayerSpec) -> None:
        super().__init__(view)
        self._spec = spec
        self._edge: Edge | None = None
        self._source = ""
        self._place: Position = (0.0, 0.0)

    def move(self, pointer: Pointer) -> None:
        x, y = pointer.scene
        scale = self._view.viewpoint.scale
        places = self._view.editing.places()
        seen = self._scene.diagram.cards_in(self._view.viewpoint.visible_rect())
        found = alignment.snap(
            x - CARD_WIDTH / 2,
            y - CARD_HEIGHT / 2,
            [places[node_id] for node_id in seen],
            2 * GUIDE_REACH / scale,
        )
        self._place = found.x, found.y
        wired = not pointer.modifiers & Qt.KeyboardModifier.AltModifier and self._spec.maximum_inputs != 0
        self._edge = self._scene.diagram.wire_hit(x, y, reach=WIRE_REACH / scale).edge if wired else None
        self._source = self._feeder() if wired and self._edge is None else ""
        self._show(found)

    def finish(self, pointer: Pointer) -> None:
        self.move(pointer)
        self.cancel()
        source = self._edge.source if self._edge is not None else self._source
        new = self._session.new_node(self._spec.type, fed_by=source)
        if new is None:
            return
        node = placing.at(new, self._place)
        places = self._view.editing.places()
        if self._edge is not None:
            insertion = placing.splicing(places, node, self._edge)
        else:
            insertion = placing.standing(places, node, (self._source,) if self._source else ())
        self._view.insert(insertion)

    def cancel(self) -> None:
        self._scene.overlay.clear()
        self._scene.light_wire(None)

    def _feeder(self) -> str:
        """The one selected node, if it feeds nothing yet and stands above."""
        selection = self._session.selection
        if len(selection) != 1:
            return ""
        (node_id,) = selection
        card = self._scene.diagram.cards[node_id]
        if self._session.network.outputs(node_id) or self._place[1] < card.rect.bottom:
            return ""
        return node_id

    def _show(self, found: alignment.Snap) -> None:
        overlay = self._scene.overlay
        source = self._edge.source if self._edge is not None else self._source
        shape = None
        if source:
            output = self._edge.output if self._edge is not None else 0
            fed = wiring.shape_at(self._session.analysis.nodes, source, output)
            shape = wiring.output_of(self._spec, (fed,))
        elif self._spec.maximum_inputs == 0:
            shape = wiring.output_of(self._spec, ())
        content = Content(
            name=self._spec.prefix,
            type=self._spec.type,
            category=self._spec.category,
            summary=wiring.default_summary(self._spec),
            shape=shape_text(shape) if shape is not None else "",
        )
        self._scene.light_wire(self._edge)
        overlay.show_ghost(NodeFace(lambda: content, self._scene.look), self._place)
        overlay.show_guides(() if self._edge is not None else guide_lines(found))
        if self._source:
            overlay.show_wire(self._scene.diagram.cards[self._source].output(), input_port(*self._place))
        else:
            overlay.hide_wire()

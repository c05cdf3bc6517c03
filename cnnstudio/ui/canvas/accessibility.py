"""The canvas for screen readers: a list whose items are the nodes, in the order of the data.

A node's own children are the wires into it. The focused item follows the node that the keyboard is at. What lies over the canvas (search, quick-add, map) follows
the nodes as further children.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QPoint, QPointF, QRect, QRectF
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface, QColor
from PySide6.QtWidgets import QAccessibleWidget
from shiboken6 import isValid

from cnnstudio.core.analysis import BLOCKED
from cnnstudio.core.network import Edge
from cnnstudio.ui.canvas.spoken import spoken_description, spoken_name, spoken_wire

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView

_CLASS = "CanvasView"

_NONE = cast("QAccessibleInterface", None)
"""Qt takes None for no interface; its stubs do not say so."""


class CanvasAccessible(QAccessibleWidget):
    """The canvas itself: named and described as the widget is, its children the nodes."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view, QAccessible.Role.List)
        self._view = view
        self._nodes: dict[str, NodeAccessible] = {}
        self._wires: dict[Edge, WireAccessible] = {}

    def order(self) -> list[str]:
        """The ids of the nodes in the order of the children."""
        session = self._view.session
        nodes = session.network.nodes
        return [node_id for node_id in dict.fromkeys((*session.analysis.order, *nodes)) if node_id in nodes]

    def node(self, node_id: str) -> NodeAccessible:
        """The interface of a node, always the same one.

        It is kept when the node goes, and says then that it is not valid: Qt may still hold it.
        """
        found = self._nodes.get(node_id)
        if found is None:
            found = self._nodes[node_id] = NodeAccessible(self, self._view, node_id)
        return found

    def wire(self, edge: Edge) -> WireAccessible:
        """The interface of a wire, always the same one; kept as that of a node is."""
        found = self._wires.get(edge)
        if found is None:
            found = self._wires[edge] = WireAccessible(self, self._view, edge)
        return found

    def _over(self) -> list[QAccessibleInterface]:
        """What lies over the canvas."""
        widgets = (self._view.minimap, self._view.popup)
        return [
            QAccessible.queryAccessibleInterface(widget)
            for widget in widgets
            if widget is not None and widget.isVisible()
        ]

    def childCount(self) -> int:
        return len(self._view.session.network.nodes) + len(self._over())

    def child(self, index: int) -> QAccessibleInterface:
        order = self.order()
        if 0 <= index < len(order):
            return self.node(order[index])
        over = self._over()
        return over[index - len(order)] if 0 <= index - len(order) < len(over) else _NONE

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        order = self.order()
        if isinstance(child, NodeAccessible):
            return order.index(child.node_id) if child.node_id in order else -1
        objects = [interface.object() for interface in self._over()]
        return len(order) + objects.index(child.object()) if child.object() in objects else -1

    def childAt(self, x: int, y: int) -> QAccessibleInterface:
        view = self._view
        for interface in self._over():
            if interface.rect().contains(x, y):
                return interface
        place = view.viewport().mapFromGlobal(QPoint(x, y))
        point = view.viewpoint.scene_point(QPointF(place))
        hit = view.canvas.diagram.hit(point.x(), point.y(), reach=1.0)
        return self.node(hit.node) if hit.kind in {"card", "name", "input", "output"} else _NONE

    def focusChild(self) -> QAccessibleInterface:
        current = self._view.canvas.current
        return self.node(current) if current in self._view.session.network.nodes else _NONE


class NodeAccessible(QAccessibleInterface):
    """One node: an item of the list."""

    def __init__(self, canvas: CanvasAccessible, view: CanvasView, node_id: str) -> None:
        super().__init__()
        self._canvas = canvas
        self._view = view
        self.node_id = node_id

    def isValid(self) -> bool:
        return isValid(self._view) and self.node_id in self._view.session.network.nodes

    def object(self) -> QObject:
        return cast("QObject", None)  # a card is no QObject

    def parent(self) -> QAccessibleInterface:
        return self._canvas

    def _wires(self) -> tuple[Edge, ...]:
        return self._view.session.network.inputs(self.node_id) if self.isValid() else ()

    def child(self, index: int) -> QAccessibleInterface:
        wires = self._wires()
        return self._canvas.wire(wires[index]) if 0 <= index < len(wires) else _NONE

    def childAt(self, x: int, y: int) -> QAccessibleInterface:  # noqa: ARG002 - Qt's signature
        return _NONE

    def childCount(self) -> int:
        return len(self._wires())

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        wires = self._wires()
        return wires.index(child.edge) if isinstance(child, WireAccessible) and child.edge in wires else -1

    def text(self, kind: QAccessible.Text) -> str:
        if not self.isValid():
            return ""
        session = self._view.session
        node, analysis = session.network.nodes[self.node_id], session.analysis
        known, problems = analysis.nodes.get(node.id, BLOCKED), analysis.of(node.id)
        if kind == QAccessible.Text.Name:
            return spoken_name(node, session.catalogue, known, problems)
        if kind == QAccessible.Text.Description:
            return spoken_description(node, session.network, known, problems)
        return ""

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        if kind == QAccessible.Text.Name:
            self._view.editing.rename(self.node_id, text)

    def rect(self) -> QRect:
        if not self.isValid():
            return QRect()
        place = self._view.node_place(self.node_id)
        return place.translated(self._view.viewport().mapToGlobal(QPoint(0, 0)))

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.ListItem

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        view = self._view
        state.focusable = state.selectable = state.extSelectable = state.movable = True
        state.selected = self.node_id in view.session.selection
        state.focused = view.hasFocus() and view.canvas.current == self.node_id
        state.offscreen = not view.viewport().rect().intersects(view.node_place(self.node_id))
        state.invalid = any(d.severity == "error" for d in view.session.analysis.of(self.node_id))
        return state

    def foregroundColor(self) -> QColor:
        return self._view.canvas.look.text

    def backgroundColor(self) -> QColor:
        return self._view.canvas.look.surface


class WireAccessible(QAccessibleInterface):
    """One wire: a child of the node that it ends at."""

    def __init__(self, canvas: CanvasAccessible, view: CanvasView, edge: Edge) -> None:
        super().__init__()
        self._canvas = canvas
        self._view = view
        self.edge = edge

    def isValid(self) -> bool:
        return isValid(self._view) and self.edge in self._view.session.network.inputs(self.edge.target)

    def object(self) -> QObject:
        return cast("QObject", None)  # a wire is no QObject

    def parent(self) -> QAccessibleInterface:
        return self._canvas.node(self.edge.target)

    def child(self, index: int) -> QAccessibleInterface:  # noqa: ARG002 - Qt's signature
        return _NONE

    def childAt(self, x: int, y: int) -> QAccessibleInterface:  # noqa: ARG002 - Qt's signature
        return _NONE

    def childCount(self) -> int:
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: ARG002 - Qt's signature
        return -1

    def text(self, kind: QAccessible.Text) -> str:
        if kind != QAccessible.Text.Name or not self.isValid():
            return ""
        session = self._view.session
        return spoken_wire(self.edge, session.network, session.analysis)

    def setText(self, kind: QAccessible.Text, text: str) -> None:
        """A wire has no name of its own."""

    def rect(self) -> QRect:
        wire = self._view.canvas.diagram.wires.get(self.edge)
        if wire is None or not self.isValid():
            return QRect()
        box = QRectF(wire.rect.left, wire.rect.top, wire.rect.width, wire.rect.height)
        place = self._view.mapFromScene(box).boundingRect()
        return place.translated(self._view.viewport().mapToGlobal(QPoint(0, 0)))

    def role(self) -> QAccessible.Role:
        return QAccessible.Role.Graphic

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        if not self.isValid():
            state.invalid = True
            return state
        view = self._view
        state.selectable = True
        state.selected = view.canvas.chosen_wire == self.edge
        problems = view.session.analysis.of(self.edge.target)
        state.invalid = any(d.edge == self.edge and d.severity == "error" for d in problems)
        return state

    def foregroundColor(self) -> QColor:
        return self._view.canvas.look.text

    def backgroundColor(self) -> QColor:
        return self._view.canvas.look.surface


class Announcer(QObject):
    """Tells screen readers what changed: where the keyboard is, what that node is now, which nodes there are."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._said: tuple[str, bool] = ("", False)
        _install()
        view.canvas.current_changed.connect(self._on_current)
        view.session.analysed.connect(self._on_analysed)

    def _interface(self) -> CanvasAccessible | None:
        """None while nobody listens."""
        if not QAccessible.isActive():
            return None
        found = QAccessible.queryAccessibleInterface(self._view)
        return found if isinstance(found, CanvasAccessible) else None

    def _on_current(self) -> None:
        scene = self._view.canvas
        now = (scene.current, scene.has_focus)
        if now != self._said:
            self._said = now
            if scene.has_focus:
                self._send(QAccessible.Event.Focus)

    def _on_analysed(self) -> None:
        if self._view.canvas.has_focus and self._view.canvas.current:
            self._send(QAccessible.Event.NameChanged)

    def _send(self, kind: QAccessible.Event) -> None:
        interface = self._interface()
        if interface is None:
            return
        event = QAccessibleEvent(self._view, kind)
        order = interface.order()
        if self._view.canvas.current in order:
            event.setChild(order.index(self._view.canvas.current))
        QAccessible.updateAccessibility(event)


_installed = False


def _install() -> None:
    """Tell Qt, once per process, who speaks for a canvas."""
    global _installed  # noqa: PLW0603 - Qt keeps one list of factories per process
    if not _installed:
        _installed = True
        QAccessible.installFactory(_interface_for)


def _interface_for(class_name: str, widget: QObject | None) -> QAccessibleInterface | None:
    if class_name != _CLASS or widget is None:
        return None
    return CanvasAccessible(cast("CanvasView", widget))

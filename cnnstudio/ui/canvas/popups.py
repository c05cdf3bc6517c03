"""What opens on top of the canvas: the quick-add list, the rename field, the search. One at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication, QWidget

from cnnstudio.ui.canvas import finding, wiring
from cnnstudio.ui.canvas.diagram import NAME_HEIGHT
from cnnstudio.ui.canvas.find_field import FindField, Searched
from cnnstudio.ui.canvas.output_list import OutputList, outputs_of
from cnnstudio.ui.canvas.quick_add import WIDTH, Choice, QuickAdd, choices
from cnnstudio.ui.canvas.rename_field import RenameField
from cnnstudio.ui.canvas.scene import qt_rect

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView


class Popups(QObject):
    """Opens and closes them, and does what is chosen in them."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._scene = view.canvas
        self._session = view.session
        self._open: QWidget | None = None
        self._node = ""
        self._wanted = ""
        self._point = QPointF()
        self._target = ""
        self._output = 0
        self._wanted_output: int | None = None

    @property
    def open(self) -> QWidget | None:
        """The popup that is open."""
        return self._open

    def quick_add(self) -> None:
        """The list of layers that fit after the selection, or after the last layer.

        After a layer with several outputs, a list of these comes first.
        """
        feeders = self._view.editing.feeders()
        if len(feeders) == 1 and self._scene.diagram.cards[feeders[0]].outputs > 1:
            self._show_outputs(feeders[0]).chosen.connect(self._quick_add_after)
        else:
            self._quick_add(feeders, None)

    def connect_from_chosen_output(self, source: str, target: str) -> None:
        """The list of outputs of `source`; the chosen one feeds `target`."""
        popup = self._show_outputs(source)
        self._node, self._target = source, target
        popup.chosen.connect(self._connect)

    def _show_outputs(self, node_id: str) -> OutputList:
        self.close()
        network, known = self._session.network, self._session.analysis.nodes
        outputs = outputs_of(network, known, node_id, self._scene.diagram.cards[node_id].outputs)
        popup = OutputList(
            network.nodes[node_id].label,
            outputs,
            self._view.editing.free_output(node_id),
            self._place_under(node_id),
            self._view,
        )
        self._open = popup
        popup.dismissed.connect(self.close)
        return popup

    def _place_under(self, node_id: str) -> QPoint:
        """Under a card if it is in view."""
        card = self._view.node_place(node_id)
        if self._view.rect().intersects(card):
            return card.bottomLeft() + QPoint(0, 12)
        return QPoint((self._view.width() - WIDTH) // 2, self._view.height() // 4)

    def _quick_add_after(self, output: int) -> None:
        self._quick_add(self._view.editing.feeders(), output)

    def _quick_add(self, feeders: tuple[str, ...], output: int | None) -> None:
        known = self._session.analysis.nodes
        place = QPoint((self._view.width() - WIDTH) // 2, self._view.height() // 4)
        if feeders:
            place = self._place_under(feeders[-1])
        shapes = tuple(wiring.shape_at(known, node_id, output or 0) for node_id in feeders)
        popup = self._show_list(choices(self._session.placeable, shapes), place)
        self._wanted_output = output
        popup.chosen.connect(self._insert)

    def quick_add_at(self, point: QPointF, source: str, output: int) -> None:
        """The list of layers that fit after an output of `source`; the chosen one goes to `point`, in scene pixels."""
        shape = wiring.shape_at(self._session.analysis.nodes, source, output)
        fitting = choices(self._session.placeable, (shape,))
        popup = self._show_list(fitting, self._view.mapFromScene(point) + QPoint(-24, 8))
        self._node, self._point, self._output = source, point, output
        self._scene.overlay.show_wire(
            self._scene.diagram.cards[source].output(output), (point.x(), point.y())
        )
        popup.chosen.connect(self._add_at_point)

    def rename(self, node_id: str) -> None:
        """The field in which a node is renamed, brought into view."""
        self.close()
        card = self._scene.diagram.cards[node_id].rect
        self._view.viewpoint.reveal(qt_rect(card))
        name = QRectF(card.left + 8, card.top + 4, card.width - 16, NAME_HEIGHT)
        place = self._view.mapFromScene(name).boundingRect()
        place.setHeight(max(place.height(), 28))
        place.setWidth(max(place.width(), 140))
        self._node = node_id
        field = RenameField(self._session.network.nodes[node_id].label, place, self._view)
        self._open = field
        field.submitted.connect(self._rename)
        field.dismissed.connect(self.close)

    def find(self) -> None:
        """The field in which nodes are searched for, with what was searched for last."""
        self.close()
        field = FindField(self._searched, self._wanted, self._view)
        self._open = field
        field.found.connect(self._view.centre_node)
        field.dismissed.connect(self.close)

    def find_next(self) -> None:
        """Lead to the next node of the last search; without one, open the field."""
        if isinstance(self._open, FindField):
            self._open.show_next()
            return
        searched = self._searched()
        found = finding.matches(searched.texts, searched.labels, self._wanted)
        if not found:
            self.find()
            return
        current = self._scene.current
        number = (found.index(current) + 1) % len(found) if current in found else 0
        self._view.centre_node(found[number])

    def _searched(self) -> Searched:
        network = self._session.network
        texts = finding.searched_texts(network, self._session.catalogue, self._session.analysis)
        return Searched(texts, {node_id: node.label for node_id, node in network.nodes.items()})

    def close_fleeting(self) -> None:
        """Close what stands at a place of the canvas; the search stays while one looks around."""
        if not isinstance(self._open, FindField):
            self.close()

    def resettle(self) -> None:
        """The canvas has another size."""
        if isinstance(self._open, FindField):
            self._open.settle()

    def close(self) -> None:
        """Close what is open, and give the keyboard back to the canvas if it was there."""
        popup, self._open = self._open, None
        if popup is None:
            return
        if isinstance(popup, FindField):
            self._wanted = popup.wanted
        focused = QApplication.focusWidget()
        had_keyboard = focused is not None and (popup is focused or popup.isAncestorOf(focused))
        popup.blockSignals(True)
        popup.hide()
        popup.deleteLater()
        self._scene.overlay.clear()
        if had_keyboard:
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_list(self, fitting: list[Choice], place: QPoint) -> QuickAdd:
        self.close()
        popup = QuickAdd(fitting, place, self._view)
        self._open = popup
        popup.dismissed.connect(self.close)
        return popup

    def _insert(self, layer_type: str) -> None:
        self.close()
        self._view.insert_layer(layer_type, self._wanted_output)
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _connect(self, output: int) -> None:
        self.close()
        self._view.editing.draw_wire(self._node, self._target, output)
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _add_at_point(self, layer_type: str) -> None:
        self.close()
        place = self._point.x(), self._point.y()
        self._view.editing.add_fed_by(layer_type, self._node, place, self._output)
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _rename(self, name: str) -> None:
        field = self._open
        if not isinstance(field, RenameField):
            return
        reasons: list[str] = []
        self._session.refused.connect(reasons.append)
        done = self._view.editing.rename(self._node, name)
        self._session.refused.disconnect(reasons.append)
        if done or not field.hasFocus():
            self.close()
        else:
            field.mark(is_refused=True, reason=reasons[0] if reasons else "")

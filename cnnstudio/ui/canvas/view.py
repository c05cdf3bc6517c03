"""The canvas: shows the session's network and turns mouse, keys and drops into gestures and commands.

Hit-testing, geometry and the decisions behind an edit live in modules without Qt; this one only passes events on.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QLabel, QToolTip, QWidget

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.change import Change
from cnnstudio.core.document import Edit
from cnnstudio.core.layout import CARD_WIDTH, GRID
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Position
from cnnstudio.layers.swap_pieces import SWAPPABLE
from cnnstudio.ui.canvas import walking
from cnnstudio.ui.canvas.accessibility import Announcer
from cnnstudio.ui.canvas.alignment import Direction, Side
from cnnstudio.ui.canvas.arranging import Glide
from cnnstudio.ui.canvas.backdrop import paint_backdrop
from cnnstudio.ui.canvas.context_menu import context_menu
from cnnstudio.ui.canvas.editing import Editing
from cnnstudio.ui.canvas.geometry import Point
from cnnstudio.ui.canvas.gestures.interaction import Interaction
from cnnstudio.ui.canvas.keys import ARROWS, command_for
from cnnstudio.ui.canvas.look import FULL_DETAIL
from cnnstudio.ui.canvas.mime import dragged_layer_type
from cnnstudio.ui.canvas.minimap import Minimap
from cnnstudio.ui.canvas.placing import Insertion
from cnnstudio.ui.canvas.pointing import Pointing
from cnnstudio.ui.canvas.popups import Popups
from cnnstudio.ui.canvas.scene import CanvasScene, qt_rect
from cnnstudio.ui.canvas.viewpoint import STEP, Viewpoint
from cnnstudio.ui.motion import may_move
from cnnstudio.ui.session import Session
from cnnstudio.ui.theme import theme, theme_state


class CanvasView(QGraphicsView):
    """The network as cards and wires, to look at and to edit."""

    quick_add_requested = Signal(QPointF, str)
    """A wire was let go over nothing: the scene point, and the node it comes from."""
    node_activated = Signal(str)
    """A node was double-clicked or entered: its id. The inspector may take the keyboard."""
    picture_requested = Signal(bool)
    """The network is wanted as a picture: on the clipboard (true), or in a file."""
    swap_requested = Signal(str)
    """Other layers are wanted in the place of a node: its id."""
    zoom_changed = Signal(float)
    """The zoom; 1.0 is 100 %."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Network canvas"))
        self.setAccessibleDescription(
            self.tr("Arrow keys walk from layer to layer, slash adds one, F2 renames, Delete takes one away.")
        )
        self.session = session
        self.canvas = CanvasScene(session, self)
        self.setScene(self.canvas)
        self.viewpoint = Viewpoint(self)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.editing = Editing(self.canvas, self)
        self._popups = Popups(self)
        self._pointing = Pointing(self)
        self.minimap = Minimap(self)
        self._announcer = Announcer(self)
        self._shows_start = True
        self._glide: Glide | None = None
        self._hint = QLabel(self.tr("Drag a layer here, or press /"), self)
        self._hint.setObjectName("canvasHint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        session.changed.connect(self._on_change)
        session.analysed.connect(self._on_analysis)
        session.selection_changed.connect(self._on_selection)
        theme_state().changed.connect(self.restyle)
        self.quick_add_requested.connect(self._popups.quick_add_at)
        self.restyle()
        self._on_selection(session.selection)

    # --- following the session -----------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        self._pointing.cancel()
        self.finish_glide()
        if change and not self.canvas.faces.keys() - set(change.removed) and len(change.added) > 1:
            self._shows_start = True  # another network is shown
        self.canvas.follow(change)
        if change:
            self.minimap.forget()
        self._show_hint()
        if self._shows_start and self.isVisible():
            self._show_start()

    def _on_analysis(self, analysis: Analysis) -> None:
        self.canvas.show_analysis(analysis)
        self.minimap.forget()

    def _on_selection(self, selection: frozenset[str]) -> None:
        if selection:
            self.canvas.choose_wire(None)
        current = self.canvas.current
        if current not in selection:
            current = next(iter(sorted(selection)), "")
        self.canvas.set_current(current, has_focus=self.hasFocus())
        self.canvas.update()

    def restyle(self) -> None:
        """Take on the theme in force."""
        self.canvas.restyle()
        self.minimap.forget()
        colors = theme()
        self.setBackgroundBrush(colors.color("canvas"))
        self._hint.setStyleSheet(f"color: {colors.text_muted}; font-size: 15px; background: transparent;")
        self._show_hint()

    def _show_hint(self) -> None:
        self._hint.setVisible(not self.session.network.nodes)

    # --- commands ------------------------------------------------------------------------------

    def apply(self, edit: Edit, label: Message) -> bool:
        """One undoable edit; see `Editing.apply`."""
        return self.editing.apply(edit, label)

    def insert(self, insertion: Insertion) -> bool:
        """Put a new node in, select it and show it."""
        done = self.editing.insert(insertion)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        return done

    def insert_layer(self, layer_type: str) -> None:
        """Insert a layer after the selection, or after the last layer, wired, selected and in view."""
        seen = self.viewpoint.visible_rect()
        middle = seen.center[0] - CARD_WIDTH / 2, seen.top + seen.height / 4
        if self.editing.insert_layer(layer_type, middle):
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
        self.editing.paste(self.viewpoint.visible_rect().center)
        self.show_selection()

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
        """Wire the two selected nodes."""
        self.editing.connect_selection()

    def arrange(self) -> None:
        """Lay the network out anew; the cards glide to their places."""
        before = self.editing.arrange()
        self._glide_from(before)
        if self.isVisible() and before:
            self.viewpoint.reveal(self.canvas.content_rect())

    def _glide_from(self, before: Mapping[str, Position]) -> None:
        """Let cards glide from where they were to where the document has them by now."""
        if self.isVisible() and before and may_move():
            self.canvas.shift_cards(before)
            self.finish_glide()
            self._glide = Glide(self.canvas, before, self)
            self._glide.start()

    def align(self, side: Side) -> None:
        """Put the selected nodes in one column or row."""
        self._glide_from(self.editing.align(side))

    def distribute(self, direction: Direction) -> None:
        """Put the selected nodes at equal distances."""
        self._glide_from(self.editing.distribute(direction))

    def group(self) -> None:
        """Put the selected nodes into a block."""
        self.editing.group()

    def ungroup(self) -> None:
        """Put the nodes of the selected blocks in their place."""
        self.editing.ungroup()

    def open_block(self) -> None:
        """Show what is in the selected block, or in the one that the keyboard is at."""
        node_id = next(iter(self.session.selection), "") if len(self.session.selection) == 1 else ""
        if not self.session.enter(node_id or self.canvas.current):
            self.session.refused.emit(self.tr("Select one block to open it."))

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
    def interaction(self) -> Interaction | None:
        """The gesture that is running."""
        return self._pointing.interaction

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

    def _show_start(self) -> None:
        self._shows_start = False
        content = self.canvas.content_rect()
        changed = self.viewpoint.fit(content) if content.isEmpty() else self.viewpoint.show_top(content)
        if changed:
            self.zoom_changed.emit(self.viewpoint.scale)

    # --- keys ----------------------------------------------------------------------------------

    def _walk(self, event: QKeyEvent) -> None:
        direction = cast("walking.Direction", ARROWS[Qt.Key(event.key())])
        if event.modifiers() & Qt.KeyboardModifier.AltModifier:
            dx, dy = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}[direction]
            self.editing.nudge(dx * GRID, dy * GRID)
            return
        found = walking.next_node(self.session.network, self.places(), self.canvas.current, direction)
        if found is None:
            return
        kept = (
            self.session.selection if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else frozenset()
        )
        self.canvas.set_current(found, has_focus=True)
        if not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.session.select(kept | {found})
        self.viewpoint.reveal(qt_rect(self.canvas.diagram.cards[found].rect))

    def _escape(self) -> bool:
        """Whether there was something to escape from."""
        if self._pointing.is_busy:
            self._pointing.cancel()
        elif self.session.selection or self.canvas.chosen_wire is not None:
            self.canvas.choose_wire(None)
            self.session.select(())
        elif self.session.path:
            self.leave_block()
        else:
            return False
        return True

    # --- Qt ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._popups.close_fleeting()
        pointer = self._pointing.pointer_at(event.position(), event.modifiers())
        if event.button() == Qt.MouseButton.MiddleButton:
            self._pointing.pan(pointer)
        elif event.button() == Qt.MouseButton.LeftButton:
            self._pointing.press(pointer)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        pointer = self._pointing.pointer_at(event.position(), event.modifiers())
        self._pointing.move(pointer, is_held=event.buttons() != Qt.MouseButton.NoButton)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            self._pointing.release(self._pointing.pointer_at(event.position(), event.modifiers()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pointer = self._pointing.pointer_at(event.position(), event.modifiers())
        hit = self._pointing.hit(pointer)
        if hit.kind == "name":
            self._popups.rename(hit.node)
        elif hit.kind == "card":
            self.node_activated.emit(hit.node)
        else:
            self._pointing.press(pointer)

    def wheelEvent(self, event: QWheelEvent) -> None:
        pixels = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta() * 0.75
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            notches = event.angleDelta().y() / 120
            self._tell_zoom(self.viewpoint.zoom_to(self.viewpoint.scale * STEP**notches, event.position()))
        else:
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier and not pixels.x():
                pixels = QPoint(pixels.y(), 0)
            self._popups.close_fleeting()
            self.viewpoint.scroll_by(QPoint(-pixels.x(), -pixels.y()))
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        command = command_for(event)
        key = event.key()
        if key == Qt.Key.Key_Escape:
            if not self._escape():
                event.ignore()
        elif key == Qt.Key.Key_Space and command is None:
            self._pointing.hold_hand(True)
        elif self._pointing.is_busy:
            event.accept()  # nothing but Escape while a gesture runs
        elif command is not None:
            command.run(self)
        elif key in ARROWS:
            self._walk(event)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self.canvas.current:
            self.node_activated.emit(self.canvas.current)
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._pointing.hold_hand(False)

    def event(self, event: QEvent) -> bool:
        # The canvas's own keys come to it as keys, even where the window has them as shortcuts too.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (command_for(event) is not None or event.key() == Qt.Key.Key_Escape)
        ):
            event.accept()
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            pointer = self._pointing.pointer_at(QPointF(event.pos()), Qt.KeyboardModifier.NoModifier)
            text = self.canvas.tooltip(self._pointing.hit(pointer))
            if text:
                QToolTip.showText(event.globalPos(), text, self.viewport())
            else:
                QToolTip.hideText()
            return True
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            scale = self.viewpoint.scale * (1 + event.value())
            self._tell_zoom(self.viewpoint.zoom_to(scale, event.position()))
            return True
        if event.type() == QEvent.Type.Leave:
            self._pointing.leave()
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self._pointing.is_busy:
            return
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            pointer = self._pointing.pointer_at(QPointF(event.pos()), Qt.KeyboardModifier.NoModifier)
            hit = self._pointing.hit(pointer)
            if hit.kind == "empty":
                self.session.select(())
            elif hit.kind == "wire" or hit.node not in self.session.selection:
                self._pointing.choose(pointer, hit)
        menu = context_menu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(event.globalPos())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        layer_type = dragged_layer_type(event.mimeData())
        spec = self.session.catalogue.get(layer_type) if layer_type is not None else None
        if spec is None:
            event.ignore()
            return
        self._popups.close_fleeting()
        self._pointing.begin_drop(spec)
        event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if self._pointing.is_dropping:
            pointer = self._pointing.pointer_at(event.position(), event.modifiers())
            self._pointing.move(pointer, is_held=True)
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._pointing.cancel()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        if self._pointing.is_dropping:
            event.acceptProposedAction()
            self._pointing.release(self._pointing.pointer_at(event.position(), event.modifiers()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        keyboard = event.reason() in {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
        if keyboard and not self.canvas.current:
            found = walking.next_node(self.session.network, self.places(), "", "down")
            self.canvas.set_current(found or "", has_focus=True)
        self.canvas.set_current(self.canvas.current, has_focus=True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._pointing.hold_hand(False)
        self.canvas.set_current(self.canvas.current, has_focus=False)

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        paint_backdrop(painter, QRectF(rect), self.canvas.look)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.viewpoint.keep_centred(event.oldSize().width(), event.size().width())
        self._hint.setGeometry(self.rect())
        self._popups.resettle()
        self.minimap.resettle()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._shows_start:
            self._show_start()

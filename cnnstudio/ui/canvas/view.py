"""The canvas: shows the session's network and turns mouse, keys and drops into gestures and commands.

Hit-testing, geometry and the decisions behind an edit live in modules without Qt; this one only passes events on.
"""

from __future__ import annotations

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
from cnnstudio.core.layout import GRID
from cnnstudio.ui.canvas import walking
from cnnstudio.ui.canvas.accessibility import Announcer
from cnnstudio.ui.canvas.arranging import Glide
from cnnstudio.ui.canvas.backdrop import paint_backdrop
from cnnstudio.ui.canvas.commands import CanvasCommands
from cnnstudio.ui.canvas.context_menu import context_menu
from cnnstudio.ui.canvas.editing import Editing
from cnnstudio.ui.canvas.gestures.interaction import Interaction
from cnnstudio.ui.canvas.keys import ARROWS, command_for
from cnnstudio.ui.canvas.mime import dragged_layer_type
from cnnstudio.ui.canvas.minimap import Minimap
from cnnstudio.ui.canvas.pointing import Pointing
from cnnstudio.ui.canvas.popups import Popups
from cnnstudio.ui.canvas.scene import CanvasScene, qt_rect
from cnnstudio.ui.canvas.viewpoint import STEP, Viewpoint
from cnnstudio.ui.session import Session
from cnnstudio.ui.theme import theme, theme_state


class CanvasView(CanvasCommands):
    """The network as cards and wires, to look at and to edit."""

    quick_add_requested = Signal(QPointF, str, int)
    """A wire was let go over nothing: the scene point, and the node it comes from."""
    node_activated = Signal(str)
    """A node was double-clicked or entered: its id. The inspector may take the keyboard."""

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
        self._first_look: tuple[float, int, int] | None = None
        self._glide: Glide | None = None
        self._hint = QLabel(self.tr("Drag a layer here, or press /"), self)
        self._hint.setObjectName("canvasHint")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        session.changed.connect(self._on_change)
        session.analysed.connect(self._on_analysis)
        session.selection_changed.connect(self._on_selection)
        session.grown.connect(self._on_grown)
        theme_state().changed.connect(self.restyle)
        self.quick_add_requested.connect(self._popups.quick_add_at)
        self.restyle()
        self._on_selection(session.selection)

    # --- following the session -----------------------------------------------------------------

    def _on_change(self, change: Change) -> None:
        self._pointing.cancel()
        self.finish_glide()
        self.setUpdatesEnabled(
            not self.session.is_changing
        )  # painting each piece would take longer than all of them
        if change and not self.canvas.faces.keys() - set(change.removed) and len(change.added) > 1:
            self._shows_start = True  # another network is shown
        self.canvas.follow(change)
        if change:
            self.minimap.forget()
        self._show_hint()
        if self._shows_start and self.isVisible():
            self._show_start()

    def _on_grown(self) -> None:
        """Look at the beginning of what was shown piece by piece until now."""
        self._shows_start = True
        if self.isVisible():
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

    @property
    def interaction(self) -> Interaction | None:
        """The gesture that is running."""
        return self._pointing.interaction

    def _show_start(self) -> None:
        self._shows_start = False
        content = self.canvas.content_rect()
        changed = self.viewpoint.fit(content) if content.isEmpty() else self.viewpoint.show_top(content)
        self._first_look = self.viewpoint.place
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
            text = self.canvas.known.tooltip(self._pointing.hit(pointer))
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
        untouched = self._first_look == self.viewpoint.place
        super().resizeEvent(event)
        self.viewpoint.keep_centred(event.oldSize().width(), event.size().width())
        if untouched and self.isVisible() and self.interaction is None:
            self._show_start()  # nobody has looked elsewhere yet: the first look suits the new size
        self._hint.setGeometry(self.rect())
        self._popups.resettle()
        self.minimap.resettle()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._shows_start:
            self._show_start()

"""The Design workspace: palette at the left, canvas over the bottom panel, inspector at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from cnnstudio.layers.swaps import compare
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.design.bottom_panel import BAR_HEIGHT, BottomPanel
from cnnstudio.ui.design.breadcrumb import Breadcrumb
from cnnstudio.ui.design.comparison import Comparison
from cnnstudio.ui.design.fix_preview import FixPreview
from cnnstudio.ui.design.inspector.inspector import Inspector
from cnnstudio.ui.design.palette import Palette
from cnnstudio.ui.design.problems import OfferFixes
from cnnstudio.ui.design.rules_dialog import RulesDialog
from cnnstudio.ui.design.swap_dialog import SwapDialog
from cnnstudio.ui.session import Session
from cnnstudio.ui.settings import Settings

RULES_OFF = "hints/off"
"""The setting that holds the codes of the rules of thumb that the user does not want."""

PALETTE_WIDTH = 216
INSPECTOR_WIDTH = 320
PANEL_HEIGHT = 176
LOW_PANEL_HEIGHT = 152
"""Where the window is low, the canvas needs the room more."""
LOW = 720
"""A workspace of fewer pixels than this is low."""


class DesignWorkspace(QWidget):
    """Joins the parts: what one part asks for, another one does."""

    panel_folded = Signal(bool)

    def __init__(
        self,
        session: Session,
        settings: Settings,
        parent: QWidget | None = None,
        *,
        offer_fixes: OfferFixes | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self.palette_panel = Palette(session.placeable, self)
        self.canvas = CanvasView(session, self)
        self.comparison = Comparison(self.canvas)
        self.inspector = Inspector(session, self)
        self.panel = BottomPanel(session, self, offer_fixes=offer_fixes)
        self.fix_preview = FixPreview(self.canvas)
        self.panel.problems.fix_pointed_at.connect(self.fix_preview.point_at_whole)
        self.inspector.fix_pointed_at.connect(self.fix_preview.point_at)
        session.changed.connect(self._end_preview)
        self.breadcrumb = Breadcrumb(session, self)
        above = QWidget(self)
        drawing = QVBoxLayout(above)
        drawing.setContentsMargins(0, 0, 0, 0)
        drawing.setSpacing(0)
        drawing.addWidget(self.breadcrumb)
        drawing.addWidget(self.canvas, 1)
        self._middle = _splitter(Qt.Orientation.Vertical, above, self.panel)
        self._middle.setStretchFactor(0, 1)
        self._middle.setStretchFactor(1, 0)
        self._outer = _splitter(Qt.Orientation.Horizontal, self.palette_panel, self._middle, self.inspector)
        for number, stretch in enumerate((0, 1, 0)):
            self._outer.setStretchFactor(number, stretch)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._outer)
        self._outer.setSizes(settings.sizes("design/columns", 3) or [PALETTE_WIDTH, 800, INSPECTOR_WIDTH])
        self._middle.setSizes(settings.sizes("design/rows", 2) or [600, PANEL_HEIGHT])
        self._outer.splitterMoved.connect(self._remember)
        self._middle.splitterMoved.connect(self._remember)
        self.palette_panel.insert_requested.connect(self._insert)
        self.panel.node_activated.connect(self.show_node)
        self.panel.problem_activated.connect(self.show_address)
        session.path_changed.connect(self._on_path)
        session.set_rules_off(settings.texts(RULES_OFF))
        self.panel.rule_refused.connect(self._switch_off)
        self.panel.rules_wanted.connect(self.choose_rules)
        self.canvas.node_activated.connect(self._edit_node)
        self.canvas.swap_requested.connect(self.swap)
        self.inspector.swap_requested.connect(self.swap)
        self.panel.problems.fixed.connect(self._focus_canvas)
        self.palette_panel.dismissed.connect(self._focus_canvas)
        onward = QShortcut(QKeySequence(Qt.Key.Key_Tab), self.canvas)
        onward.setContext(Qt.ShortcutContext.WidgetShortcut)
        onward.activated.connect(self._leave_canvas)
        back = QShortcut(QKeySequence(Qt.Key.Key_Escape), self.inspector)
        back.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        back.activated.connect(self._focus_canvas)
        self.panel.folded_changed.connect(self._on_folded)
        self.panel.set_folded(settings.flag("design/panel_folded", default=False))

    def show_node(self, node_id: str) -> None:
        """Select a node and bring it to the middle of the canvas."""
        if node_id in self._session.network.nodes:
            self._session.select([node_id])
            self.canvas.show_node(node_id)

    def swap(self, node_id: str) -> None:
        """Compare a convolution with what could stand in its place, and put the one chosen there."""
        session = self._session
        comparison = compare(session.network, session.analysis, node_id, session.catalogue)
        if comparison is None:
            session.refused.emit(self.tr("Its input must be known before alternatives can be compared."))
            return
        dialog = SwapDialog(comparison, self)
        if dialog.exec() and dialog.chosen is not None:
            self.canvas.editing.swap(node_id, dialog.chosen)
            self.canvas.show_selection()
        dialog.deleteLater()

    def choose_rules(self) -> None:
        """Ask which rules of thumb to show, and remember the answer for this user."""
        dialog = RulesDialog(self._session.rules_off, self)
        if dialog.exec():
            self._show_rules_without(dialog.rules_off)
        dialog.deleteLater()

    def _switch_off(self, code: str) -> None:
        self._show_rules_without(self._session.rules_off | {code})

    def _show_rules_without(self, codes: frozenset[str]) -> None:
        self._settings.set_texts(RULES_OFF, sorted(codes))
        self._session.set_rules_off(codes)

    def show_address(self, address: str) -> None:
        """Open the level that a layer of the whole network stands on, and show it there."""
        node_id = self._session.reveal(address)
        if node_id:
            self.show_node(node_id)

    def set_panel_shown(self, shown: bool) -> None:
        """Open or fold the bottom panel."""
        self.panel.set_folded(not shown)

    def _insert(self, layer_type: str) -> None:
        self.canvas.insert_layer(layer_type)

    def _edit_node(self, node_id: str) -> None:
        if not self._session.enter(node_id):
            self.inspector.focus_first()

    def _end_preview(self, _change: object) -> None:
        self.fix_preview.point_at(None)

    def _on_path(self, _path: object) -> None:
        self.palette_panel.show_catalogue(self._session.placeable)
        self._focus_canvas()

    def _leave_canvas(self) -> None:
        """Tab leads from a selected node to its form."""
        if len(self._session.selection) == 1:
            self.inspector.focus_first()
        else:
            self.focusNextChild()

    def _focus_canvas(self) -> None:
        self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_folded(self, folded: bool) -> None:
        height = self._middle.height()
        if folded:
            self._middle.setSizes([height - BAR_HEIGHT, BAR_HEIGHT])
        else:
            rows = self._settings.sizes("design/rows", 2)
            below = rows[1] if rows and rows[1] > BAR_HEIGHT else self._panel_height()
            self._middle.setSizes([height - below, below])
        self._settings.set_flag("design/panel_folded", folded)
        self.panel_folded.emit(folded)

    def _panel_height(self) -> int:
        """Of the panel while the user has not chosen one."""
        return LOW_PANEL_HEIGHT if self.height() < LOW else PANEL_HEIGHT

    def _remember(self) -> None:
        self._settings.set_sizes("design/columns", self._outer.sizes())
        if not self.panel.folded:
            self._settings.set_sizes("design/rows", self._middle.sizes())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self.panel.folded and not self._settings.sizes("design/rows", 2):
            below = self._panel_height()
            self._middle.setSizes([self.height() - below, below])


def _splitter(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    splitter = QSplitter(orientation)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for widget in widgets:
        splitter.addWidget(widget)
    return splitter

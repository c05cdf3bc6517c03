"""The panel at the right: what is selected, as a form with its sums and costs."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.edits import rename
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.core.problems import Fix
from cnnstudio.layers.augmentation_front import varies_pictures
from cnnstudio.layers.swap_pieces import SWAPPABLE
from cnnstudio.ui.design.inspector.cost_section import CostSection
from cnnstudio.ui.design.inspector.formula_card import FormulaCard
from cnnstudio.ui.design.inspector.overview import Overview
from cnnstudio.ui.design.inspector.param_form import ParamForm
from cnnstudio.ui.design.problem_card import ProblemCard
from cnnstudio.ui.design.section import section_label
from cnnstudio.ui.drawings.layer_drawing import LayerDrawing
from cnnstudio.ui.icons import icon_pixmap, layer_icon_name
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.theme import GRID, theme, theme_state


class Inspector(QFrame):
    """Follows the selection: one node, several nodes, or the whole network."""

    fix_pointed_at = Signal(object)
    """A fix is pointed at, to be previewed; None: it was left."""
    swap_requested = Signal(str)
    """Other layers are wanted in the place of a node: its id."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("inspector")
        self.setAccessibleName(self.tr("Inspector"))
        self.setProperty("surface", "panel")
        self.setMinimumWidth(264)
        self._node_id = ""
        self._form: ParamForm | None = None
        self._seen: QWidget | None = None
        self._cards: tuple[object, ...] = ()
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget(scroll)
        page.setProperty("surface", "panel")
        column = QVBoxLayout(page)
        column.setContentsMargins(GRID * 2, GRID + 4, GRID * 2, GRID * 2)
        column.setSpacing(GRID)
        self._overview = Overview(session, page)
        column.addWidget(self._overview)
        self._node_page = QWidget(page)
        column.addWidget(self._node_page)
        column.addStretch(1)
        self._build_node_page()
        scroll.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        session.selection_changed.connect(self._refresh)
        session.analysed.connect(self._on_analysed)
        theme_state().changed.connect(self._refresh)
        self._refresh()

    def focus_first(self) -> None:
        """Put the cursor into the first field of the form (Tab from the canvas)."""
        if self._form is not None and self._node_page.isVisibleTo(self):
            self._form.focus_first()

    def add_before_and_after(self, view: QWidget) -> None:
        """Show this below the parameters of every layer that varies pictures."""
        self._seen = view
        view.hide()
        self._seen_place.addWidget(view)
        self._refresh()

    def _build_node_page(self) -> None:
        column = QVBoxLayout(self._node_page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        head = QHBoxLayout()
        head.setSpacing(GRID // 2)
        self._icon = QLabel(self._node_page)
        self._icon.setFixedSize(QSize(22, 22))
        self._name = QLineEdit(self._node_page)
        self._name.setObjectName("nodeName")
        self._name.setProperty("role", "flat")
        self._name.setAccessibleName(self.tr("Layer name"))
        self._name.setToolTip(self.tr("Click to rename the layer"))
        self._name.setMaxLength(100)
        font = self._name.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        self._name.setFont(font)
        self._name.editingFinished.connect(self._on_renamed)
        self._type = QLabel(self._node_page)
        self._type.setProperty("role", "muted")
        head.addWidget(self._icon)
        head.addWidget(self._name, 1)
        head.addWidget(self._type)
        column.addLayout(head)
        self._open = QPushButton(self.tr("Open the block"), self._node_page)
        self._open.setObjectName("openBlock")
        self._open.clicked.connect(self._on_open)
        column.addWidget(self._open)
        self._swap = QPushButton(self.tr("Swap…"), self._node_page)
        self._swap.setObjectName("swapLayer")
        self._swap.setProperty("role", "link")
        self._swap.setToolTip(
            self.tr("Compare this convolution with others that could stand in its place (S)")
        )
        self._swap.clicked.connect(self._on_swap)
        title = QHBoxLayout()
        title.addWidget(section_label(self.tr("Parameters"), self._node_page), 1)
        title.addWidget(self._swap, 0, Qt.AlignmentFlag.AlignBottom)
        column.addLayout(title)
        self._form_place = QVBoxLayout()
        self._form_place.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._form_place)
        self._problems = QVBoxLayout()  # below the form: a problem that comes while typing moves no field
        self._problems.setSpacing(GRID)
        column.addLayout(self._problems)
        self._seen_title = section_label(self.tr("Before and after"), self._node_page)
        self._seen_title.hide()
        column.addWidget(self._seen_title)
        self._seen_place = QVBoxLayout()
        column.addLayout(self._seen_place)
        self._formula = FormulaCard(self._session, self._node_page)
        column.addWidget(self._formula)
        self._cost = CostSection(self._session, self._node_page)
        column.addWidget(self._cost)
        self._help_title = section_label(self.tr("About this layer"), self._node_page)
        column.addWidget(self._help_title)
        self._drawing = LayerDrawing(self._node_page)
        column.addWidget(self._drawing)
        self._help = QLabel(self._node_page)
        self._help.setWordWrap(True)
        self._help.setProperty("role", "muted")
        self._help.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._help.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column.addWidget(self._help)

    def _on_analysed(self, _analysis: Analysis) -> None:
        self._refresh()

    def _refresh(self) -> None:
        selection = self._session.selection
        node = self._session.network.nodes.get(next(iter(selection))) if len(selection) == 1 else None
        self._node_page.setVisible(node is not None)
        self._overview.setVisible(node is None)
        if node is None:
            self._node_id = ""
            self._overview.refresh()
        else:
            self._show_node(node)

    def _show_node(self, node: Node) -> None:
        spec = self._session.spec_of(node)
        analysis = self._session.known
        known = analysis.nodes.get(node.id)
        category = spec.category if spec is not None else ""
        color = theme().category(category)
        self._icon.setPixmap(
            icon_pixmap(layer_icon_name(node.type, category), 20, color, self.devicePixelRatioF())
        )
        if self._node_id != node.id or not self._name.hasFocus():
            self._name.setText(node.label)
            self._name.setCursorPosition(0)
        self._node_id = node.id
        self._type.setText(node.type)
        self._open.setVisible(node.block is not None)
        self._swap.setVisible(node.type in SWAPPABLE)
        self._show_problems(node.id, analysis)
        self._show_form(node)
        if self._form is not None:
            self._form.show_node(node, known)
        varies = self._seen is not None and varies_pictures(node, self._session.layers)
        self._seen_title.setVisible(varies)
        if self._seen is not None:
            self._seen.setVisible(varies)
        self._formula.show_node(node, known)
        self._cost.show_node(node, known)
        text = translated(spec.help) if spec is not None and spec.help else ""
        self._drawing.show_layer(spec, node)
        self._help.setText(text)
        self._help.setVisible(bool(text))
        self._help_title.setVisible(bool(text))

    def _show_form(self, node: Node) -> None:
        spec = self._session.spec_of(node)
        key = ParamForm.key_of(self._session, node, spec) if spec is not None else None
        if self._form is not None and self._form.key != key:
            self._form_place.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
            self._form = None
        if self._form is None and spec is not None:
            self._form = ParamForm(self._session, node, spec, self._node_page)
            self._form_place.addWidget(self._form)

    def _show_problems(self, node_id: str, analysis: Analysis) -> None:
        found = analysis.of(node_id)
        key = (node_id, *((problem.code, problem.message) for problem in found))
        if key == self._cards:
            return
        self._cards = key
        while (item := self._problems.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for problem in found[:4]:
            card = ProblemCard(problem, "", self._node_page, compact=True)
            card.fix_chosen.connect(self._on_fix)
            card.fix_pointed_at.connect(self.fix_pointed_at)
            self._problems.addWidget(card)

    def _on_swap(self) -> None:
        self.swap_requested.emit(self._node_id)

    def _on_fix(self, fix: Fix) -> None:
        self._session.apply(fix.edit, fix.label)

    def _on_open(self) -> None:
        self._session.enter(self._node_id)

    def _on_renamed(self) -> None:
        node = self._session.network.nodes.get(self._node_id)
        if node is None or self._name.text().strip() == node.label:
            return
        name = self._name.text()
        done = self._session.apply(
            lambda network: rename(network, node.id, name),
            Message("Rename {name} to {new}", name=node.label, new=name.strip() or node.id),
        )
        if not done:
            self._name.setText(node.label)

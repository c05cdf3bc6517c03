"""The form of one node: a row per parameter, the seldom used ones folded away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from cnnstudio.core.analysis import NodeAnalysis
from cnnstudio.core.block_edits import set_repeat
from cnnstudio.core.blocks import REPEAT
from cnnstudio.core.edits import reset_params, set_params
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network, Node
from cnnstudio.core.params import Value
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import LayerSpec
from cnnstudio.ui.design.inspector.exposing import Exposing
from cnnstudio.ui.design.inspector.name_dialog import NameDialog
from cnnstudio.ui.design.inspector.param_row import ParamRow
from cnnstudio.ui.design.inspector.value_text import value_text
from cnnstudio.ui.icons import icon
from cnnstudio.ui.session import Session


class ParamForm(QWidget):
    """Made once for a node and its type; afterwards values are shown in place, so the focus stays."""

    def __init__(self, session: Session, node: Node, spec: LayerSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._node_id = node.id
        self._spec = spec
        self._key = self.key_of(session, node, spec)
        self._rows: dict[str, ParamRow] = {}
        self._exposing = Exposing(session)
        self._dialog: NameDialog | None = None
        self._strange: tuple[str, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        common = [param for param in spec.params if not param.advanced]
        rare = [param for param in spec.params if param.advanced]
        for param in common:
            self._add(param.name, self)
        self._more: QWidget | None = None
        if rare:
            changed = any(param.name in node.params for param in rare)
            self._fold_button = QToolButton(self)
            self._fold_button.setObjectName("moreParameters")
            self._fold_button.setCheckable(True)
            self._fold_button.setChecked(changed)
            self._fold_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self._fold_button.setIconSize(QSize(12, 12))
            self._fold_button.setText(self.tr("More parameters ({count})").format(count=len(rare)))
            self._fold_button.toggled.connect(self._fold)
            self._column.addWidget(self._fold_button)
            self._more = QWidget(self)
            inner = QVBoxLayout(self._more)
            inner.setContentsMargins(0, 0, 0, 0)
            inner.setSpacing(6)
            self._column.addWidget(self._more)
            for param in rare:
                self._add(param.name, self._more)
            self._fold(changed)
        if not spec.params:
            nothing = QLabel(self.tr("This layer has no parameters."), self)
            nothing.setProperty("role", "muted")
            self._column.addWidget(nothing)
        self._on_block = QPushButton(self.tr("Show on the block…"), self)
        self._on_block.setObjectName("showOnBlock")
        self._on_block.setProperty("role", "link")
        self._on_block.setIcon(icon("block", "accent"))
        self._on_block.setToolTip(
            self.tr(
                "Let a parameter of this layer be set on the block, from outside; also with a right click on it"
            )
        )
        self._on_block.clicked.connect(self._offer_params)
        self._on_block.setVisible(bool(spec.params) and self._exposing.block is not None)
        self._column.addWidget(self._on_block)
        self._leftovers = QVBoxLayout()
        self._column.addLayout(self._leftovers)

    @property
    def key(self) -> tuple[object, ...]:
        return self._key

    @staticmethod
    def key_of(session: Session, node: Node, spec: LayerSpec) -> tuple[object, ...]:
        """What a form is made for: the same node with the same parameters is shown in the same form."""
        return session.path, node.id, spec.type, spec.params

    def show_node(self, node: Node, analysis: NodeAnalysis | None) -> None:
        """Show the node's values and what the analysis says of single parameters."""
        error = analysis.error if analysis is not None else None
        blamed = {problem.param for problem in self._session.known.of(node.id)} if node.block else set()
        for name, row in self._rows.items():
            value = self._value(node, name)
            at_fault = (error is not None and error.param == name) or name in blamed
            row.show_value(value, is_default=_is_default(row, value), at_fault=at_fault)
            name_on_block = self._exposing.name_of(node.id, name)
            row.show_exposed(name_on_block, possible=self._exposing.block is not None)
        self._show_strange(node)

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        for row in self._rows.values():
            row.focus_editor()
            return

    def _add(self, name: str, parent: QWidget) -> None:
        row = ParamRow(self._spec.params_by_name[name], parent)
        row.accepted.connect(self._on_accepted)
        row.reset.connect(self._on_reset)
        row.showing_wanted.connect(self._ask_name)
        row.renaming_wanted.connect(self._ask_name)
        row.hiding_wanted.connect(self._take_off)
        row.left.connect(self._session.document.end_merging)
        layout = parent.layout()
        assert layout is not None
        layout.addWidget(row)
        self._rows[name] = row

    def _fold(self, opened: bool) -> None:
        self._fold_button.setIcon(icon("chevron-down" if opened else "chevron-right"))
        if self._more is not None:
            self._more.setVisible(opened)

    def _on_accepted(self, name: str, value: Value) -> None:
        node = self._session.network.nodes.get(self._node_id)
        if node is None:
            return
        edit = _setting(node.id, name, value, is_default=_is_default(self._rows[name], value))
        if node.block is not None and name == REPEAT.name:
            edit = partial(set_repeat, node_id=node.id, repeat=value)
        self._session.apply(
            edit,
            Message("Set {param} of {name} to {value}", param=name, name=node.label, value=value_text(value)),
            merge_key=f"{node.id}.{name}",
        )

    def _on_reset(self, name: str) -> None:
        self._forget(name, Message("Reset {param} of {name}", param=name, name=self._label()))

    def _forget(self, name: str, label: Message) -> None:
        node = self._session.network.nodes.get(self._node_id)
        if node is not None and node.block is not None and name == REPEAT.name:
            self._session.apply(partial(set_repeat, node_id=node.id, repeat=REPEAT.default), label)
        else:
            self._session.apply(lambda network: reset_params(network, self._node_id, [name]), label)

    def _offer_params(self) -> None:
        """A menu of the parameters that the block does not have yet."""
        menu = QMenu(self)
        menu.setObjectName("paramsToShow")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name in self._rows:
            action = menu.addAction(name)
            action.setData(name)
            action.setEnabled(not self._exposing.name_of(self._node_id, name))
        menu.triggered.connect(self._on_offered)
        menu.popup(self._on_block.mapToGlobal(self._on_block.rect().bottomLeft()))

    def _on_offered(self, action: QAction) -> None:
        self._ask_name(str(action.data()))

    def _ask_name(self, param: str) -> None:
        """Ask what a parameter is called on the block; for one that is there, what it is called from now on."""
        node = self._session.network.nodes.get(self._node_id)
        if node is None or self._exposing.block is None:
            return
        old = self._exposing.name_of(node.id, param)
        spec = self._rows[param].spec
        self._dialog = NameDialog(
            self.tr("What {param} of {layer} is called on {block}:").format(
                param=param, layer=node.label, block=self._exposing.block.label
            ),
            old or self._exposing.suggestion(node, param),
            refusal=lambda name: self._exposing.refusal(name, node, spec, old=old),
            joined=lambda name: self._exposing.joined(name) if not old else (),
            parent=self,
        )
        self._dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._asked = param, old
        self._dialog.accepted.connect(self._on_named)
        self._dialog.open()

    def _on_named(self) -> None:
        node = self._session.network.nodes.get(self._node_id)
        if node is None or self._dialog is None:
            return
        (param, old), name = self._asked, self._dialog.name
        if not old:
            self._exposing.show(node, param, name)
        elif name != old:
            self._exposing.rename(old, name)

    def _take_off(self, param: str) -> None:
        node = self._session.network.nodes.get(self._node_id)
        if node is not None:
            self._exposing.hide(node, param)

    _asked: tuple[str, str] = ("", "")

    def _value(self, node: Node, name: str) -> Value:
        if node.block is not None and name == REPEAT.name:
            return node.block.repeat
        return node.params.get(name, self._rows[name].spec.default)

    def _label(self) -> str:
        node = self._session.network.nodes.get(self._node_id)
        return node.label if node is not None else self._node_id

    def _show_strange(self, node: Node) -> None:
        """Parameters that the layer does not have: shown, kept, and removable."""
        strange = tuple(name for name in node.params if name not in self._spec.params_by_name)
        if strange == self._strange:
            return
        self._strange = strange
        while (item := self._leftovers.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for name in strange:
            text = self.tr("Remove the unknown parameter {name} ({value})")
            button = QPushButton(text.format(name=name, value=value_text(node.params[name])[:40]), self)
            button.setProperty("strange", name)
            button.clicked.connect(self._on_remove_strange)
            self._leftovers.addWidget(button)

    def _on_remove_strange(self) -> None:
        name = str(self.sender().property("strange"))
        self._forget(name, Message("Remove {param} from {name}", param=name, name=self._label()))


def _is_default(row: ParamRow, value: Value) -> bool:
    try:
        return row.spec.check(value) == row.spec.check(row.spec.default)
    except ShapeError:
        return value == row.spec.default


def _setting(node_id: str, name: str, value: Value, *, is_default: bool) -> Callable[[Network], Network]:
    """An edit that sets a parameter; the default is left out of the project, as in a new node."""

    def edit(network: Network) -> Network:
        if is_default:
            return reset_params(network, node_id, [name])
        return set_params(network, node_id, {name: value})

    return edit

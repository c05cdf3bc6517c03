"""One line of the form: label, editor, reset, and below it the sentence about what is wrong."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QMenu, QSizePolicy, QToolButton, QWidget

from cnnstudio.core.parameters import ParamSpec
from cnnstudio.core.params import Value
from cnnstudio.core.problems import ShapeError
from cnnstudio.ui.design.inspector.axis_editors import editor_for
from cnnstudio.ui.design.inspector.exposed_mark import ExposedMark
from cnnstudio.ui.design.inspector.param_editors import ChoiceEditor
from cnnstudio.ui.design.inspector.value_text import value_text
from cnnstudio.ui.icons import icon
from cnnstudio.ui.session import translated

RESET_WIDTH = 20
EDITOR_WIDTH = 148
MAY_BREAK = "\u200b"
"""Nothing to see, but a long name may go on in a second line after it."""


class ParamRow(QWidget):
    """Checks what the editor gives before it lets it out: `accepted` carries only values the layer can take."""

    accepted = Signal(str, object)
    reset = Signal(str)
    left = Signal()
    showing_wanted = Signal(str)
    """The parameter is to stand on the open block too."""
    renaming_wanted = Signal(str)
    hiding_wanted = Signal(str)

    def __init__(self, spec: ParamSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self._own_error = ""
        label = QLabel(spec.name.replace("_", f"_{MAY_BREAK}"), self)
        label.setWordWrap(True)
        label.setToolTip(translated(spec.help) if spec.help else spec.name)
        self._editor = editor_for(spec, self)
        self._editor.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._editor.setMinimumWidth(EDITOR_WIDTH)
        # long words of a choice take the room that a short name leaves
        widest = self._editor.sizeHint().width() if isinstance(self._editor, ChoiceEditor) else 0
        self._editor.setMaximumWidth(max(EDITOR_WIDTH, widest))
        label.setBuddy(self._editor)
        self._reset = QToolButton(self)
        self._reset.setObjectName(f"reset_{spec.name}")
        self._reset.setIcon(icon("reset"))
        self._reset.setIconSize(QSize(12, 12))
        self._reset.setFixedSize(RESET_WIDTH, 28)
        default = value_text(spec.default)
        self._reset.setToolTip(self.tr("Back to the default, {default}").format(default=default))
        self._reset.setAccessibleName(self.tr("Reset {name}").format(name=spec.name))
        self._reset.clicked.connect(self._on_reset)
        policy = self._reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self._reset.setSizePolicy(policy)
        self._error = QLabel(self)
        self._error.setObjectName(f"error_{spec.name}")
        self._error.setProperty("role", "error")
        self._error.setWordWrap(True)
        self._error.hide()
        self._mark = ExposedMark(spec.name, self)
        self._mark.rename_wanted.connect(self._on_rename)
        self._mark.removal_wanted.connect(self._on_hide)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(2)
        grid.addWidget(label, 0, 0, Qt.AlignmentFlag.AlignTop)
        label.setMinimumHeight(28)
        grid.addWidget(self._reset, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self._editor, 0, 2)
        grid.addWidget(self._error, 1, 0, 1, 3)
        grid.addWidget(self._mark, 2, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self._editor.edited.connect(self._on_edited)
        self._editor.unreadable.connect(self._show_own_error)
        self._editor.left.connect(self._on_left)

    def show_value(self, value: Value, *, is_default: bool, at_fault: bool) -> None:
        """Show the parameter as the network has it. `at_fault`: the analysis blames it, in a card of its own."""
        self._value = value
        try:
            shown = self.spec.check(value)
        except ShapeError:
            shown = value
        if not (self._own_error and self._editor.has_typing()):
            self._own_error = ""
            self._editor.show_value(shown)
        self._at_fault = at_fault
        self._reset.setVisible(not is_default)
        self._show_error()

    def show_exposed(self, name: str, *, possible: bool) -> None:
        """Say what the parameter is called on the open block. `possible`: there is one to show it on."""
        self._exposed, self._can_expose = name, possible
        self._mark.show_name(name)

    def focus_editor(self) -> None:
        """Put the cursor into the first field."""
        self._editor.setFocus(Qt.FocusReason.TabFocusReason)

    def _on_edited(self, value: Value) -> None:
        try:
            self.spec.check(value)
        except ShapeError as error:
            self._show_own_error(translated(error.message))
            return
        self._own_error = ""
        self._show_error()
        self.accepted.emit(self.spec.name, value)

    def _on_left(self) -> None:
        """Leaving a field that holds nonsense puts the network's value back."""
        if self._own_error:
            self._own_error = ""
            self.show_value(self._value, is_default=not self._reset.isVisible(), at_fault=self._at_fault)
        self.left.emit()

    def _on_reset(self) -> None:
        self._own_error = ""
        self.reset.emit(self.spec.name)

    def _show_own_error(self, text: str) -> None:
        self._own_error = text
        self._show_error()

    def _show_error(self) -> None:
        self._error.setText(self._own_error)
        self._error.setVisible(bool(self._own_error))
        self._editor.mark_invalid(bool(self._own_error) or self._at_fault)

    def _on_show(self) -> None:
        self.showing_wanted.emit(self.spec.name)

    def _on_rename(self) -> None:
        self.renaming_wanted.emit(self.spec.name)

    def _on_hide(self) -> None:
        self.hiding_wanted.emit(self.spec.name)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if not self._can_expose:
            super().contextMenuEvent(event)
            return
        menu = QMenu(self)
        menu.setObjectName("exposeMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self._exposed:
            menu.addAction(self.tr("Rename on the block…"), self._on_rename)
            menu.addAction(self.tr("Take off the block"), self._on_hide)
        else:
            menu.addAction(self.tr("Show on the block…"), self._on_show)
        menu.popup(event.globalPos())

    _exposed: str = ""
    _can_expose: bool = False
    _value: Value = None
    _at_fault: bool = False

"""A part of the plan that folds: a headline, what of it is not at its default, and rows of fields."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QCheckBox, QFormLayout, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from cnnstudio.ui.icons import icon
from cnnstudio.ui.theme import GRID, theme_state

FIELD_WIDTH = 16 * GRID
LABEL_WIDTH = 13 * GRID + 3


def add_row(form: QFormLayout, name: str, widget: QWidget, tip: str = "") -> QLabel:
    """A name and its field, in the plan's two columns."""
    label = QLabel(name)
    label.setBuddy(widget)
    label.setToolTip(tip)
    if tip:
        widget.setToolTip(tip)
    if not isinstance(widget, QCheckBox):
        widget.setFixedWidth(FIELD_WIDTH)
    label.setMinimumWidth(LABEL_WIDTH)
    label.setMinimumHeight(widget.sizeHint().height())
    form.addRow(label, widget)
    form.setAlignment(widget, Qt.AlignmentFlag.AlignRight)
    return label


def plan_rows() -> QFormLayout:
    """An empty form with the plan's margins."""
    form = QFormLayout()
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(GRID)
    form.setVerticalSpacing(GRID - 2)
    form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.FieldsStayAtSizeHint)
    form.setFormAlignment(Qt.AlignmentFlag.AlignTop)
    return form


class PlanSection(QWidget):
    """Folded at first; `form` takes the rows."""

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = QToolButton()
        self.header.setObjectName(f"planSection{name.title()}")
        self.header.setText(title)
        self.header.setAccessibleName(title)
        self.header.setCheckable(True)
        self.header.setAutoRaise(True)
        self.header.setIconSize(QSize(12, 12))
        self.header.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.header.setStyleSheet(
            "QToolButton { padding: 1px 4px 1px 0; border-color: transparent; background: transparent; font-weight: 600; }"
        )
        self.changes = QLabel()
        self.changes.setProperty("role", "muted")
        self.changes.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(GRID)
        top.addWidget(self.header)
        top.addStretch(1)
        top.addWidget(self.changes)
        self.body = QWidget()
        self.form = plan_rows()
        self.form.setContentsMargins(0, 2, 0, GRID // 2)
        self.body.setLayout(self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(top)
        column.addWidget(self.body)
        self.header.toggled.connect(self._on_toggled)
        theme_state().changed.connect(self._show_arrow)
        self._on_toggled(False)

    @property
    def is_open(self) -> bool:
        return self.header.isChecked()

    def unfold(self, opened: bool = True) -> None:
        """Show the rows, or hide them."""
        self.header.setChecked(opened)

    def show_changes(self, names: list[str]) -> None:
        """Say what is not at its default; shown while the section is folded, too."""
        text = names[0] if len(names) == 1 else self.tr("{count} set").format(count=len(names))
        room = 13 * GRID
        shown = self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
        self.changes.setText(shown if names else "")
        self.changes.setToolTip(", ".join(names))

    def _on_toggled(self, opened: bool) -> None:
        self.body.setVisible(opened)
        self._show_arrow()

    def _show_arrow(self) -> None:
        self.header.setIcon(icon("chevron-down" if self.is_open else "chevron-right"))

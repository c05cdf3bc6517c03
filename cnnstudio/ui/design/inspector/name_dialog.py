"""Asks what a layer's parameter is called on the block, and says at once what a name would do."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from cnnstudio.core.message import Message
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID


class NameDialog(QDialog):
    """OK works for names that can be used. `name` is what was typed."""

    def __init__(
        self,
        question: str,
        name: str,
        *,
        refusal: Callable[[str], Message | None],
        joined: Callable[[str], tuple[str, ...]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("exposeDialog")
        self.setWindowTitle(self.tr("Show on the block"))
        self.setMinimumWidth(340)
        self._refusal, self._joined = refusal, joined
        self._field = QLineEdit(name, self)
        self._field.setObjectName("exposedName")
        self._field.setMaxLength(60)
        self._field.selectAll()
        label = QLabel(question, self)
        label.setWordWrap(True)
        label.setBuddy(self._field)
        self._field.setAccessibleName(self.tr("Name on the block"))
        self._note = QLabel(self)
        self._note.setObjectName("exposedNote")
        self._note.setWordWrap(True)
        self._note.setMinimumHeight(self._note.fontMetrics().height() * 2)
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        for widget in (label, self._field, self._note, self._buttons):
            column.addWidget(widget)
        self._field.textChanged.connect(self._check)
        self._check()

    @property
    def name(self) -> str:
        """What was typed."""
        return self._field.text().strip()

    def _check(self) -> None:
        reason = self._refusal(self.name)
        others = self._joined(self.name)
        text = ""
        if reason is not None:
            text = translated(reason)
        elif others:
            text = self.tr("Sets {others} too: all take one value.").format(others=", ".join(others))
        self._note.setText(text)
        self._note.setProperty("role", "error" if reason is not None else "muted")
        self._note.style().unpolish(self._note)
        self._note.style().polish(self._note)
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(reason is None)

"""The list of rules of thumb, each with a switch: where hints that were switched off are brought back."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.layers.hints import rules
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID


class RulesDialog(QDialog):
    """`rules_off` holds the codes of the rules without a tick."""

    def __init__(self, rules_off: Collection[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rulesDialog")
        self.setWindowTitle(self.tr("Rules of thumb"))
        column = QVBoxLayout(self)
        column.setSpacing(GRID)
        intro = QLabel(
            self.tr(
                "Hints say what sound networks usually do. A network that does otherwise still runs; the rules "
                "without a tick are not shown."
            ),
            self,
        )
        intro.setProperty("role", "muted")
        intro.setWordWrap(True)
        column.addWidget(intro)
        self._list = QListWidget(self)
        self._list.setObjectName("rulesList")
        self._list.setAccessibleName(self.tr("Rules of thumb"))
        for rule in sorted(rules().values(), key=lambda rule: translated(rule.title)):
            item = QListWidgetItem(translated(rule.title), self._list)
            item.setData(Qt.ItemDataRole.UserRole, rule.code)
            item.setToolTip(rule.code)
            item.setCheckState(Qt.CheckState.Unchecked if rule.code in rules_off else Qt.CheckState.Checked)
        column.addWidget(self._list, 1)
        buttons = QHBoxLayout()
        self._all = self._button("allRules", self.tr("Show all"))
        self._all.clicked.connect(self._tick_all)
        self._none = self._button("noRules", self.tr("Show none"))
        self._none.clicked.connect(self._tick_none)
        buttons.addWidget(self._all)
        buttons.addWidget(self._none)
        buttons.addStretch(1)
        box = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        box.accepted.connect(self.accept)
        box.rejected.connect(self.reject)
        buttons.addWidget(box)
        column.addLayout(buttons)
        self.resize(520, 620)

    @property
    def rules_off(self) -> frozenset[str]:
        items = [self._list.item(row) for row in range(self._list.count())]
        return frozenset(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in items
            if item.checkState() != Qt.CheckState.Checked
        )

    def _tick_all(self) -> None:
        self._tick(Qt.CheckState.Checked)

    def _tick_none(self) -> None:
        self._tick(Qt.CheckState.Unchecked)

    def _tick(self, state: Qt.CheckState) -> None:
        for row in range(self._list.count()):
            self._list.item(row).setCheckState(state)

    def _button(self, name: str, text: str) -> QPushButton:
        button = QPushButton(text, self)
        button.setObjectName(name)
        button.setAutoDefault(False)
        return button

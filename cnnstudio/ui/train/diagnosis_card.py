"""The card beside the plots: what the curves say, and what to try; a remedy that changes the plan is one click away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.runs.diagnosis import Finding, Remedy
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID

SHOWN = 3
"""Findings shown; they come with the gravest first."""


class DiagnosisCard(QWidget):
    """Shows findings; renewed only when they are others than before, so that a button never moves under the mouse."""

    settings_chosen = Signal(object)
    """The settings of a remedy: names of the training plan with values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("curveReading")
        self.setAccessibleName(self.tr("What the curves say"))
        self._findings: tuple[Finding, ...] = ()
        self._settings: dict[QPushButton, Mapping[str, object]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(GRID)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is shown, the gravest first."""
        return self._findings

    def text(self) -> str:
        """All that is said, in plain words."""
        return "\n".join(f"{translated(one.title)}: {translated(one.message)}" for one in self._findings)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Show these instead."""
        shown = tuple(findings[:SHOWN])
        if shown == self._findings:
            return
        self._findings = shown
        self._settings.clear()
        while self._column.count():
            item = self._column.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for finding in shown:
            self._column.addWidget(self._finding(finding))
        self.setAccessibleDescription(self.text())

    def _finding(self, finding: Finding) -> QFrame:
        card = QFrame(self)
        card.setProperty("surface", "problem")
        card.setProperty("severity", finding.severity)
        card.setObjectName(f"finding-{finding.code}")
        column = QVBoxLayout(card)
        column.setContentsMargins(GRID + 4, GRID, GRID, GRID)
        column.setSpacing(GRID // 2)
        title = _words(translated(finding.title))
        title.setProperty("role", "title")
        column.addWidget(title)
        column.addWidget(_words(translated(finding.message)))
        elsewhere = [remedy for remedy in finding.remedies if not remedy.settings]
        here = [remedy for remedy in finding.remedies if remedy.settings]
        if elsewhere:
            tips = _words("\n".join(f"· {translated(remedy.label)}" for remedy in elsewhere))
            tips.setProperty("role", "muted")
            column.addWidget(tips)
        for remedy in here:
            column.addWidget(self._button(remedy, card), 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def _button(self, remedy: Remedy, parent: QWidget) -> QPushButton:
        text = translated(remedy.label)
        button = QPushButton(text, parent)
        button.setObjectName("remedy-" + "-".join(remedy.settings))
        button.setProperty("role", "accent")
        button.setToolTip(self.tr("Put it into the plan of the next run"))
        button.setAccessibleName(self.tr("{change}: put it into the plan").format(change=text))
        self._settings[button] = remedy.settings
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, QPushButton) and button in self._settings:
            self.settings_chosen.emit(dict(self._settings[button]))


def _words(text: str) -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return label

"""The strip at the top that offers work a crash left behind."""

from __future__ import annotations

import time

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from cnnstudio.ui.autosave import Recovered
from cnnstudio.ui.icons import icon
from cnnstudio.ui.theme import GRID


class RecoveryBanner(QFrame):
    """One lost project after the other; nothing is removed before the user decided."""

    restore_chosen = Signal(object)
    discard_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("recoveryBanner")
        self.setProperty("surface", "notice")
        self._waiting: list[Recovered] = []
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        restore = QPushButton(self.tr("Restore"), self)
        restore.setObjectName("restoreWork")
        restore.setProperty("role", "primary")
        restore.clicked.connect(self._on_restore)
        discard = QPushButton(self.tr("Discard"), self)
        discard.setObjectName("discardWork")
        discard.clicked.connect(self._on_discard)
        later = QPushButton(self.tr("Later"), self)
        later.setObjectName("decideLater")
        later.setToolTip(self.tr("Asked again at the next start"))
        later.clicked.connect(self.hide)
        mark = QLabel(self)
        mark.setPixmap(icon("recent", "accent").pixmap(QSize(20, 20)))
        row = QHBoxLayout(self)
        row.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        row.setSpacing(GRID)
        row.addWidget(mark)
        row.addWidget(self._text, 1)
        for button in (restore, discard, later):
            row.addWidget(button)
        self.hide()

    def offer(self, lost: tuple[Recovered, ...]) -> None:
        """Offer this work, newest first."""
        self._waiting = list(lost)
        self._show_first()

    def _show_first(self) -> None:
        self.setVisible(bool(self._waiting))
        if not self._waiting:
            return
        first = self._waiting[0]
        name = first.project.name or self.tr("Untitled")
        text = self.tr(
            "CNN Studio did not close properly. “{name}”, edited {when}, has changes that were not saved."
        )
        more = len(self._waiting) - 1
        self._text.setText(
            text.format(name=name, when=self._ago(first.edited))
            + (self.tr(" {count} more after it.").format(count=more) if more else "")
        )

    def _ago(self, moment: float) -> str:
        minutes = int((time.time() - moment) / 60)
        if minutes < 2:
            return self.tr("a moment ago")
        if minutes < 90:
            return self.tr("{count} minutes ago").format(count=minutes)
        if minutes < 48 * 60:
            return self.tr("{count} hours ago").format(count=round(minutes / 60))
        return self.tr("{count} days ago").format(count=round(minutes / 1440))

    def _on_restore(self) -> None:
        self.restore_chosen.emit(self._waiting[0])

    def _on_discard(self) -> None:
        self.discard_chosen.emit(self._waiting[0])

    def settle(self, lost: Recovered) -> None:
        """This one is decided; show the next."""
        if lost in self._waiting:
            self._waiting.remove(lost)
        self._show_first()

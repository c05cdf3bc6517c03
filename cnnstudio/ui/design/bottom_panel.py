"""The panel under the canvas: problems, summary, code and history as tabs, folded away by a click on its arrow."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QTabBar, QToolButton, QVBoxLayout, QWidget

from cnnstudio.ui.design.code_view import CodeView
from cnnstudio.ui.design.history import History
from cnnstudio.ui.design.problems import OfferFixes, Problems
from cnnstudio.ui.design.summary import Summary
from cnnstudio.ui.icons import icon
from cnnstudio.ui.session import Session
from cnnstudio.ui.theme import GRID

BAR_HEIGHT = 34


class BottomPanel(QFrame):
    """Folded, only its tab bar is left; choosing a tab opens it again."""

    node_activated = Signal(str)
    problem_activated = Signal(str)
    """A problem was clicked: its layer's address in the whole network."""
    folded_changed = Signal(bool)
    rule_refused = Signal(str)
    rules_wanted = Signal()

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        *,
        offer_fixes: OfferFixes | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("bottomPanel")
        self.setProperty("surface", "panel")
        self._folded = False
        self._tabs = QTabBar(self)
        self._tabs.setObjectName("bottomTabs")
        self._tabs.setAccessibleName(self.tr("Problems, summary, code and history"))
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        for title in (self.tr("Problems"), self.tr("Summary"), self.tr("Code"), self.tr("History")):
            self._tabs.addTab(title)
        self._rules = QToolButton(self)
        self._rules.setObjectName("rulesOfThumb")
        self._rules.setText(self.tr("Rules of thumb…"))
        self._rules.setToolTip(self.tr("Choose which hints are shown"))
        self._rules.setAutoRaise(True)
        self._rules.clicked.connect(self.rules_wanted)
        self._fold = QToolButton(self)
        self._fold.setObjectName("foldPanel")
        self._fold.setIconSize(QSize(16, 16))
        self._fold.clicked.connect(self._on_fold)
        bar = QHBoxLayout()
        bar.setContentsMargins(GRID, 0, GRID, 0)
        bar.addWidget(self._tabs)
        bar.addStretch(1)
        bar.addWidget(self._rules)
        bar.addWidget(self._fold)
        self.problems = Problems(session, self, offer_fixes=offer_fixes)
        self.history = History(session, self)
        self.summary = Summary(session, self)
        self.code = CodeView(session, self)
        self._pages = QStackedWidget(self)
        for page in (self.problems, self.summary, self.code, self.history):
            self._pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self._pages, 1)
        self._tabs.currentChanged.connect(self._on_tab)
        self.problems.rule_refused.connect(self.rule_refused)
        self.problems.rules_wanted.connect(self.rules_wanted)
        self._tabs.tabBarClicked.connect(self._on_tab_clicked)
        self.problems.counted.connect(self._show_count)
        self.problems.node_activated.connect(self.problem_activated)
        self.summary.node_activated.connect(self.node_activated)
        self.problems.show_analysis(session.whole)
        self._show_fold()

    @property
    def folded(self) -> bool:
        return self._folded

    @property
    def tab(self) -> int:
        return self._tabs.currentIndex()

    def show_tab(self, number: int) -> None:
        """Open the panel at problems (0), summary (1), code (2) or history (3)."""
        self._tabs.setCurrentIndex(number)
        self.set_folded(False)

    def set_folded(self, folded: bool) -> None:
        """Fold the panel to its tab bar, or open it."""
        if folded != self._folded:
            self._folded = folded
            self._show_fold()
            self.folded_changed.emit(folded)

    def _on_tab(self, number: int) -> None:
        self._pages.setCurrentIndex(number)
        self._rules.setVisible(number == 0 and not self._folded)

    def _show_fold(self) -> None:
        self._rules.setVisible(self.tab == 0 and not self._folded)
        self._pages.setVisible(not self._folded)
        self._fold.setIcon(icon("chevron-up" if self._folded else "chevron-down"))
        text = self.tr("Open the panel") if self._folded else self.tr("Fold the panel")
        self._fold.setToolTip(text)
        self._fold.setAccessibleName(text)
        if self._folded:
            self.setFixedHeight(BAR_HEIGHT)
        else:
            self.setMinimumHeight(120)
            self.setMaximumHeight(16_777_215)

    def _on_fold(self) -> None:
        self.set_folded(not self._folded)

    def _on_tab_clicked(self, number: int) -> None:
        if number >= 0:
            self.set_folded(False)

    def _show_count(self, count: int) -> None:
        title = self.tr("Problems")
        self._tabs.setTabText(0, f"{title} {count}" if count else title)

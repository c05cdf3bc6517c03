"""The problems panel: every diagnostic as a card, the gravest first, with fixes that were proven to work."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.network import Network
from cnnstudio.core.problems import Diagnostic, Fix
from cnnstudio.layers.hints import HintContext
from cnnstudio.ui.design.problem_card import ProblemCard
from cnnstudio.ui.session import Session
from cnnstudio.ui.theme import GRID, theme_state

MOST_CARDS = 60
"""More than this nobody reads; the rest is counted."""

FIX_DELAY = 120
"""Milliseconds of quiet after which fixes are looked for: each is an analysis of its own."""

OfferFixes = Callable[[Network, Analysis, Analyser, HintContext], Analysis]
"""Gives the analysis back with fixes at its diagnostics, each of them already proven to work."""

_RANK = {"error": 0, "warning": 1, "hint": 2}


class Problems(QScrollArea):
    """Clicking a card shows its node; clicking a fix applies it; a hint's menu switches its rule off."""

    node_activated = Signal(str)
    rule_refused = Signal(str)
    rules_wanted = Signal()
    fix_pointed_at = Signal(object)
    counted = Signal(int)
    fixed = Signal()
    """A fix was applied; its button is gone, and with it the keyboard's place."""

    def __init__(
        self, session: Session, parent: QWidget | None = None, *, offer_fixes: OfferFixes | None = None
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._offer_fixes = offer_fixes
        self.setObjectName("problems")
        self.setAccessibleName(self.tr("Problems"))
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget(self)
        page.setProperty("surface", "panel")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        self._column.setSpacing(GRID)
        self._none = QLabel(page)
        self._none.setProperty("role", "muted")
        self._none.setWordWrap(True)
        self._rest = QLabel(page)
        self._rest.setProperty("role", "muted")
        self._column.addWidget(self._none)
        self._column.addWidget(self._rest)
        self._column.addStretch(1)
        self.setWidget(page)
        self._cards: list[ProblemCard] = []
        self._shown: tuple[tuple[Diagnostic, str], ...] | None = None
        self._fix_timer = QTimer(self)
        self._fix_timer.setSingleShot(True)
        self._fix_timer.setInterval(FIX_DELAY)
        self._fix_timer.timeout.connect(self._look_for_fixes)
        session.whole_analysed.connect(self.show_analysis)
        theme_state().changed.connect(self._redraw)
        self.show_analysis(session.whole)

    def show_analysis(self, analysis: Analysis) -> None:
        """Show these problems; nothing is rebuilt when they are the same as before."""
        nodes = {**analysis.network.nodes, **self._session.document.network.nodes}
        found = [problem for problem in analysis.diagnostics if problem.node or nodes]
        found.sort(key=lambda problem: _RANK[problem.severity])
        self.counted.emit(len(found))
        shown = tuple(
            (problem, nodes[problem.node].label if problem.node in nodes else problem.node)
            for problem in found[:MOST_CARDS]
        )
        self._none.setVisible(all(problem.severity == "hint" for problem in found))
        self._none.setText(self._calm_text(bool(nodes), bool(found)))
        rest = len(found) - len(shown)
        self._rest.setVisible(rest > 0)
        self._rest.setText(self.tr("… and {count} more").format(count=rest))
        if shown == self._shown:
            return
        self._show(shown)
        self._fix_timer.start()

    def _calm_text(self, has_nodes: bool, has_hints: bool) -> str:
        if not has_nodes:
            return self.tr("Nothing to check yet. Drag a layer onto the canvas.")
        if has_hints:
            return self.tr("No problems: Keras builds and runs this network. What rules of thumb advise:")
        return self.tr("No problems: Keras builds and runs this network.")

    def _show(self, shown: tuple[tuple[Diagnostic, str], ...]) -> None:
        """Let the cards that are there tell of these problems, in this order; make or take away as many as differ."""
        before, self._shown = self._shown or (), shown
        for card in self._cards[len(shown) :]:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        del self._cards[len(shown) :]
        for card, was, (problem, label) in zip(self._cards, before, shown, strict=False):
            if was != (problem, label):
                card.show_problem(problem, label)
        for problem, label in shown[len(self._cards) :]:
            card = ProblemCard(problem, label, self.widget())
            card.activated.connect(self.node_activated)
            card.fix_chosen.connect(self._on_fix)
            card.fix_pointed_at.connect(self.fix_pointed_at)
            card.rule_refused.connect(self.rule_refused)
            card.rules_wanted.connect(self.rules_wanted)
            self._column.insertWidget(len(self._cards) + 1, card)
            self._cards.append(card)

    def _redraw(self) -> None:
        """Make all cards anew: their marks and words have the theme's colours."""
        shown = self._shown or ()
        self._show(())
        self._show(shown)
        self._fix_timer.start()

    def _look_for_fixes(self) -> None:
        if self._offer_fixes is None:
            return
        session = self._session
        offered = self._offer_fixes(
            session.document.network, session.whole, session.analyser, session.hint_context
        )
        fixes: dict[tuple[str, str, str], tuple[Fix, ...]] = {
            (problem.node, problem.code, str(problem.message)): problem.fixes
            for problem in offered.diagnostics
        }
        for card in self._cards:
            problem = card.problem
            card.show_fixes(fixes.get((problem.node, problem.code, str(problem.message)), problem.fixes))

    def _on_fix(self, fix: Fix) -> None:
        self._session.apply_whole(fix.edit, fix.label)
        self.fixed.emit()

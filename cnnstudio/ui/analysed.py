"""A document and the analysis of its whole network, which is made between the window's events."""

from __future__ import annotations

import time
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.document import Document
from cnnstudio.core.frozen import frozen_nodes, with_frozen
from cnnstudio.core.portions import Portions, completed, finished
from cnnstudio.core.spec import Catalogue
from cnnstudio.layers.advice import advice_portions
from cnnstudio.layers.hints import NO_CONTEXT, HintContext
from cnnstudio.ui.prepared import with_loss

SLICE_SECONDS = 0.005  # so long is analysed in one turn of the event loop: a third of a frame


class AnalysedDocument(QObject):
    """Whoever changes the document says so by `_outdate`; the analysis follows in the next turns of the event loop."""

    whole_analysed = Signal(object)
    """The new `Analysis` of the whole network: once for all changes of a turn, in one of the next turns."""

    def __init__(self, catalogue: Catalogue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = Document()
        self.layers = catalogue
        self._analyser = Analyser(catalogue)
        self._hint_context = NO_CONTEXT
        self._rules_off: frozenset[str] = frozenset()
        self._frozen: frozenset[str] = frozenset()
        self._whole = self._analyser.analyse(self.document.network)
        self._stale = False
        self._work: Portions[Analysis] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._on_idle)

    @property
    def whole(self) -> Analysis:
        """The analysis of the whole network as it is now, blocks spread out."""
        if self._stale:
            self._analyse()
        return self._whole

    @property
    def analyser(self) -> Analyser:
        return self._analyser

    # --- hints ---------------------------------------------------------------------------------

    @property
    def hint_context(self) -> HintContext:
        """What hints know besides the network."""
        return self._hint_context

    def set_hint_context(self, context: HintContext) -> None:
        """Tell the hints of the data or the plan; they are made anew where that is news."""
        if context != self._hint_context:
            self._hint_context = context
            self._analyse_again()

    @property
    def rules_off(self) -> frozenset[str]:
        """Codes of the rules of thumb that the user does not want."""
        return self._rules_off

    def set_rules_off(self, codes: Iterable[str]) -> None:
        """Make hints without these rules from now on."""
        off = frozenset(codes)
        if off != self._rules_off:
            self._rules_off = off
            self._analyse_again()

    def _follow_plan(self) -> None:
        """Take from the document's training plan what hints and counts of trained weights depend on."""
        self.set_hint_context(with_loss(self._hint_context, self.document.project.training))
        frozen = frozen_nodes(self.document.project.training)
        if frozen != self._frozen:
            self._frozen = frozen
            self._analyse_again()

    # --- in the next turns ---------------------------------------------------------------------

    def _analyse_again(self) -> None:
        """The same network, seen otherwise."""
        self._outdate()

    def _outdate(self) -> None:
        """The analysis is of what was; a new one is made when the window has time, or when it is asked for."""
        self._stale, self._work = True, None
        self._timer.start()

    def _on_idle(self) -> None:
        """Analyse for a while, so that a network of ten thousand layers holds up nothing that the user does."""
        if not self._stale:  # it has grown, and is analysed already
            self._tell()
            return
        start, portions = time.perf_counter(), 0
        work = self._work = self._work or self._analysing()
        try:
            while not portions or time.perf_counter() < start + SLICE_SECONDS:
                next(work)
                portions += 1
        except StopIteration as done:
            if not portions or time.perf_counter() < start + SLICE_SECONDS / 2:
                self._take(done.value)
                return
            self._work = finished(done.value)  # telling all views takes as long again: in a turn of its own
        self._timer.start()

    def _analyse(self) -> None:
        """Have the analysis of what is there now, whatever time it takes."""
        work, self._work = self._work or self._analysing(), None
        self._take(completed(work))

    def _analysing(self) -> Portions[Analysis]:
        context, off = self._hint_context, self._rules_off
        found = yield from self._analyser.portions(self.document.network)
        yield
        return (yield from advice_portions(with_frozen(found, self._frozen), context, off=off))

    def _take(self, whole: Analysis) -> None:
        self._stale, self._work = False, None
        self._timer.stop()
        self._whole = whole
        self._tell()

    def _tell(self) -> None:
        self.whole_analysed.emit(self._whole)

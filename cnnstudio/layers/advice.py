"""What the analysis knows, said better: why branches do not fit, and what rules of thumb advise. Standard library only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.portions import Portions, completed
from cnnstudio.layers.hints import NO_CONTEXT, HintContext, hint_portions
from cnnstudio.layers.mismatch_cause import explained


def advise(analysis: Analysis, context: HintContext = NO_CONTEXT, *, off: Collection[str] = ()) -> Analysis:
    """The analysis with causes at its mismatches, and hints behind its errors. Blocks are judged by their layers.

    `off`: codes of the rules that the user does not want. Shapes and costs stay as they are.
    """
    return completed(advice_portions(analysis, context, off=off))


def advice_portions(
    analysis: Analysis, context: HintContext = NO_CONTEXT, *, off: Collection[str] = ()
) -> Portions[Analysis]:
    """What `advise` does, in portions of one rule each."""
    network = analysis.network
    causes = explained(network, analysis)
    yield
    problems = causes + (yield from hint_portions(network, analysis, context, off=off))
    return analysis if problems == analysis.diagnostics else replace(analysis, diagnostics=problems)

"""What the analysis knows, said better: why branches do not fit, and what rules of thumb advise. Standard library only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from cnnstudio.core.analysis import Analysis
from cnnstudio.layers.hints import NO_CONTEXT, HintContext, hints
from cnnstudio.layers.mismatch_cause import explained


def advise(analysis: Analysis, context: HintContext = NO_CONTEXT, *, off: Collection[str] = ()) -> Analysis:
    """The analysis with causes at its mismatches, and hints behind its errors. Blocks are judged by their layers.

    `off`: codes of the rules that the user does not want. Shapes and costs stay as they are.
    """
    network = analysis.network
    problems = explained(network, analysis) + hints(network, analysis, context, off=off)
    return analysis if problems == analysis.diagnostics else replace(analysis, diagnostics=problems)

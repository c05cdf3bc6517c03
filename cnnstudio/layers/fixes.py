"""Ready edits that cure errors and hints, each proven by analysing the network that it makes. Standard library only.

Made on demand, since each proof is an analysis. What is proposed is in `fix_candidates` and `branch_candidates`, and
for hints in the rules themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from cnnstudio.core import edits
from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.block_edits import inside
from cnnstudio.core.edits import EditError
from cnnstudio.core.levels import level_analysis, level_edge
from cnnstudio.core.network import Network
from cnnstudio.core.problems import Diagnostic, Fix, ShapeError
from cnnstudio.core.spec import Catalogue
from cnnstudio.layers.fix_candidates import candidates, last_resorts
from cnnstudio.layers.fix_situation import Situation
from cnnstudio.layers.hints import NO_CONTEXT, HintContext, rules
from cnnstudio.layers.hints.survey import Survey

MOST_FIXES = 3
"""Fixes offered for one problem."""

MOST_PROBLEMS = 8
"""Problems for which fixes are looked for; the first ones usually cause the others."""

MOST_WAITING = 100
"""Nodes behind an error that are analysed with each edit; where there are more, none are."""

MOST_PROOFS = 16
"""Edits tried for one problem."""


def offer_fixes(
    network: Network, analysis: Analysis, analyser: Analyser, context: HintContext = NO_CONTEXT
) -> Analysis:
    """The analysis with up to three fixes at each of its first errors, and at each of its first hints.

    An edit is offered only if, once done, its problem is gone, and no node that was fine has an error.
    Edits that leave the fewest errors come first. `analyser` is the one that made `analysis`; it is not disturbed.
    `context` is what the hints were made with.
    """
    trial = analyser.fork()
    tried = _without_what_waits(network, analysis)
    left = left_hints = MOST_PROBLEMS
    survey: Survey | None = None
    diagnostics: list[Diagnostic] = []
    for problem in analysis.diagnostics:
        if problem.severity == "error" and left and not problem.fixes:
            left -= 1
            problem = replace(problem, fixes=_proven(tried, analysis, problem, trial))
        elif problem.code in rules() and left_hints and not problem.fixes and problem.node in network.nodes:
            left_hints -= 1
            survey = survey or Survey(analysis.network, analysis, context)
            if problem.node in survey.nodes:
                problem = replace(problem, fixes=_followed(network, survey, problem, trial))
        diagnostics.append(problem)
    return replace(analysis, diagnostics=tuple(diagnostics))


def _without_what_waits(network: Network, analysis: Analysis) -> Network:
    """The network without nodes that wait for another one's error, if they are so many that analysing them is slow."""
    waiting = [
        node_id
        for node_id, result in analysis.nodes.items()
        if result.output_shape is None and result.error is None and node_id in network.nodes
    ]
    if (
        len(waiting) <= MOST_WAITING
        or analysis.expanded.root is not None
        or any(problem.code == "network.cycle" for problem in analysis.diagnostics)
    ):
        return network
    return edits.remove(network, waiting, bridge=False)


def _proven(network: Network, analysis: Analysis, problem: Diagnostic, trial: Analyser) -> tuple[Fix, ...]:
    placed = _where_it_stands(network, analysis, problem, trial.catalogue)
    if placed is None:
        return ()
    situation = placed[0]
    found = _tried(placed, islice(candidates(situation), MOST_PROOFS), problem, network, analysis, trial)
    if not found and situation.problem.node in situation.network.nodes:
        found = _tried(placed, last_resorts(situation), problem, network, analysis, trial)
    found.sort(key=lambda pair: pair[0])
    return tuple(fix for _, fix in found[:MOST_FIXES])


def _tried(
    placed: tuple[Situation, tuple[str, ...]],
    proposed: Iterable[Fix],
    problem: Diagnostic,
    network: Network,
    analysis: Analysis,
    trial: Analyser,
) -> list[tuple[int, Fix]]:
    """Those that cure the problem, each with the number of nodes that have an error afterwards."""
    situation, path = placed
    found: list[tuple[int, Fix]] = []
    seen: set[str] = set()
    for fix in proposed:
        try:
            outcome = _outcome(situation, fix, fix.edit(situation.network))
            if outcome in seen:
                continue
            seen.add(outcome)
            if path:
                fix = replace(fix, edit=inside(path, fix.edit))
            cured = fix.edit(network)
        except EditError:
            continue
        after = trial.analyse(cured)
        if _cures(problem, analysis, after):
            found.append((len(_at_fault(after)), fix))
    return found


def _where_it_stands(
    network: Network, analysis: Analysis, problem: Diagnostic, catalogue: Catalogue
) -> tuple[Situation, tuple[str, ...]] | None:
    """A problem among the nodes of its own level, and the path of blocks to there; None where no level is known."""
    if analysis.expanded.root is None:
        return Situation(network, analysis, problem, catalogue), ()
    origin = analysis.expanded.origins().get(problem.node)
    level = analysis.expanded.level(origin.path) if origin is not None else None
    if origin is None or level is None:
        return None
    known = level_analysis(analysis, level.network, origin.path, catalogue)
    local = replace(problem, node=origin.node, edge=level_edge(analysis, level, origin.node, problem))
    return Situation(level.network, known, local, catalogue), origin.path


def _followed(network: Network, survey: Survey, problem: Diagnostic, trial: Analyser) -> tuple[Fix, ...]:
    """Fixes of a hint: no error, and the rule has nothing to say of the node any more, nor more of others than before."""
    analysis = survey.analysis
    rule = rules()[problem.code]
    situation = Situation(network, analysis, problem, trial.catalogue)
    before = len(list(rule.find(survey)))
    found: list[Fix] = []
    for fix in islice(rule.cure(survey, situation) if rule.cure is not None else (), MOST_PROOFS):
        try:
            followed = fix.edit(network)
        except EditError:
            continue
        after = trial.analyse(followed)
        if not _at_fault(after) <= _at_fault(analysis):
            continue
        left = list(rule.find(Survey(after.network, after, survey.context)))
        if len(left) < before and all(other.node != problem.node for other in left):
            found.append(fix)
    return tuple(found[:MOST_FIXES])


def _outcome(situation: Situation, fix: Fix, cured: Network) -> str:
    """What an edit amounts to, so that 'back to its default' is not offered beside the default's value."""
    node = cured.nodes.get(situation.problem.node)
    spec = situation.spec if node is not None else None
    if node is None or spec is None or cured.edges is not situation.network.edges:
        return str(fix.label)
    try:
        return f"{fix.label if node is situation.node else spec.arguments(node.params)}"
    except ShapeError:
        return str(fix.label)


def _cures(problem: Diagnostic, before: Analysis, after: Analysis) -> bool:
    """Whether the problem is gone and no node that was fine has an error now.

    What waited for a cured node may have errors of its own, which show only now.
    """
    faulty = _at_fault(after)
    if problem.code == "network.cycle":
        return not any(left.code == problem.code and left.node == problem.node for left in after.diagnostics)
    if problem.node in faulty or problem in after.diagnostics:
        return False
    return not any(
        (was := before.nodes.get(node)) is not None and was.output_shape is not None for node in faulty
    )


def _at_fault(analysis: Analysis) -> set[str]:
    return {problem.node for problem in analysis.diagnostics if problem.severity == "error"}

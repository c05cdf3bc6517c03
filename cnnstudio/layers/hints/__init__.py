"""Rules of thumb: what a sound network usually does, found here by itself. Standard library only.

A module of this folder lists its rules in `RULES`; each rule is a pure function of a network, its analysis and what
is known of the data. Hints never say that a network is wrong: errors are the analysis's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from functools import cache
from importlib import import_module
from itertools import islice
from pkgutil import iter_modules
from types import MappingProxyType

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.portions import Portions, completed
from cnnstudio.core.problems import Diagnostic
from cnnstudio.layers.hints.context import NO_CONTEXT, HintContext
from cnnstudio.layers.hints.rule import Rule
from cnnstudio.layers.hints.survey import Survey

__all__ = ["MOST_PER_RULE", "NO_CONTEXT", "HintContext", "Rule", "find", "hint_portions", "hints", "rules"]

MOST_PER_RULE = 6
"""Places at which one rule is told; further ones are counted."""

_MOST_COUNTED = 500
_COPY = re.compile(r"#\d+")
"""What tells the copies of a repeated block apart in the addresses of their layers."""


@cache
def rules() -> Mapping[str, Rule]:
    """All rules by code, in the order of their codes."""
    found: dict[str, Rule] = {}
    for info in iter_modules(__path__, f"{__name__}."):
        for rule in getattr(import_module(info.name), "RULES", ()):
            found[rule.code] = rule
    return MappingProxyType(dict(sorted(found.items())))


def hints(
    network: Network,
    analysis: Analysis,
    context: HintContext = NO_CONTEXT,
    *,
    off: Collection[str] = (),
) -> tuple[Diagnostic, ...]:
    """What the rules have to say, warnings first; `off` holds the codes of rules that the user does not want.

    Nodes with an error, or behind one, are not judged.
    """
    return completed(hint_portions(network, analysis, context, off=off))


def hint_portions(
    network: Network, analysis: Analysis, context: HintContext, *, off: Collection[str]
) -> Portions[tuple[Diagnostic, ...]]:
    """What `hints` does, in portions of one rule each."""
    survey = Survey(network, analysis, context)
    found: list[Diagnostic] = []
    for rule in rules().values():
        if rule.code not in off:
            yield
            found += find(rule, survey)
    found.sort(key=lambda problem: problem.severity != "warning")
    return tuple(found)


def find(rule: Rule, survey: Survey) -> list[Diagnostic]:
    """What one rule has to say, once for all copies of a repeated block; from the seventh place on it only counts."""
    if not survey.nodes or (rule.whole and not survey.analysis.ok):
        return []
    told = list(islice(rule.find(survey), _MOST_COUNTED))
    if any("#" in problem.node for problem in told):
        told = list({_COPY.sub("", problem.node): problem for problem in reversed(told)}.values())[::-1]
    if len(told) <= MOST_PER_RULE + 1:
        return told
    rest = told[MOST_PER_RULE:]
    return [
        *told[:MOST_PER_RULE],
        Diagnostic(
            node=rest[0].node,
            severity=rest[0].severity,
            code=rule.code,
            message=Message(
                "{message} The same holds for {count} more layers.",
                message=rest[0].message,
                count=len(rest) - 1,
            ),
            hint=rest[0].hint,
        ),
    ]

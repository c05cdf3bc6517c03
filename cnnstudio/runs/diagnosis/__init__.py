"""What a run's curves say, in words: one rule per file, pure functions of what is known of the run.

`diagnose` gives the findings of all rules, the gravest first. A rule that is not sure says nothing.
"""

from __future__ import annotations

from cnnstudio.runs.diagnosis import (
    dead_network,
    gap,
    label_noise,
    learning_rate_high,
    learning_rate_low,
    over_fitting,
    plateau,
    too_short,
    under_fitting,
    validation_noise,
)
from cnnstudio.runs.diagnosis.curves import RunCurves
from cnnstudio.runs.diagnosis.finding import Finding, Remedy

__all__ = ["Finding", "Remedy", "RunCurves", "diagnose"]

_RULES = (
    learning_rate_high.find,
    dead_network.find,
    over_fitting.find,
    label_noise.find,
    gap.find,
    learning_rate_low.find,
    under_fitting.find,
    plateau.find,
    too_short.find,
    validation_noise.find,
)
"""In the order in which findings are worth reading."""

_SILENCES = {
    "learning_rate_high": {"dead_network", "plateau", "under_fitting", "learning_rate_low", "too_short"},
    "dead_network": {"plateau", "under_fitting", "learning_rate_low"},
    "over_fitting": {"too_short", "plateau", "gap"},
    "label_noise": {"gap"},
    "learning_rate_low": {"too_short", "plateau", "under_fitting"},
    "under_fitting": {"plateau"},
}
"""A finding explains others away: these are not said beside it."""


def diagnose(curves: RunCurves) -> tuple[Finding, ...]:
    """All findings that hold together, the gravest first."""
    found = [finding for rule in _RULES if (finding := rule(curves)) is not None]
    silent = {code for finding in found for code in _SILENCES.get(finding.code, set())}
    return tuple(finding for finding in found if finding.code not in silent)

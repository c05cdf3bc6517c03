"""What a rule of thumb is, and what of the data and the training it may know. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cnnstudio.core.message import Message
from cnnstudio.core.problems import Diagnostic, Fix
from cnnstudio.layers.fix_situation import Situation
from cnnstudio.layers.hints.survey import Survey


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of thumb. `code` is stable: settings remember it."""

    code: str
    """`hint.…`"""
    title: Message
    """What it advises, for the list of rules: "Strides above 2 belong into the first layer"."""
    find: Callable[[Survey], Iterator[Diagnostic]]
    """Where the rule is not followed. A pure function; what it gives has no fixes yet."""
    cure: Callable[[Survey, Situation], Iterator[Fix]] | None = None
    """Edits that might follow the rule at one of its diagnostics; each is proven before it is offered."""
    whole: bool = False
    """Whether it can only judge a network that has no error anywhere."""

"""What one rule found, and what to try. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cnnstudio.core.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A thing to try. `settings`: what it changes in the training plan; empty when it is done elsewhere."""

    label: Message
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`code` names the rule. `severity`: `warning` (the result suffers), `hint` (it could be better), `good`."""

    code: str
    severity: Literal["warning", "hint", "good"]
    title: Message
    message: Message
    remedies: tuple[Remedy, ...] = ()

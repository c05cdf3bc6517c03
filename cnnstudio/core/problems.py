"""What can be wrong with a network, said in words a learner understands. Standard library only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.network import Edge, Network

Severity = Literal["error", "warning", "hint"]


class ShapeError(Exception):
    """A layer that cannot take its inputs or parameters.

    `code` names the kind of error (`shape.window`, `param.range` …), `param` the parameter at fault, if one is.
    `slot` is the input at fault where the layer has several.
    """

    def __init__(
        self,
        message: Message,
        *,
        code: str = "shape.invalid",
        hint: Message = NO_MESSAGE,
        param: str | None = None,
        slot: int | None = None,
    ) -> None:
        super().__init__(str(message))
        self.message = message
        self.code = code
        self.hint = hint
        self.param = param
        self.slot = slot


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """A ready edit that cures a problem. `label` is also its undo label."""

    label: Message
    edit: Callable[[Network], Network]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One problem of one node (`node` is "" for the whole network)."""

    node: str
    severity: Severity
    code: str
    message: Message
    hint: Message = NO_MESSAGE
    param: str | None = None
    edge: Edge | None = None
    """The wire that caused it, where one did."""
    fixes: tuple[Fix, ...] = ()

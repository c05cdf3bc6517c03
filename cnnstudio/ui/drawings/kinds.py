"""Which function paints which kind of drawing. A painter registers itself with `draws`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from cnnstudio.core.drawings import Drawing
from cnnstudio.ui.drawings.sketch import Sketch

D = TypeVar("D", bound=Drawing)

PAINTERS: dict[type[Drawing], Callable[[Sketch, Any], None]] = {}


def draws(kind: type[D]) -> Callable[[Callable[[Sketch, D], None]], Callable[[Sketch, D], None]]:
    """Let a function paint every drawing of this kind."""

    def register(function: Callable[[Sketch, D], None]) -> Callable[[Sketch, D], None]:
        PAINTERS[kind] = function
        return function

    return register

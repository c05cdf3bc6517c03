"""Explicit padding as calls of its own: Keras's and PyTorch's windows know fewer kinds than we do. Standard library only."""

from __future__ import annotations

from collections.abc import Callable

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Pads
from cnnstudio.core.params import Params, Value
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Shape
from cnnstudio.layers.window import Window


def pad_and_window(window: Window, call: Callable[[str], Call]) -> tuple[Call, ...]:
    """`call("same")` where Keras knows the padding; else ZeroPadding, where any is due, and `call("valid")`."""
    pads = window.explicit_pads
    if pads is None:
        return (call(str(window.padding)),)
    if not any(before or after for before, after in pads):
        return (call("valid"),)
    return zero_padding(pads), call("valid")


def zero_padding(pads: Pads) -> Call:
    """The Keras layer that puts zeros around an input."""
    return Call(f"layers.ZeroPadding{len(pads)}D", Params(padding=compact_pads(pads)), suffix="pad")


def compact_pads(pads: Pads) -> Value:
    """As a person writes it: one number, one per axis, or a pair per axis. One axis alone keeps its pair."""
    if all(before == after for before, after in pads):
        firsts = tuple(before for before, _ in pads)
        return firsts[0] if len(set(firsts)) == 1 else firsts
    return pads[0] if len(pads) == 1 else pads


def torch_padding(window: Window, sizes: Shape) -> tuple[tuple[Call, ...] | None, Value]:
    """Calls that pad, and the window's own `padding`, for PyTorch; None where the sizes must be known and are not."""
    pads = window.explicit_pads
    if pads is None:
        found = [sum_ for sum_, _ in window.sums(sizes)]
        known = [sum_ for sum_ in found if sum_ is not None]
        if len(known) != len(found):
            return None, 0
        pads = tuple((sum_.pad_before, sum_.pad_after) for sum_ in known)
    if all(before == after for before, after in pads):
        return (), tuple(before for before, _ in pads)
    return torch_pad_ahead(pads), 0


def torch_pad_ahead(pads: Pads) -> tuple[Call, ...]:
    """The PyTorch module that puts zeros around an input, where any are due."""
    if not any(before or after for before, after in pads):
        return ()
    flat = tuple(side for pair in reversed(pads) for side in pair)
    return (Call(f"nn.ConstantPad{len(pads)}d", Params(padding=flat, value=0.0), suffix="pad"),)


def resolved_pads(layer: str, window: Window, sizes: Shape) -> Pads:
    """Pixels before and after each axis, `same` worked out. Raises ShapeError where that needs an unknown size."""
    pads = window.explicit_pads
    if pads is not None:
        return pads
    if all(step == 1 for step in window.strides):  # whatever the size
        reaches = [size - 1 for size in window.effective_kernel]
        return tuple((reach // 2, reach - reach // 2) for reach in reaches)
    found = [sum_ for sum_, _ in window.sums(sizes)]
    known = [sum_ for sum_ in found if sum_ is not None]
    if len(known) != len(found):
        raise ShapeError(
            Message("{layer} with strides needs a known size for padding 'same'.", layer=layer),
            code="shape.unknown",
            hint=Message("Give the Input layer numbers in place of null, or the padding in pixels."),
            param="padding",
        )
    return tuple((sum_.pad_before, sum_.pad_after) for sum_ in known)


def pad_ahead(pads: Pads) -> tuple[Call, ...]:
    """ZeroPadding, where any is due."""
    return (zero_padding(pads),) if any(before or after for before, after in pads) else ()

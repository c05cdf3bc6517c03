"""The call that makes softmax of a tensor with any number of axes. Standard library only."""

from __future__ import annotations

from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Shape

_MOST_AXES = 4
"""Axes, without the batch's, over which TensorFlow's own softmax runs on every processor."""


def needs_own_softmax(shape: Shape) -> bool:
    """Whether Keras would build a softmax of this shape, and TensorFlow then not run it."""
    return len(shape) > _MOST_AXES


def own_softmax(*, axis: int = -1, suffix: str = "") -> Call:
    """Softmax by operations that take any number of axes."""
    return Call("custom.ManyAxesSoftmax", Params() if axis == -1 else Params(axis=axis), suffix=suffix)

"""The rule about transposed convolution: kernels that overlap unevenly draw a checkerboard. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from cnnstudio.core.message import Message
from cnnstudio.core.problems import Diagnostic, Fix, ShapeError
from cnnstudio.layers import catalogue
from cnnstudio.layers.fix_situation import Situation
from cnnstudio.layers.hints.rule import Rule
from cnnstudio.layers.hints.survey import Seen, Survey, remark
from cnnstudio.layers.wording import shape_text


def _checkerboard(survey: Survey) -> Iterator[Diagnostic]:
    for seen in survey:
        if not seen.type.endswith("Transpose"):
            continue
        kernel, strides = _sizes(seen, "kernel_size"), _sizes(seen, "strides")
        if all(k % s == 0 for k, s in zip(kernel, strides, strict=True)):
            continue
        yield remark(
            seen,
            "hint.checkerboard",
            Message(
                "The kernel of {node}, {kernel}, is no multiple of its strides, {strides}.",
                node=seen.label,
                kernel=shape_text(kernel),
                strides=shape_text(strides),
            ),
            Message(
                "Its windows overlap unevenly, which draws a checkerboard. Use a multiple, or UpSampling and a convolution."
            ),
            param="kernel_size",
        )


def _sizes(seen: Seen, name: str) -> tuple[int, ...]:
    """A parameter in normal form; empty where the layer has none."""
    spec = catalogue().get(seen.type)
    param = spec.params_by_name.get(name) if spec is not None else None
    if param is None:
        return ()
    try:
        return cast("tuple[int, ...]", param.check(seen.node.params.get(name, param.default)))
    except ShapeError:
        return ()


def _multiples(survey: Survey, situation: Situation) -> Iterator[Fix]:
    seen = survey.nodes[situation.node.id]
    sizes = list(zip(_sizes(seen, "kernel_size"), _sizes(seen, "strides"), strict=True))
    for kernel in (tuple(-(-k // s) * s for k, s in sizes), tuple(max(1, k // s) * s for k, s in sizes)):
        yield situation.set(situation.node, "kernel_size", kernel[0] if len(set(kernel)) == 1 else kernel)


RULES = (
    Rule(
        code="hint.checkerboard",
        title=Message("Transposed kernels are multiples of their strides"),
        find=_checkerboard,
        cure=_multiples,
    ),
)

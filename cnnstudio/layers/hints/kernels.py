"""Rules about kernels: even sizes, large ones, and those that reach past the picture. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network, Node
from cnnstudio.core.problems import Diagnostic, Fix
from cnnstudio.core.spec import WindowSum
from cnnstudio.layers.fix_situation import Situation, fresh_id
from cnnstudio.layers.hints import kinds
from cnnstudio.layers.hints.behind import put_behind
from cnnstudio.layers.hints.rule import Rule
from cnnstudio.layers.hints.survey import Seen, Survey, remark
from cnnstudio.layers.wording import shape_text

LARGE = 7
"""From this kernel size on, along both axes, several small kernels are the better choice."""


def _even_kernels(survey: Survey) -> Iterator[Diagnostic]:
    for seen in survey.convolutions:
        if not any(window.kernel % 2 == 0 for window in seen.windows) or _is_meant_even(seen):
            continue
        kernel = [window.kernel for window in seen.windows]
        yield remark(
            seen,
            "hint.even_kernel",
            Message("{node} has an even kernel, {kernel}.", node=seen.label, kernel=shape_text(kernel)),
            Message(
                "An even kernel has no middle pixel, so its output lies half a pixel off; odd sizes are usual."
            ),
            param="kernel_size",
        )


def _is_meant_even(seen: Seen) -> bool:
    """Patches that do not overlap, windows as large as their input, and words in a row are even on purpose."""
    windows = seen.windows
    if all(window.kernel == window.strides for window in windows):
        return True
    if any(window.output == 1 and window.effective_kernel >= window.size for window in windows):
        return True
    return len(windows) == 1 and windows[0].pad_before == windows[0].pad_after == 0


def _odd_kernels(survey: Survey, situation: Situation) -> Iterator[Fix]:
    windows = survey.nodes[situation.node.id].windows
    for step in (-1, 1):
        kernel = tuple(window.kernel + step * (window.kernel % 2 == 0) for window in windows)
        yield situation.set(situation.node, "kernel_size", kernel[0] if len(set(kernel)) == 1 else kernel)


def _large_kernels(survey: Survey) -> Iterator[Diagnostic]:
    for seen in survey.convolutions:
        windows = seen.windows
        if min([window.kernel for window in windows]) < LARGE or len(windows) < 2:
            continue
        if seen.type in kinds.DEPTHWISE or seen.id not in survey.behind_a_kernel:
            continue
        if any(window.output == 1 or window.kernel % 2 == 0 or window.dilation > 1 for window in windows):
            continue
        kernel = windows[0].kernel
        count = (kernel - 1) // 2
        less = 1 - count * 3 ** len(windows) / math.prod([window.kernel for window in windows])
        yield remark(
            seen,
            "hint.large_kernel",
            Message(
                "{node} has one large kernel, {kernel}.",
                node=seen.label,
                kernel=shape_text([window.kernel for window in windows]),
            ),
            Message(
                "{count} kernels of {small} in a row see as many pixels with about {less} % fewer weights, and "
                "{count} activations instead of one.",
                count=count,
                small=shape_text((3,) * len(windows)),
                less=round(100 * less),
            ),
            param="kernel_size",
        )


def _small_kernels(survey: Survey, situation: Situation) -> Iterator[Fix]:
    """A row of small kernels of the same filters, where strides are 1 and padding is none, or 'same', or (K - 1) / 2."""
    node, windows = situation.node, survey.nodes[situation.node.id].windows
    kernel = windows[0].kernel
    if (
        any(window.kernel != kernel or window.strides > 1 for window in windows)
        or "filters" not in node.params
    ):
        return
    pads = {(window.pad_before, window.pad_after) for window in windows}
    if pads == {(0, 0)}:
        padding = "valid"
    elif pads == {((kernel - 1) // 2,) * 2}:
        padding = "same"
    else:
        return
    count = (kernel - 1) // 2
    params = node.params.with_value("kernel_size", 3).with_value("padding", padding)

    def edit(network: Network) -> Network:
        network = edits.set_params(network, node.id, {"kernel_size": 3, "padding": padding})
        last = node.id
        for _ in range(count - 1):
            small = fresh_id(network, situation.catalogue[node.type].prefix)
            network = put_behind(network, last, Node(id=small, type=node.type, params=params))
            last = small
        return network

    yield Fix(
        label=Message(
            "Put {count} kernels of {small} in place of {node}",
            count=count,
            small=shape_text((3,) * len(windows)),
            node=node.label,
        ),
        edit=edit,
    )


def _kernels_outside(survey: Survey) -> Iterator[Diagnostic]:
    for seen in survey.convolutions:
        windows = seen.windows
        if all(window.size > window.effective_kernel + window.strides for window in windows):
            continue
        total = math.prod([window.kernel for window in windows])
        used = math.prod([taps_used(window) for window in windows])
        if 2 * used >= total:
            continue
        yield remark(
            seen,
            "hint.kernel_outside",
            Message(
                "Only {used} of the {total} weights of each kernel of {node} ever meet the picture.",
                used=used,
                total=total,
                node=seen.label,
            ),
            Message(
                "Its input is only {size}: the rest of the kernel lies on padding. Pool less often before it, or use "
                "a smaller kernel.",
                size=shape_text([window.size for window in windows]),
            ),
            param="kernel_size",
        )


def taps_used(window: WindowSum) -> int:
    """How many of the kernel's positions along one axis ever lie on a pixel and not on padding."""
    return sum(
        any(
            0 <= place * window.strides + tap * window.dilation - window.pad_before < window.size
            for place in range(window.output)
        )
        for tap in range(window.kernel)
    )


def _fitting_kernels(survey: Survey, situation: Situation) -> Iterator[Fix]:
    """Kernel 1 with padding none: the same outputs from the weights that count, where the input is a single pixel."""
    node, windows = situation.node, survey.nodes[situation.node.id].windows
    if any(window.size > 1 or window.output > 1 for window in windows):
        return

    def edit(network: Network) -> Network:
        return edits.set_params(network, node.id, {"kernel_size": 1, "padding": "valid"})

    yield Fix(label=Message("Set kernel_size of {node} to 1, without padding", node=node.label), edit=edit)


RULES = (
    Rule(
        code="hint.even_kernel",
        title=Message("Kernel sizes are odd"),
        find=_even_kernels,
        cure=_odd_kernels,
    ),
    Rule(
        code="hint.large_kernel",
        title=Message("Several small kernels rather than one large one"),
        find=_large_kernels,
        cure=_small_kernels,
    ),
    Rule(
        code="hint.kernel_outside",
        title=Message("A kernel lies on the picture, not on its padding"),
        find=_kernels_outside,
        cure=_fitting_kernels,
    ),
)

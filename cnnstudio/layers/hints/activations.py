"""Rules about activations: none where one is needed, one where it harms, and too many that saturate. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network, Node
from cnnstudio.core.problems import Diagnostic, Fix
from cnnstudio.layers.fix_situation import Situation, fresh_id
from cnnstudio.layers.hints import kinds
from cnnstudio.layers.hints.behind import put_behind
from cnnstudio.layers.hints.rule import Rule
from cnnstudio.layers.hints.survey import Seen, Survey, remark

MOST_SIGMOIDS = 4
"""Sigmoids in a row up to which training still works: the LeNet of 1998 has four."""


def _no_activation(survey: Survey) -> Iterator[Diagnostic]:
    told: set[str] = set()
    for seen in survey:
        if seen.type not in kinds.LINEAR:
            continue
        before = _linear_before(survey, seen)
        if before is None or before.id in told or _is_meant(before, seen):
            continue
        told.add(before.id)
        yield remark(
            before,
            "hint.no_activation",
            Message(
                "{first} leads to {second} without an activation between them.",
                first=before.label,
                second=seen.label,
            ),
            Message("Two weighted sums in a row can do no more than a single one. Put ReLU between them."),
            param="activation" if before.type != "Activation" else None,
        )


def _linear_before(survey: Survey, seen: Seen) -> Seen | None:
    """The weighted sum whose values reach this one with nothing but weighted sums on the way."""
    source = survey.source(seen)
    while source is not None and source.type in kinds.STILL_LINEAR:
        source = survey.source(source)
    return source if source is not None and source.is_linear else None


def _is_meant(first: Seen, second: Seen) -> bool:
    """Whether a kernel was taken apart on purpose: by channels, by axes, or through a narrow layer between."""
    if first.type in kinds.DEPTHWISE or second.type in kinds.DEPTHWISE:
        return True
    narrow, wide = first.shape[-1], second.shape[-1]
    into = first.result.input_shapes[0]
    before = into[-1] if into else None
    if narrow is None or wide is None or before is None:
        return False
    if narrow < before and narrow < wide:
        return True
    flat = [
        {place for place, window in enumerate(one.windows) if window.kernel == 1} for one in (first, second)
    ]
    axes = len(first.windows)
    return (
        axes > 1 and len(second.windows) == axes and bool(flat[0] and flat[1]) and flat[0].isdisjoint(flat[1])
    )


def _activate(survey: Survey, situation: Situation) -> Iterator[Fix]:
    """`relu` at the first layer, or a ReLU behind its normalisation, where it has one."""
    node = situation.node
    last = survey.nodes[node.id]
    while (after := survey.consumer(last)) is not None and after.type in kinds.NORMALISATION:
        last = after
    if last.id == node.id:
        yield situation.set(node, "activation", "relu")
        return
    behind = last.node

    def edit(network: Network) -> Network:
        return put_behind(network, behind.id, Node(id=fresh_id(network, "relu"), type="ReLU"))

    yield Fix(label=Message("Put ReLU behind {node}", node=behind.label), edit=edit)


def _depthwise(survey: Survey) -> Iterator[Diagnostic]:
    for seen in survey.convolutions:
        if seen.type not in kinds.DEPTHWISE:
            continue
        after = survey.consumer(seen)
        own = bool(seen.activation)
        if not own and (after is None or not kinds.is_activation_layer(after.node)):
            continue
        mixer = survey.consumer(after if not own and after is not None else seen)
        if mixer is None or mixer.type not in kinds.LINEAR:
            continue
        yield remark(
            seen,
            "hint.depthwise_activation",
            Message(
                "{node} is followed directly by {activation}, before {mixer} mixes its channels.",
                node=seen.label,
                activation=seen.activation if own or after is None else after.activation,
                mixer=mixer.label,
            ),
            Message(
                "Each channel is cut off by itself, from few values. Without an activation, or with batch "
                "normalisation before it, depthwise convolutions usually learn better."
            ),
            param="activation" if own else None,
        )


def _without_activation(survey: Survey, situation: Situation) -> Iterator[Fix]:
    seen = survey.nodes[situation.node.id]
    if seen.activation:
        yield situation.set(situation.node, "activation", None)
        return
    after = survey.consumer(seen)
    if after is not None:
        yield _remove(after.node)


def _remove(node: Node) -> Fix:
    return Fix(
        label=Message("Remove {node}", node=node.label), edit=lambda network: edits.remove(network, [node.id])
    )


def _sigmoids(survey: Survey) -> Iterator[Diagnostic]:
    """Along the shortest way of gradients: where branches join, the one with fewest sigmoids counts."""
    if sum([seen.activation == "sigmoid" for seen in survey]) <= MOST_SIGMOIDS:
        return
    counts: dict[str, int] = {}
    deepest: Seen | None = None
    for seen in survey:
        before = [counts.get(edge.source, 0) for edge in survey.network.inputs(seen.id)]
        counts[seen.id] = (min(before) if before else 0) + _is_hidden_sigmoid(survey, seen)
        if deepest is None or counts[seen.id] > counts[deepest.id]:
            deepest = seen
    if deepest is None or counts[deepest.id] <= MOST_SIGMOIDS:
        return
    yield remark(
        deepest,
        "hint.sigmoid",
        Message(
            "{count} sigmoids follow each other on the way to {node}.",
            count=counts[deepest.id],
            node=deepest.label,
        ),
        Message(
            "Each one shrinks the gradient to a quarter at most, so the first layers hardly learn. Use ReLU in "
            "hidden layers."
        ),
        param="activation",
    )


def _is_hidden_sigmoid(survey: Survey, seen: Seen) -> bool:
    """Not the network's end, and not a gate that weighs another branch."""
    if seen.activation != "sigmoid" or survey.end is seen:
        return False
    return not any(after.type == "Multiply" for after in survey.consumers(seen))


def _relus(survey: Survey, _situation: Situation) -> Iterator[Fix]:
    hidden = [seen.node for seen in survey if _is_hidden_sigmoid(survey, seen)]

    def edit(network: Network) -> Network:
        for node in hidden:
            network = edits.set_params(network, node.id, {"activation": "relu"})
        return network

    yield Fix(label=Message("Use relu in place of {count} sigmoids", count=len(hidden)), edit=edit)


RULES = (
    Rule(
        code="hint.no_activation",
        title=Message("An activation between two layers with weights"),
        find=_no_activation,
        cure=_activate,
    ),
    Rule(
        code="hint.depthwise_activation",
        title=Message("No activation directly behind a depthwise convolution"),
        find=_depthwise,
        cure=_without_activation,
    ),
    Rule(code="hint.sigmoid", title=Message("No sigmoids in a deep stack"), find=_sigmoids, cure=_relus),
)

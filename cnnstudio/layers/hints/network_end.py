"""Rules about the network's end: as many outputs as classes, one softmax, nothing that cuts scores off. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.core.problems import Diagnostic, Fix
from cnnstudio.layers.fix_situation import Situation
from cnnstudio.layers.head import head
from cnnstudio.layers.hints import kinds
from cnnstudio.layers.hints.rule import Rule
from cnnstudio.layers.hints.survey import Seen, Survey, remark

_ONE_PER_CLASS = ("sparse_categorical_crossentropy", "categorical_crossentropy")
_CUTTING = frozenset(
    {"relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "softplus", "tanh", "prelu"}
)
_PASSING = kinds.RESHAPING | kinds.DROPOUT | kinds.GLOBAL_POOLING
"""Layers that what comes out last may go through without becoming something else."""


def _tail(survey: Survey) -> tuple[Seen, list[Seen]] | None:
    """The layer that sets the outputs of a classifier, and the activations on the way to the end, the last one first."""
    seen = survey.end
    if seen is None or len(seen.shape) != 1 or head(survey.network) is None:
        return None
    active: list[Seen] = []
    while True:
        if seen.activation:
            active.append(seen)
        if seen.type in kinds.LINEAR:
            return seen, active
        if not (kinds.is_activation_layer(seen.node) or seen.type in _PASSING):
            return None
        source = survey.source(seen)
        if source is None:
            return None
        seen = source


def _classes(survey: Survey) -> Iterator[Diagnostic]:
    wanted, found = survey.context.classes, head(survey.network)
    if wanted is None or found is None or found[0] not in survey.nodes:
        return
    layer = survey.nodes[found[0]]
    outputs = layer.shape[-1]
    if outputs == wanted or (outputs == 1 and wanted == 2):
        return
    yield remark(
        layer,
        "hint.classes",
        Message(
            "{node} has {outputs} {param}, but the data has {classes} classes.",
            node=layer.label,
            outputs=outputs,
            param=found[1],
            classes=wanted,
        ),
        Message("The last layer gives one value for each class; training will refuse any other number."),
        severity="warning",
        param=found[1],
    )


def _as_many_as_classes(survey: Survey, situation: Situation) -> Iterator[Fix]:
    found, wanted = head(survey.network), survey.context.classes
    if found is not None and wanted is not None:
        yield situation.set(situation.node, found[1], wanted)


def _softmax(survey: Survey) -> Iterator[Diagnostic]:
    tail = _tail(survey)
    if tail is None:
        return
    layer, active = tail
    outputs = layer.shape[-1]
    soft = [seen for seen in active if seen.activation in ("softmax", "sigmoid")]
    if len(soft) > 1:
        yield remark(
            soft[0],
            "hint.softmax",
            Message(
                "{last} applies {what} to values that already went through the {first} of {node}.",
                last=soft[0].label,
                what=soft[0].activation,
                first=soft[1].activation,
                node=soft[1].label,
            )
            if soft[0].id != soft[1].id
            else Message("{last} ends in two activations.", last=soft[0].label),
            Message(
                "Probabilities squeezed twice are nearly equal, so the loss stays high. One of the two is enough."
            ),
            severity="warning",
        )
    elif soft and soft[0].activation == "softmax" and outputs == 1:
        yield remark(
            soft[0],
            "hint.softmax",
            Message("{node} is a softmax over one value, which is always 1.", node=soft[0].label),
            Message("Use sigmoid for one output, or two outputs for two classes."),
            severity="warning",
            param="activation",
        )
    else:
        yield from _loss(survey, layer, soft)


def _loss(survey: Survey, layer: Seen, soft: list[Seen]) -> Iterator[Diagnostic]:
    """The loss of the plan against the end. With `auto`, and for plain scores, the program chooses what fits."""
    loss = survey.context.loss
    end = soft[0].activation if soft else ""
    outputs = layer.shape[-1]
    if loss in _ONE_PER_CLASS and (end == "sigmoid" or outputs == 1):
        yield remark(
            soft[0] if soft else layer,
            "hint.softmax",
            Message(
                "The loss {loss} does not go with {node}, which ends in {outputs} × {end}.",
                loss=loss,
                node=layer.label,
                outputs=outputs,
                end=end or "linear",
            ),
            Message("It compares probabilities that add up to 1: end in softmax, or use the loss auto."),
            severity="warning",
        )
    elif loss == "binary_crossentropy" and end == "softmax":
        yield remark(
            soft[0],
            "hint.softmax",
            Message(
                "The loss binary_crossentropy does not go with the softmax of {node}.", node=soft[0].label
            ),
            Message("It judges every output by itself: end in sigmoid, or use the loss auto."),
            severity="warning",
        )


def _one_softmax(survey: Survey, situation: Situation) -> Iterator[Fix]:
    tail = _tail(survey)
    if tail is None:
        return
    layer, active = tail
    soft = [seen for seen in active if seen.activation in ("softmax", "sigmoid")]
    if len(soft) > 1:
        for seen in soft[:2]:
            yield _without(situation, seen.node)
        return
    outputs = layer.shape[-1]
    if not soft:
        return
    wanted = "sigmoid" if outputs == 1 or survey.context.loss == "binary_crossentropy" else "softmax"
    if "activation" in situation.catalogue[soft[0].type].params_by_name:
        yield situation.set(soft[0].node, "activation", wanted)
    elif wanted == "sigmoid":
        yield Fix(
            label=Message("Turn {node} into a sigmoid", node=soft[0].label),
            edit=lambda network: edits.replace_type(
                network,
                soft[0].id,
                type="Activation",
                params=soft[0].node.params.without("axis").with_value("activation", "sigmoid"),
            ),
        )
    if outputs == 1 and wanted == "sigmoid" and survey.context.classes == 2:
        name = "units" if layer.type == "Dense" else "filters"
        yield situation.set(layer.node, name, 2)


def _cut_scores(survey: Survey) -> Iterator[Diagnostic]:
    tail = _tail(survey)
    if tail is None:
        return
    cutting = next((seen for seen in tail[1] if seen.activation in _CUTTING), None)
    if cutting is None or cutting.type in kinds.GLOBAL_POOLING or _feeds_pooling(survey, cutting):
        return
    yield remark(
        cutting,
        "hint.last_activation",
        Message(
            "The scores of the classes go through the {activation} of {node}.",
            activation=cutting.activation,
            node=cutting.label,
        ),
        Message(
            "Scores may have any size and sign; what is cut off gives no gradient. End in softmax, or in no "
            "activation at all."
        ),
        severity="warning",
        param="activation",
    )


def _feeds_pooling(survey: Survey, seen: Seen) -> bool:
    """Whether a global pooling follows: one map for each class, as in Network in Network, where ReLU is usual."""
    after: Seen | None = seen
    while after is not None:
        if after.type in kinds.GLOBAL_POOLING:
            return True
        after = survey.consumer(after)
    return False


def _free_scores(survey: Survey, situation: Situation) -> Iterator[Fix]:
    node = situation.node
    tail = _tail(survey)
    has_softmax = tail is not None and any(seen.activation in ("softmax", "sigmoid") for seen in tail[1])
    if node.type in kinds.LINEAR and not has_softmax:
        yield situation.set(node, "activation", "softmax")
    yield _without(situation, node)


def _without(situation: Situation, node: Node) -> Fix:
    """Take an activation away: the layer, or the parameter of a layer that does more."""
    if node.type in kinds.LINEAR:
        return situation.set(node, "activation", None)
    return Fix(
        label=Message("Remove {node}", node=node.label), edit=lambda network: edits.remove(network, [node.id])
    )


RULES = (
    Rule(
        code="hint.classes",
        title=Message("One output for each class of the data"),
        find=_classes,
        cure=_as_many_as_classes,
        whole=True,
    ),
    Rule(
        code="hint.softmax",
        title=Message("One softmax, and a loss that goes with it"),
        find=_softmax,
        cure=_one_softmax,
        whole=True,
    ),
    Rule(
        code="hint.last_activation",
        title=Message("Scores of classes are not cut off"),
        find=_cut_scores,
        cure=_free_scores,
        whole=True,
    ),
)

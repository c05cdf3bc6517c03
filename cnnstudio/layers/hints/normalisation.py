"""Rules about batch normalisation: its place, and dropout beside it. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.problems import Diagnostic, Fix
from cnnstudio.layers.fix_situation import Situation, fresh_id
from cnnstudio.layers.hints import kinds
from cnnstudio.layers.hints.behind import put_behind
from cnnstudio.layers.hints.rule import Rule
from cnnstudio.layers.hints.survey import Seen, Survey, remark


def _norm_order(survey: Survey) -> Iterator[Diagnostic]:
    for seen in survey:
        if seen.type != "BatchNormalization":
            continue
        source = survey.source(seen)
        if source is None or not source.activation or len(survey.network.outputs(source.id)) != 1:
            continue
        if source.type not in kinds.LINEAR:
            into = survey.source(source)
            if into is None or into.type not in kinds.LINEAR or not kinds.is_activation_layer(source.node):
                continue
        after = survey.consumers(seen)
        if not after or all(kinds.is_activation_layer(one.node) for one in after):
            continue
        yield remark(
            seen,
            "hint.norm_order",
            Message(
                "{norm} comes after the {activation} of {source}.",
                norm=seen.label,
                activation=source.activation,
                source=source.label,
            ),
            Message("Batch normalisation usually goes before the activation; after it works too."),
        )


def _swap(survey: Survey, situation: Situation) -> Iterator[Fix]:
    """The activation moved behind the normalisation."""
    norm = situation.node
    source = survey.source(survey.nodes[norm.id])
    if source is None:
        return
    first, activation = source.node, source.activation

    def edit(network: Network) -> Network:
        if kinds.is_activation_layer(first):
            network = edits.remove(network, [first.id])
            return put_behind(
                network, norm.id, Node(id=first.id, type=first.type, params=first.params, name=first.name)
            )
        network = edits.set_params(network, first.id, {"activation": None})
        kind, params = (
            ("ReLU", Params()) if activation == "relu" else ("Activation", Params(activation=activation))
        )
        prefix = "relu" if kind == "ReLU" else "activation"
        return put_behind(network, norm.id, Node(id=fresh_id(network, prefix), type=kind, params=params))

    yield Fix(
        label=Message("Move {activation} behind {norm}", activation=activation, norm=norm.label), edit=edit
    )


def _norm_and_dropout(survey: Survey) -> Iterator[Diagnostic]:
    dropped = _dropout_before_norm(survey)
    if not dropped:
        return
    first = dropped[0]
    norm = next(
        seen for seen in survey if seen.type == "BatchNormalization" and _follows(survey, first, seen)
    )
    yield remark(
        first,
        "hint.norm_and_dropout",
        Message(
            "{dropout} comes before the batch normalisation {norm}.", dropout=first.label, norm=norm.label
        ),
        Message(
            "The two together are seldom needed: what is dropped changes the variance that {norm} has learned. "
            "Keep one, or put dropout behind the last normalisation.",
            norm=norm.label,
        ),
    )


def _dropout_before_norm(survey: Survey) -> list[Seen]:
    """Dropout layers from which some batch normalisation can be reached."""
    if not any([seen.type in kinds.DROPOUT for seen in survey]):  # noqa: C419 - a list is faster
        return []
    reaches: set[str] = set()
    dropped: list[Seen] = []
    for seen in reversed(survey.nodes.values()):
        if seen.type == "BatchNormalization" or any(
            edge.target in reaches for edge in survey.network.outputs(seen.id)
        ):
            reaches.add(seen.id)
            if seen.type in kinds.DROPOUT and seen.node.params.get("rate") != 0:
                dropped.append(seen)
    return dropped[::-1]


def _follows(survey: Survey, first: Seen, other: Seen) -> bool:
    pending, found = [first.id], {first.id}
    while pending:
        for edge in survey.network.outputs(pending.pop()):
            if edge.target == other.id:
                return True
            if edge.target not in found:
                found.add(edge.target)
                pending.append(edge.target)
    return False


def _without_dropout(survey: Survey, _situation: Situation) -> Iterator[Fix]:
    dropped = [seen.node for seen in _dropout_before_norm(survey)]
    if len(dropped) == 1:
        (only,) = dropped
        yield Fix(
            label=Message("Remove {node}", node=only.label),
            edit=lambda network: edits.remove(network, [only.id]),
        )
        return
    yield Fix(
        label=Message("Remove {count} dropout layers", count=len(dropped)),
        edit=lambda network: edits.remove(network, [node.id for node in dropped]),
    )


RULES = (
    Rule(
        code="hint.norm_order",
        title=Message("Batch normalisation goes before the activation"),
        find=_norm_order,
        cure=_swap,
    ),
    Rule(
        code="hint.norm_and_dropout",
        title=Message("Batch normalisation or dropout, seldom both"),
        find=_norm_and_dropout,
        cure=_without_dropout,
    ),
)

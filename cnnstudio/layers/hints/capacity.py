"""Rules about size: where the parameters are, how many there are for the data, how deep a plain stack is. Standard library only."""

from __future__ import annotations

from collections.abc import Iterator

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.params import Params
from cnnstudio.core.problems import Diagnostic, Fix
from cnnstudio.layers.fix_situation import Situation
from cnnstudio.layers.hints import kinds
from cnnstudio.layers.hints.rule import Rule
from cnnstudio.layers.hints.survey import Seen, Survey, remark

LARGEST_SHARE = 0.5
"""Share of all parameters that one dense layer may hold."""

FEW_PARAMETERS = 100_000
"""Dense layers with fewer are not worth a word."""

PARAMETERS_PER_IMAGE = 200
"""AlexNet has 50 for each image of ImageNet, VGG-16 has 108."""

DEEPEST_PLAIN = 20
"""Layers in a row that still train without skip connections: VGG-19 does. He et al. 2015 found 34 to be worse than 18."""


def _dense_heavy(survey: Survey) -> Iterator[Diagnostic]:
    total = survey.analysis.total_params
    for seen in survey:
        if seen.type != "Dense":
            continue
        count = seen.result.param_count
        if count < FEW_PARAMETERS or count <= LARGEST_SHARE * total:
            continue
        flatten = _flatten_before(survey, seen)
        if flatten is None:
            continue
        share = round(100 * count / total)
        yield remark(
            seen,
            "hint.dense_heavy",
            Message(
                "{node} holds {share} % of all parameters: {count:,} of {total:,}.",
                node=seen.label,
                share=min(share, 99) if count < total else 100,
                count=count,
                total=total,
            ),
            Message(
                "{flatten} hands it every value of every map. A global average in its place gives one value for each "
                "map, and far fewer parameters.",
                flatten=flatten.label,
            ),
            param="units",
        )


def _flatten_before(survey: Survey, seen: Seen) -> Seen | None:
    """The Flatten of a feature map of more than one pixel in front of a dense layer."""
    source = survey.source(seen)
    while source is not None and source.type in kinds.DROPOUT:
        source = survey.source(source)
    if source is None or source.type != "Flatten":
        return None
    shape = source.result.input_shapes[0]
    if shape is None or len(shape) < 2 or all(size == 1 for size in shape[:-1]):
        return None
    return source


def _average_instead(survey: Survey, situation: Situation) -> Iterator[Fix]:
    flatten = _flatten_before(survey, survey.nodes[situation.node.id])
    shape = flatten.result.input_shapes[0] if flatten is not None else None
    if flatten is None or shape is None:
        return
    kind = f"GlobalAveragePooling{len(shape) - 1}D"
    node_id = flatten.id
    if kind in situation.catalogue:

        def edit(network: Network) -> Network:
            return edits.replace_type(network, node_id, type=kind, params=Params())

        yield Fix(label=Message("Turn {node} into {type}", node=flatten.label, type=kind), edit=edit)


def _parameters(survey: Survey) -> Iterator[Diagnostic]:
    samples, count = survey.context.samples, survey.analysis.trainable_params
    if not samples or count <= PARAMETERS_PER_IMAGE * samples:
        return
    yield remark(
        None,
        "hint.parameters",
        Message(
            "The network has {count:,} parameters to learn from {samples:,} images: {each:,} for each image.",
            count=count,
            samples=samples,
            each=round(count / samples),
        ),
        Message(
            "It can learn the images by heart instead of what they show. Use a smaller network, augmentation, dropout "
            "or more images."
        ),
    )


def _plain_depth(survey: Survey) -> Iterator[Diagnostic]:
    """Layers with weights in a row; where branches join, the shorter one counts, since gradients take it."""
    depths: dict[str, int] = {}
    deepest: Seen | None = None
    greatest = 0
    incoming = survey.network.incoming
    for node_id, seen in survey.nodes.items():
        before = [depths.get(edge.source, 0) for edge in incoming.get(node_id, ())]
        if seen.type in kinds.MERGING:
            depth = min(before, default=0)
        else:
            counts = seen.type in kinds.LINEAR and seen.type not in kinds.DEPTHWISE
            depth = (max(before) if before else 0) + counts
        depths[node_id] = depth
        if depth > greatest:
            greatest, deepest = depth, seen
    if deepest is None or greatest <= DEEPEST_PLAIN:
        return
    yield remark(
        deepest,
        "hint.plain_deep",
        Message(
            "{count} layers with weights follow each other up to {node} without a skip connection.",
            count=depths[deepest.id],
            node=deepest.label,
        ),
        Message(
            "Gradients fade on so long a way, and the deeper network learns worse than a shallow one. Let an Add carry "
            "the values past every two or three layers, as in ResNet."
        ),
    )


RULES = (
    Rule(
        code="hint.dense_heavy",
        title=Message("Not nearly all parameters in one dense layer"),
        find=_dense_heavy,
        cure=_average_instead,
        whole=True,
    ),
    Rule(
        code="hint.parameters",
        title=Message("Not many more parameters than images"),
        find=_parameters,
        whole=True,
    ),
    Rule(code="hint.plain_deep", title=Message("Skip connections in a very deep network"), find=_plain_depth),
)

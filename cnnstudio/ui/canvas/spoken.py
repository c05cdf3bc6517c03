"""What a screen reader says of a node: its name, what it does, its shape, its problems and its wires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication

from cnnstudio.core.analysis import Analysis, NodeAnalysis
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Value
from cnnstudio.core.problems import Diagnostic, ShapeError
from cnnstudio.core.spec import Catalogue, Shape
from cnnstudio.ui.session import translated
from cnnstudio.ui.shape_text import count_text, shape_text


def spoken_name(
    node: Node, catalogue: Catalogue, analysis: NodeAnalysis, diagnostics: Sequence[Diagnostic]
) -> str:
    """`conv1, Conv2D, 6 filters 5 by 5, output 24 by 24 by 6, no problems`."""
    parts = [node.label, node.type, _spoken_params(node, catalogue, analysis)]
    if analysis.output_shape is not None:
        parts.append(_tr("output {shape}").format(shape=spoken_shape(analysis.output_shape)))
        parts += [
            _tr("output {number} {shape}").format(number=number, shape=spoken_shape(shape))
            for number, shape in enumerate(analysis.more_outputs, 2)
        ]
    else:
        parts.append(_tr("output not known"))
    hints = sum(diagnostic.severity == "hint" for diagnostic in diagnostics)
    problems = len(diagnostics) - hints
    if problems:
        parts.append(_tr("1 problem") if problems == 1 else _tr("{count} problems").format(count=problems))
    else:
        parts.append(_tr("no problems"))
    if hints:
        parts.append(_tr("1 hint") if hints == 1 else _tr("{count} hints").format(count=hints))
    return ", ".join(part for part in parts if part)


def spoken_description(
    node: Node, network: Network, analysis: NodeAnalysis, diagnostics: Sequence[Diagnostic]
) -> str:
    """What feeds it with which shape, what it feeds, its parameters in number, and its problems in full."""
    sentences: list[str] = []
    feeders = [_source_words(network, edge) for edge in network.inputs(node.id)]
    shapes = analysis.input_shapes
    if len(shapes) == len(feeders):
        feeders = [
            f"{label} ({spoken_shape(shape)})" if shape is not None else label
            for label, shape in zip(feeders, shapes, strict=True)
        ]
    several = bool(analysis.more_outputs)
    fed = [
        _tr("{layer} from output {number}").format(
            layer=network.nodes[edge.target].label, number=edge.output + 1
        )
        if several
        else network.nodes[edge.target].label
        for edge in network.outputs(node.id)
    ]
    if feeders:
        sentences.append(_tr("Fed by {layers}.").format(layers=_listed(feeders)))
    else:
        sentences.append(_tr("Fed by nothing."))
    if fed:
        sentences.append(_tr("Feeds {layers}.").format(layers=_listed(fed)))
    else:
        sentences.append(_tr("Feeds nothing."))
    if analysis.param_count:
        sentences.append(_tr("{count} parameters.").format(count=count_text(analysis.param_count)))
    sentences += [translated(diagnostic.message) for diagnostic in diagnostics]
    return " ".join(sentences)


def spoken_wire(edge: Edge, network: Network, analysis: Analysis) -> str:
    """`wire from conv1 to pool1, 24 by 24 by 6, no problems`; inputs and outputs by number where there are several."""
    source, target = _source_words(network, edge), network.nodes[edge.target].label
    inputs = network.inputs(edge.target)
    if len(inputs) > 1:
        target = _tr("input {number} of {layer}").format(number=inputs.index(edge) + 1, layer=target)
    shapes = analysis.nodes[edge.source].outputs if edge.source in analysis.nodes else ()
    shape = shapes[edge.output] if edge.output < len(shapes) else None
    problems = sum(d.edge == edge and d.severity != "hint" for d in analysis.of(edge.target))
    told = _tr("no problems")
    if problems:
        told = _tr("1 problem") if problems == 1 else _tr("{count} problems").format(count=problems)
    parts = [_tr("wire from {source} to {target}").format(source=source, target=target)]
    parts.append(spoken_shape(shape) if shape is not None else _tr("shape not known"))
    return ", ".join([*parts, told])


def _source_words(network: Network, edge: Edge) -> str:
    label = network.nodes[edge.source].label
    if not edge.output:
        return label
    return _tr("output {number} of {layer}").format(number=edge.output + 1, layer=label)


def spoken_shape(shape: Shape | None) -> str:
    """`24 by 24 by 6`, in the order of axes in force."""
    if not shape:
        return _tr("a single number") if shape is not None else _tr("not known")
    return shape_text(shape).replace(" × ", _tr(" by ")).replace("?", _tr("any"))


def _spoken_params(node: Node, catalogue: Catalogue, analysis: NodeAnalysis) -> str:
    spec = catalogue.get(node.type)
    if spec is None:
        return _tr("unknown layer")
    try:
        args = spec.arguments(node.params)
    except ShapeError:
        return ""
    words = _known_words(args.values)
    return " ".join(words) if words else _in_words(analysis.summary)


def _known_words(values: Mapping[str, Value]) -> list[str]:
    """The parameters everyone asks for first."""
    words: list[str] = []
    for name, template in (("filters", _tr("{value} filters")), ("units", _tr("{value} units"))):
        if isinstance(values.get(name), int):
            words.append(template.format(value=values[name]))
    words += [_by(values[name]) for name in ("kernel_size", "pool_size") if _numbers(values.get(name))]
    strides = _numbers(values.get("strides"))
    if any(step != 1 for step in strides):
        words.append(_tr("stride {value}").format(value=_once(strides)))
    padding = values.get("padding")
    if isinstance(padding, str) and padding != "valid":
        words.append(_tr("padding {value}").format(value=padding))
    elif any(_numbers(padding)):
        words.append(_tr("padding {value}").format(value=_once(_numbers(padding))))
    activation = values.get("activation")
    if isinstance(activation, str) and activation not in {"", "linear"}:
        words.append(activation)
    return words


def _numbers(value: Value) -> list[int]:
    """All numbers of a size, a list of sizes or a list of pairs."""
    if isinstance(value, int):
        return [value]
    return [size for part in value for size in _numbers(part)] if isinstance(value, tuple) else []


def _by(value: Value) -> str:
    return _tr(" by ").join(str(number) for number in _numbers(value))


def _once(numbers: list[int]) -> str:
    """One number where all are the same."""
    return str(numbers[0]) if len(set(numbers)) == 1 else _tr(" by ").join(map(str, numbers))


def _in_words(summary: str) -> str:
    return summary.replace("×", _tr(" by ")).replace(" · ", " ")


def _listed(labels: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`; of very many only the first."""
    if len(labels) > 8:
        return _tr("{layers} and {count} more").format(layers=", ".join(labels[:7]), count=len(labels) - 7)
    if len(labels) > 1:
        return _tr("{layers} and {last}").format(layers=", ".join(labels[:-1]), last=labels[-1])
    return "".join(labels)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Canvas", text)

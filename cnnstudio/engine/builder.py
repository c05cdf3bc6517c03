"""From a network to a Keras model: executes the layers' calls in topological order and names every layer.

Automatic layer names and the dtype policy are per thread in Keras, so nothing here relies on either.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.keras_names import clean_name, layer_names
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.network import Network, Node
from cnnstudio.core.params import Value
from cnnstudio.core.spec import Call, Catalogue, LayerSpec, Shapes
from cnnstudio.engine import custom_layers

_INPUT_CALLS = ("layers.Input", "layers.InputLayer")


class BuildError(Exception):
    """A network that Keras cannot build: which node (`""`: the whole network), why, and the cure."""

    def __init__(self, message: Message, *, node: str = "", hint: Message = NO_MESSAGE) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.node = node
        self.hint = hint


def build(
    network: Network, catalogue: Catalogue, *, name: str | None = None, mixed_precision: bool = False
) -> keras.Model:
    """A functional model whose inputs and outputs follow the network's order of nodes.

    With `mixed_precision`, layers compute in float16 and keep float32 weights; the last layer computes in
    float32. Raises BuildError.
    """
    analysis = Analyser(catalogue).analyse(network)
    network = analysis.network  # without blocks
    _refuse_errors(network, analysis)
    names = layer_names(network)
    policy = "mixed_float16" if mixed_precision else "float32"
    outputs_of: dict[str, Any] = {}
    inputs: list[Any] = []
    outputs: list[Any] = []
    for node_id in analysis.order:
        node = network.nodes[node_id]
        spec = catalogue[node.type]
        feeds = [outputs_of[edge.source] for edge in network.inputs(node_id)]
        is_output = not network.outputs(node_id)
        shapes = tuple(shape for shape in analysis.nodes[node_id].input_shapes if shape is not None)
        first, result = _build_node(node, spec, shapes, feeds, names[node_id], policy, is_output=is_output)
        outputs_of[node_id] = result
        if not feeds:
            inputs.append(first)
        if is_output:
            outputs.append(result)
    try:
        with _room_for_recursion(len(network.nodes)):
            return keras.Model(_single(inputs), _single(outputs), name=clean_name(name or "network"))
    except Exception as error:
        raise _keras_error(
            error, Message("The network cannot be built: {reason}", reason=reason_of(error))
        ) from error


@contextmanager
def _room_for_recursion(depth: int) -> Iterator[None]:
    """Keras walks a functional graph recursively, a few frames a layer; Python's own limit ends at some 900 layers."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 1000 + 8 * depth))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def reason_of(error: BaseException) -> str:
    """The first sentence of a Keras or TensorFlow error, without its markup."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip()
    text = re.sub(r"^Exception encountered when calling [^\n]*\n+", "", text)
    return text.splitlines()[0][:300] if text else type(error).__name__


def _build_node(
    node: Node,
    spec: LayerSpec,
    shapes: Shapes,
    feeds: Sequence[Any],
    name: str,
    policy: str,
    *,
    is_output: bool,
) -> tuple[Any, Any]:
    """What a node's first call puts out, which is the model's input where nothing feeds it, and what its last does."""
    calls = spec.keras(shapes, spec.arguments(node.params))
    fed: Any = list(feeds)
    if spec.maximum_inputs == 1 and fed:
        fed = fed[0]
    first: Any = None
    for number, call in enumerate(calls):
        last = is_output and number == len(calls) - 1
        try:
            fed = _execute(call, fed, name, "float32" if last else policy)
        except Exception as error:
            message = Message("{name} cannot be built: {reason}", name=node.label, reason=reason_of(error))
            raise _keras_error(error, message, node.id) from error
        first = fed if first is None else first
    return first, fed


def _execute(call: Call, fed: Any, name: str, policy: str) -> Any:
    arguments = {key: _plain(value) for key, value in call.arguments.items()}
    arguments["name"] = f"{name}_{call.suffix}" if call.suffix else name
    if call.function in _INPUT_CALLS:
        return keras.Input(**arguments)
    arguments.setdefault("dtype", policy)
    return layer_class(call.function)(**arguments)(fed)


def layer_class(function: str) -> type[keras.layers.Layer]:
    """The class that a call names: `layers.X` is Keras's, `custom.X` ours. Raises LookupError."""
    home, _, name = function.partition(".")
    module: Any = {"layers": keras.layers, "custom": custom_layers}.get(home)
    found: type[keras.layers.Layer] | None = getattr(module, name, None)
    if found is None:
        raise LookupError(f"there is no {function}")
    return found


def _plain(value: Value) -> object:
    """A call's argument as Keras takes it: tuples stay, objects become dictionaries."""
    if isinstance(value, tuple):
        return tuple(_plain(item) for item in value)
    to_json = getattr(value, "to_json", None)
    return to_json() if to_json is not None else value


def _single(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors


def _refuse_errors(network: Network, analysis: Analysis) -> None:
    for diagnostic in analysis.diagnostics:
        if diagnostic.severity == "error":
            node = network.nodes.get(diagnostic.node)
            message = diagnostic.message
            if node is not None and node.label not in str(message):
                message = Message("{name}: {problem}", name=node.label, problem=diagnostic.message)
            raise BuildError(message, node=diagnostic.node, hint=diagnostic.hint)


def _keras_error(error: Exception, message: Message, node: str = "") -> BuildError:
    hint = NO_MESSAGE
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        hint = Message("There is not enough memory for its weights. Use fewer units or filters.")
    return BuildError(message, node=node, hint=hint)

"""The network as readable Keras source, from the very calls that the engine executes. Standard library only.

`torch_writer` writes the same for PyTorch.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.keras_names import clean_name, layer_names
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.network import Network, Node
from cnnstudio.core.source_text import Names, call, comment, docstring, keywords, listing, text
from cnnstudio.core.spec import Call, Catalogue, LayerSpec, Shapes

CustomSource = Callable[[str], str]
"""Text of the module that defines a custom layer, given the name of its class."""

_RESERVED = ("keras", "layers", "ops", "build_model", "model", "print", "custom_objects")
_MOST_PROBLEMS = 10


class CodeError(Exception):
    """A network that cannot be written as source: why, and the cure."""

    def __init__(self, message: Message, *, hint: Message = NO_MESSAGE) -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Sound:
    """A node whose shapes are known, with what a writer needs of it."""

    node: Node
    spec: LayerSpec
    shapes: Shapes
    """Shapes of its inputs."""


def keras_source(
    network: Network,
    catalogue: Catalogue,
    *,
    name: str = "",
    custom_source: CustomSource | None = None,
    partial: bool = False,
) -> str:
    """A Python module whose `build_model()` returns the network as the engine builds it, with fresh weights.

    `custom_source` gives the source of layers that Keras lacks; it is pasted in. With `partial`, a network with
    errors gives the part that is valid, under a comment that says what is missing. Raises CodeError otherwise.
    """
    analysis = Analyser(catalogue).analyse(network)
    problems = list(problem_lines(analysis))
    if problems and not partial:
        raise broken(problems)
    writer = _KerasWriter(analysis.network, analysis, catalogue)
    body = list(writer.lines())
    title = name.strip() or "A network"
    parts = [docstring(f"{title}, built with Keras 3.")]
    pasted = Pasted(custom_source)
    for class_name in writer.custom:
        pasted.add(class_name)
    parts.append(
        "\n".join(sorted({"import keras", "from keras import layers", *pasted.imports}, key=import_key))
    )
    parts.extend(f"\n{definition}" for definition in pasted.definitions)
    head = ["\ndef build_model() -> keras.Model:", '    """The network with fresh weights."""']
    if problems:
        head.append(comment(["", *incomplete(problems), ""]))
    if not body:
        body = ['    raise ValueError("The network is empty or broken from its first layer on.")']
    else:
        model = [f"inputs={listing(writer.inputs)}", f"outputs={listing(writer.outputs)}"]
        body.append(call("return keras.Model", [*model, f"name={text(clean_name(name or 'network'))}"]))
    parts.append("\n".join([*head, *body]))
    parts.append('\nif __name__ == "__main__":\n    build_model().summary()')
    return "\n\n".join(parts) + "\n"


def sound_nodes(analysis: Analysis, catalogue: Catalogue) -> Iterator[Sound]:
    """The layers, blocks spread out, without an error in or before them, sources first."""
    network = analysis.network
    for node_id, result in analysis.nodes.items():
        spec = catalogue.get(network.nodes[node_id].type)
        if spec is None or result.output_shape is None:
            continue
        shapes = tuple(shape for shape in result.input_shapes if shape is not None)
        yield Sound(network.nodes[node_id], spec, shapes)


def problem_lines(analysis: Analysis) -> Iterator[str]:
    """The errors of a network, a line each."""
    network = analysis.network
    for diagnostic in analysis.diagnostics:
        if diagnostic.severity == "error":
            node = network.nodes.get(diagnostic.node)
            line = str(diagnostic.message)
            yield line if node is None or node.label in line else f"{node.label}: {line}"


def broken(problems: list[str]) -> CodeError:
    """The refusal of a network that has errors."""
    return CodeError(
        Message("The network has errors: {problems}", problems=" ".join(problems[:3])),
        hint=Message("Cure them first; the source would build another network."),
    )


def incomplete(problems: list[str]) -> list[str]:
    """Comment lines over the valid part of a network that has errors."""
    shown = problems[:_MOST_PROBLEMS]
    if len(problems) > len(shown):
        shown.append(f"and {len(problems) - len(shown)} more")
    return ["This network has errors. Layers with an error, and all behind them, are left out:", *shown]


class _KerasWriter:
    """Writes the lines of `build_model` and remembers what must be imported, pasted in and returned."""

    def __init__(self, network: Network, analysis: Analysis, catalogue: Catalogue) -> None:
        self._network = network
        self._names = layer_names(network)
        self._sound = tuple(sound_nodes(analysis, catalogue))
        self._variables = Names(_RESERVED)
        self._outputs_of: dict[str, str] = {}
        self.custom: dict[str, None] = {}
        """Names of custom classes, in the order of their first use."""
        self.inputs: list[str] = []
        self.outputs: list[str] = []

    def lines(self) -> Iterator[str]:
        """One statement per call."""
        kept = {item.node.id for item in self._sound}
        # Names first for the calls that hold the weights: a helper call must not take them.
        for item in self._sound:
            self._outputs_of[item.node.id] = self._variables.take(self._names[item.node.id])
        for item in self._sound:
            node_id = item.node.id
            feeds = [self._outputs_of[edge.source] for edge in self._network.inputs(node_id)]
            yield from self._node(item, feeds)
            if not any(edge.target in kept for edge in self._network.outputs(node_id)):
                self.outputs.append(self._outputs_of[node_id])

    def _node(self, item: Sound, feeds: list[str]) -> Iterator[str]:
        fed = feeds[0] if item.spec.maximum_inputs == 1 and feeds else f"[{', '.join(feeds)}]"
        name = self._names[item.node.id]
        calls = item.spec.keras(item.shapes, item.spec.arguments(item.node.params))
        for number, one in enumerate(calls):
            last = number == len(calls) - 1
            called = f"{name}_{one.suffix}" if one.suffix else name
            variable = self._outputs_of[item.node.id] if last else self._variables.take(called)
            arguments = [*keywords(one.arguments), f"name={text(called)}"]
            if one.function in ("layers.Input", "layers.InputLayer"):
                self.inputs.append(variable)
                yield call(f"{variable} = keras.Input", arguments)
            else:
                yield call(f"{variable} = {self._constructor(one)}", arguments, f"({fed})")
            fed = variable

    def _constructor(self, one: Call) -> str:
        home, _, class_name = one.function.partition(".")
        if home != "custom":
            return one.function
        self.custom[class_name] = None
        return class_name


class Pasted:
    """Definitions of custom layers out of their own modules, with what they need and import."""

    def __init__(self, source: CustomSource | None) -> None:
        self._source = source
        self.imports: set[str] = set()
        self.definitions: list[str] = []

    def add(self, class_name: str) -> None:
        """Paste in a class and what it uses of its module."""
        if self._source is None:
            raise CodeError(Message("The source of the layer {name} is not at hand.", name=class_name))
        module = self._source(class_name)
        defined: dict[str, ast.stmt] = {}
        for statement in ast.parse(module).body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                self.imports.add(ast.unparse(statement))
            defined.update(dict.fromkeys(_defines(statement), statement))
        needed = _needed(class_name, defined)
        for statement in sorted({id(s): s for s in needed}.values(), key=lambda s: s.lineno):
            definition = _segment(module, statement)
            if definition not in self.definitions:
                self.definitions.append(definition)


def _defines(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return [statement.target.id]
    return []


def _needed(name: str, defined: dict[str, ast.stmt]) -> list[ast.stmt]:
    """The statement that defines `name`, and those that define what it uses."""
    if name not in defined:
        raise CodeError(Message("The source of the layer {name} is not at hand.", name=name))
    found: dict[str, ast.stmt] = {}
    pending = [name]
    while pending:
        one = pending.pop()
        if one in defined and one not in found:
            found[one] = defined[one]
            pending += [part.id for part in ast.walk(defined[one]) if isinstance(part, ast.Name)]
    return list(found.values())


def _segment(module: str, statement: ast.stmt) -> str:
    """A statement's own text, decorators included."""
    first = statement.lineno
    if isinstance(statement, ast.ClassDef | ast.FunctionDef) and statement.decorator_list:
        first = statement.decorator_list[0].lineno
    lines = module.splitlines()[first - 1 : statement.end_lineno]
    return "\n".join(re.sub(r"\s+# (type: ignore|noqa).*$", "", line) for line in lines)


def import_key(line: str) -> tuple[int, bool, str]:
    """`__future__` first, then the standard library, then the frameworks, each with plain imports in front."""
    module = line.split()[1]
    group = (
        0 if module == "__future__" else 2 if module.partition(".")[0] in ("keras", "numpy", "torch") else 1
    )
    return group, line.startswith("from"), line

"""A Keras model's configuration as a project, read as data: nothing of it is executed. Standard library only.

Functional and Sequential models; models inside models are opened up. What the catalogue does not know becomes a
node of an unknown type, and every loss is told in a warning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cnnstudio.core import keras_archive
from cnnstudio.core.keras_archive import KerasFileError
from cnnstudio.core.keras_values import has_usual_settings, is_harmless, word_of
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.parameters import ChoiceParam, ParamSpec
from cnnstudio.core.params import Params, freeze
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.project import Project
from cnnstudio.core.spec import Catalogue, LayerSpec

_MERGING_OPERATIONS = ("Add", "Subtract", "Multiply", "Maximum", "Minimum")
_CONTAINERS = ("Functional", "Model", "Sequential")
MOST_NODES = 50_000
_MOST_EDGES = 500_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """A project made from a foreign model, and what could not be taken over."""

    project: Project
    warnings: tuple[Message, ...] = ()


def import_keras(path: Path, catalogue: Catalogue, *, most_layers: int = MOST_NODES) -> Imported:
    """The architecture of a `.keras` file. Raises KerasFileError; weights are not read."""
    config = keras_archive.read_config(path)
    return network_from_config(config, catalogue, name=path.stem, most_layers=most_layers)


def network_from_config(
    config: Mapping[str, object], catalogue: Catalogue, *, name: str = "", most_layers: int = MOST_NODES
) -> Imported:
    """A project from the plain values of `config.json`. Raises KerasFileError when it describes no model."""
    kind = config.get("class_name")
    if kind not in _CONTAINERS or not isinstance(config.get("config"), dict):
        raise KerasFileError(
            Message(
                "This model is a Python class of its own ({kind}), not a graph of layers.", kind=_shown(kind)
            ),
            hint=Message("Functional and Sequential models can be imported."),
        )
    reader = _Reader(catalogue, most_layers)
    try:
        reader.container(config, (), "")
    except _BrokenConfigError as error:
        raise KerasFileError(
            Message("The model's configuration is broken: {problem}", problem=error.problem),
            hint=Message("Save it again with model.save() of Keras 3."),
        ) from None
    inner = config["config"]
    given = inner.get("name") if isinstance(inner, dict) else None
    project = Project(
        name=name or (given if isinstance(given, str) else ""),
        network=Network.of(reader.nodes.values(), reader.edges),
    )
    return Imported(project=project, warnings=tuple(dict.fromkeys(reader.warnings)))


class _BrokenConfigError(Exception):
    def __init__(self, problem: Message) -> None:
        super().__init__(str(problem))
        self.problem = problem


@dataclass(slots=True)
class _Reader:
    """Collects nodes and edges while it walks through a configuration."""

    catalogue: Catalogue
    most_layers: int
    nodes: dict[str, Node] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)

    def container(
        self, entry: Mapping[str, object], sources: tuple[str, ...], prefix: str
    ) -> tuple[str, ...]:
        """Read a model; `sources` feed its inputs (none at the top). Returns the nodes of its outputs."""
        config = _mapping(entry.get("config"), "a model")
        layers = [_mapping(item, "a layer") for item in _list(config.get("layers"), "layers")]
        if not layers:
            raise _BrokenConfigError(Message("it has no layers."))
        if entry.get("class_name") == "Sequential":
            return self._sequential(config, layers, sources, prefix)
        return self._functional(config, layers, sources, prefix)

    def _sequential(
        self,
        config: Mapping[str, Any],
        layers: list[Mapping[str, Any]],
        sources: tuple[str, ...],
        prefix: str,
    ) -> tuple[str, ...]:
        shape = config.get("build_input_shape") or _first_shape(layers[0])
        if not sources and layers[0].get("class_name") != "InputLayer":
            sources = (self._input(shape, "input", prefix),)
        for layer in layers:
            sources = self._layer(layer, sources, prefix)
        return sources

    def _functional(
        self,
        config: Mapping[str, Any],
        layers: list[Mapping[str, Any]],
        sources: tuple[str, ...],
        prefix: str,
    ) -> tuple[str, ...]:
        by_name: dict[str, Mapping[str, Any]] = {}
        for layer in layers:
            by_name[_layer_name(layer)] = layer
        inputs = [name for name, _, _ in _tensors_of_list(config.get("input_layers"))]
        outputs = list(_tensors_of_list(config.get("output_layers")))
        made: dict[tuple[str, int], tuple[str, ...]] = {}
        for number, name in enumerate(inputs):
            if number < len(sources):
                made[name, 0] = (sources[number],)
        for name, index in _call_order(by_name):
            if (name, index) in made:
                continue
            calls = _calls(by_name[name])
            tensors = calls[index] if calls else []
            fed: list[str] = []
            for source, source_index, tensor in tensors:
                feeding = made[source, source_index]
                fed.append(feeding[min(tensor, len(feeding) - 1)])
            if index:
                self.warnings.append(
                    Message(
                        "{name} is used {count} times with the same weights; here each use has weights of its own.",
                        name=name,
                        count=len(calls),
                    )
                )
            made[name, index] = self._layer(by_name[name], tuple(fed), prefix)
        ends: list[str] = []
        for name, index, tensor in outputs:
            feeding = made.get((name, index), ())
            if not feeding:
                raise _BrokenConfigError(Message("its output {name} is no layer.", name=_shown(name)))
            ends.append(feeding[min(tensor, len(feeding) - 1)])
        return tuple(ends)

    def _layer(self, layer: Mapping[str, Any], sources: tuple[str, ...], prefix: str) -> tuple[str, ...]:
        """Read one layer. Returns the nodes of its outputs."""
        kind, name = layer.get("class_name"), _layer_name(layer)
        if not isinstance(kind, str) or not kind:
            raise _BrokenConfigError(Message("the layer {name} has no class.", name=_shown(name)))
        if kind in _CONTAINERS and isinstance(_mapping(layer.get("config"), name).get("layers"), list):
            return self.container(layer, sources, f"{prefix}{name}_")
        config = _mapping(layer.get("config", {}), name)
        if kind == "InputLayer":
            if sources:
                return sources
            return (self._input(_first_shape(layer), name, prefix),)
        node_id = self._mint(prefix + name)
        kind = self._type(layer, kind)
        spec = self.catalogue.get(kind)
        if spec is None:
            params = _plain(config)
            self.warnings.append(_unknown(node_id, kind))
        else:
            if kind == "FixedFilter2D":  # which of the well-known kernels it was, the file does not say
                config = {**config, "filter": "own", "padding": "valid"}
            params = self._params(spec, config, node_id)
        self.nodes[node_id] = Node(id=node_id, type=kind, params=params)
        self.edges += [Edge(source=source, target=node_id, slot=slot) for slot, source in enumerate(sources)]
        if len(self.edges) > _MOST_EDGES:
            raise _BrokenConfigError(Message("it has more than {most} wires.", most=_MOST_EDGES))
        return (node_id,)

    def _input(self, shape: object, name: str, prefix: str) -> str:
        node_id = self._mint(prefix + name)
        sizes = shape[1:] if isinstance(shape, list) and shape else [None, None, 3]
        if not isinstance(shape, list) or not all(size is None or isinstance(size, int) for size in sizes):
            self.warnings.append(
                Message("{name}: the model does not say the size of its images; set it here.", name=node_id)
            )
            sizes = [None, None, 3]
        self.nodes[node_id] = Node(id=node_id, type="Input", params=Params(shape=sizes))
        return node_id

    def _type(self, layer: Mapping[str, Any], kind: str) -> str:
        """The catalogue's name for a layer; a type it cannot know for operations and foreign classes."""
        module, registered = layer.get("module"), layer.get("registered_name")
        if isinstance(module, str) and ".ops." in f".{module}.":
            return kind if kind in _MERGING_OPERATIONS and _takes_tensors_alone(layer) else f"ops.{kind}"
        if isinstance(registered, str) and ">" in registered and not registered.startswith("cnnstudio>"):
            return registered.replace(">", ".")
        if registered == f"cnnstudio>{kind}":
            return _meant_by_ours(kind, layer.get("config"))
        return kind

    def _params(self, spec: LayerSpec, config: Mapping[str, Any], node_id: str) -> Params:
        """The layer's arguments that the catalogue has and that are not its defaults."""
        kept: dict[str, object] = {}
        for key, value in config.items():
            param = spec.params_by_name.get(key)
            if param is None:
                if key == "data_format" and value == "channels_first":
                    self.warnings.append(
                        Message("{name} expects channels first; here the channels come last.", name=node_id)
                    )
                elif not is_harmless(key, value):
                    self.warnings.append(
                        Message("{name}: {param} = {value} is left out.", name=node_id, param=key, value=_shown(value))
                    )  # fmt: skip
                continue
            if isinstance(value, dict):
                whole = _object(param, value)
                if whole is not None and not has_usual_settings(value):
                    kept[key] = whole
                    continue
                word = word_of(value)
                lost = word is None or (isinstance(param, ChoiceParam) and word not in param.choices)
                if lost or not has_usual_settings(value):
                    self.warnings.append(
                        Message("{name}: the settings of {param} are left out.", name=node_id, param=key)
                    )
                if lost:
                    continue
                value = word
            value = freeze(value)
            try:
                if param.check(value) == param.check(param.default):
                    continue
            except ShapeError as error:
                self.warnings.append(Message("{name}: {problem}", name=node_id, problem=error.message))
            kept[key] = value
        return Params(kept)

    def _mint(self, name: str) -> str:
        if len(self.nodes) >= self.most_layers:  # models inside models, each used several times, multiply
            raise _BrokenConfigError(Message("it has more than {most} layers.", most=self.most_layers))
        base = re.sub(r"[\x00-\x1f/\\]", "_", name)[:80] or "layer"
        node_id, number = base, 2
        while node_id in self.nodes:
            node_id, number = f"{base}_{number}", number + 1
        return node_id


def _object(param: ParamSpec, value: Mapping[str, Any]) -> Params | None:
    """A serialised object as the parameter takes it, settings and all; None where it does not."""
    kind, config = value.get("class_name"), value.get("config")
    if not isinstance(config, dict) or (value.get("registered_name") or kind) != kind:
        return None
    known = {name: setting for name, setting in config.items() if setting is not None}
    try:
        checked = param.check(Params(class_name=kind, config=known))
    except (ShapeError, TypeError):
        return None
    return checked if isinstance(checked, Params) else None


def _meant_by_ours(kind: str, config: object) -> str:
    """The catalogue's layer that one of our own Keras classes stands for."""
    for prefix in ("Grouped", "Strided", "Dilated"):
        if kind.startswith(prefix):
            return kind.removeprefix(prefix)
    named = {"Attention": "MultiHeadAttention", "ManyAxesSoftmax": "Softmax"}
    if kind in named:
        return named[kind]
    if kind.startswith("Adaptive") and kind.endswith("Pooling") and isinstance(config, dict):
        size = config.get("output_size")
        return f"{kind}{len(size)}D" if isinstance(size, list) else kind
    if kind.startswith("Padded") and kind.endswith("Pooling") and isinstance(config, dict):
        pool = config.get("pool_size")
        return f"{kind.removeprefix('Padded')}{len(pool)}D" if isinstance(pool, list) else kind
    return kind


_Tensor = tuple[str, int, int]
"""Name of a layer, number of its call, number of the tensor among that call's outputs."""


def _call_order(layers: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, int]]:
    """Every (layer, call) with sources first. Raises _BrokenConfigError for a circle or an unknown source."""
    calls = {name: _calls(layer) for name, layer in layers.items()}
    waiting: dict[tuple[str, int], int] = {}
    readers: dict[tuple[str, int], list[tuple[str, int]]] = {}
    for name, uses in calls.items():
        for index, tensors in enumerate(uses or [[]]):
            waiting[name, index] = len(tensors)
            for source, source_index, _ in tensors:
                if source not in layers or source_index >= max(1, len(calls[source])):
                    raise _BrokenConfigError(
                        Message("{name} is fed by {source}, which is not there.", name=_shown(name), source=_shown(source))
                    )  # fmt: skip
                readers.setdefault((source, source_index), []).append((name, index))
    ready = [key for key, count in waiting.items() if count == 0]
    for key in ready:  # grows while it runs
        yield key
        for reader in readers.get(key, ()):
            waiting[reader] -= 1
            if waiting[reader] == 0:
                ready.append(reader)
    if len(ready) != len(waiting):
        raise _BrokenConfigError(Message("its layers feed themselves in a circle."))


def _calls(layer: Mapping[str, Any]) -> list[list[_Tensor]]:
    """The tensors that each use of a layer takes, in order."""
    uses: list[list[_Tensor]] = []
    for node in _list(layer.get("inbound_nodes", []), "inbound_nodes"):
        tensors: list[_Tensor] = []
        if isinstance(node, list):  # as Keras 2 wrote it: [[name, call, tensor, arguments], …]
            tensors = list(_tensors_of_list(node))
        else:
            _collect(_mapping(node, "a wire").get("args"), tensors)
            _collect(node.get("kwargs"), tensors)
        uses.append(tensors)
    return uses


def _collect(value: object, found: list[_Tensor]) -> None:
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            history = _mapping(value.get("config"), "a tensor").get("keras_history")
            found.append(_tensor(history))
            return
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            _collect(item, found)


def _tensors_of_list(value: object) -> Iterator[_Tensor]:
    """`["image", 0, 0]` for one tensor, or a list of such."""
    items = _list(value, "a list of tensors")
    if items and isinstance(items[0], str):
        items = [items]
    for item in items:
        yield _tensor(item)


def _tensor(value: object) -> _Tensor:
    if isinstance(value, list) and len(value) >= 3:
        name, call, tensor = value[:3]
        if isinstance(name, str) and _is_index(call) and _is_index(tensor):
            return name, call, tensor
    raise _BrokenConfigError(Message("a wire does not say where it comes from."))


def _is_index(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 100_000


def _mapping(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise _BrokenConfigError(Message("{what} has no settings.", what=_shown(what)))
    return value


def _list(value: object, what: str) -> list[Any]:
    if not isinstance(value, list):
        raise _BrokenConfigError(Message("{what} is missing.", what=_shown(what)))
    return value


def _layer_name(layer: Mapping[str, Any]) -> str:
    config = layer.get("config")
    name = layer.get("name") or (config.get("name") if isinstance(config, dict) else None)
    if not isinstance(name, str) or not name:
        raise _BrokenConfigError(Message("a layer has no name."))
    return name


def _first_shape(layer: Mapping[str, Any]) -> object:
    config = layer.get("config")
    if not isinstance(config, dict):
        return None
    return config.get("batch_shape") or config.get("batch_input_shape")


def _takes_tensors_alone(layer: Mapping[str, Any]) -> bool:
    """Whether every use of an operation takes exactly two tensors, and no number."""
    for node in layer.get("inbound_nodes", []):
        args = node.get("args") if isinstance(node, dict) else None
        if not isinstance(args, list) or len(args) != 2 or node.get("kwargs"):
            return False
        if not all(isinstance(arg, dict) and arg.get("class_name") == "__keras_tensor__" for arg in args):
            return False
    return True


def _plain(config: Mapping[str, Any]) -> Params:
    """All of a foreign layer's settings but its name, kept as they are so that nothing is lost."""
    return Params({key: value for key, value in config.items() if key not in ("name", "dtype", "trainable")})


def _unknown(name: str, kind: str) -> Message:
    if kind == "Lambda":
        return Message(
            "{name} is a Lambda layer: it holds Python code, which is never run. Replace it.", name=name
        )
    return Message(
        "{name}: the layer type {kind} is not known here; the node is kept and shows an error.",
        name=name,
        kind=kind,
    )


def _shown(value: object) -> str:
    text = value if isinstance(value, str) else repr(value)
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= 60 else text[:59] + "…"

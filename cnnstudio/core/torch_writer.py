"""The network as a readable PyTorch module, from the layers' PyTorch calls. Standard library only.

PyTorch keeps channels first, so the module takes (batch, channels, height, width). Weights of a trained Keras model
need their axes moved; this writes the architecture alone.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.code_writer import (
    CodeError,
    CustomSource,
    Pasted,
    Sound,
    broken,
    import_key,
    incomplete,
    problem_lines,
    sound_nodes,
)
from cnnstudio.core.keras_names import layer_names
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.params import Params, Value
from cnnstudio.core.source_text import WIDTH, Names, call, comment, docstring, keywords
from cnnstudio.core.spec import Call, Catalogue, Remark

_RESERVED = ("torch", "nn", "F", "self", "super", "model", "print")
_MODULE_RESERVED = (
    "add_module", "apply", "buffers", "children", "compile", "cpu", "cuda", "double", "eval", "float", "forward",
    "half", "modules", "named_buffers", "named_children", "named_modules", "named_parameters", "parameters",
    "register_buffer", "register_module", "register_parameter", "state_dict", "to", "train", "training", "type",
    "xpu", "zero_grad", "T_destination", "bfloat16", "call_super_init", "dump_patches", "extra_repr", "get_buffer",
    "get_parameter", "get_submodule", "ipu", "mtia", "load_state_dict", "requires_grad_", "set_submodule",
    "share_memory", "to_empty", "get_extra_state", "set_extra_state",
)  # fmt: skip
"""Attributes that nn.Module has already."""
_DEFAULTS = {
    "bias": True, "ceil_mode": False, "count_include_pad": True, "dilation": 1, "groups": 1, "inplace": False,
    "output_padding": 0, "padding": 0,
}  # fmt: skip
"""PyTorch's own defaults, the same in every module that has the argument."""
_SIZES = ("kernel_size", "stride", "padding", "dilation", "output_padding")


def torch_source(
    network: Network,
    catalogue: Catalogue,
    *,
    name: str = "",
    custom_source: CustomSource | None = None,
    partial: bool = False,
) -> str:
    """A Python module with an `nn.Module` of the network, channels first, with fresh weights.

    `custom_source` gives the source of layers that PyTorch lacks; it is pasted in. Raises CodeError naming the layers that have no PyTorch counterpart, and for a network with errors unless
    `partial`, which gives the valid part.
    """
    analysis = Analyser(catalogue).analyse(network)
    problems = list(problem_lines(analysis))
    if problems and not partial:
        raise broken(problems)
    sound = tuple(sound_nodes(analysis, catalogue))
    calls = {item.node.id: _calls(item) for item in sound}
    garbled = _garbled(analysis.network, sound)
    missing = [item for item in sound if calls[item.node.id] is None or item.node.id in garbled]
    if missing:
        raise CodeError(
            Message(
                "There is no PyTorch counterpart for {layers}.",
                layers=", ".join(f"{item.node.label} ({item.node.type})" for item in missing[:8]),
            ),
            hint=Message("Write Keras source, or export to ONNX."),
        )
    writer = _TorchWriter(analysis.network, sound, {key: value or () for key, value in calls.items()})
    forward = list(writer.forward())
    pasted = Pasted(custom_source)
    for one in writer.custom:
        pasted.add(one)
    class_name = Names(["F", "Module", *writer.custom]).take(
        "".join(part[:1].upper() + part[1:] for part in _words(name)) or "Network"
    )
    title = name.strip() or "A network"
    body = [
        docstring(f"{title}, as a PyTorch module. Images are (batch, channels, height, width)."),
        _imports(pasted.imports, forward, writer.modules),
        *(f"\n{definition}" for definition in pasted.definitions),
        f"\nclass {class_name}(nn.Module):\n    {docstring(f'{title}.')}\n",
    ]
    constructor = ["    def __init__(self):", "        super().__init__()", *writer.modules]
    if problems:
        constructor.insert(1, comment(incomplete(problems), indent=2))
    if not forward:
        forward = ['        raise ValueError("The network is empty or broken from its first layer on.")']
    else:
        forward.append(f"        return {', '.join(writer.outputs)}")
    method = [f"    def forward({', '.join(['self', *writer.inputs])}):", *forward]
    body[-1] += "\n" + "\n".join(constructor) + "\n\n" + "\n".join(method)
    body.append(f'\nif __name__ == "__main__":\n    print({class_name}())')
    return "\n\n".join(body) + "\n"


def _calls(item: Sound) -> tuple[Call, ...] | None:
    return item.spec.torch(item.shapes, item.spec.arguments(item.node.params))


def _garbled(network: Network, sound: tuple[Sound, ...]) -> set[str]:
    """Layers that would spread a row out anew which PyTorch's Flatten laid out in another order than Keras's."""
    other_order: set[str] = set()
    found: set[str] = set()
    for item in sound:
        behind = any(edge.source in other_order for edge in network.inputs(item.node.id))
        if item.node.type == "Reshape" and behind:
            found.add(item.node.id)
        lays_out = item.node.type == "Flatten" and len(item.shapes[0]) > 1
        if lays_out or (behind and item.node.type != "Dense"):
            other_order.add(item.node.id)
    return found


def _words(name: str) -> list[str]:
    return "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in name).split()


def _imports(needed: set[str], *parts: list[str]) -> str:
    """The import lines: those that pasted classes need, and what the calls use."""
    used = "\n".join(line for part in parts for line in part)
    lines = {"from torch import nn", *needed}
    if "torch." in used:
        lines.add("import torch")
    if "F." in used:
        lines.add("import torch.nn.functional as F")
    return "\n".join(sorted(lines, key=import_key))


class _TorchWriter:
    """Writes the constructor's and `forward`'s lines side by side."""

    def __init__(
        self, network: Network, sound: tuple[Sound, ...], calls: dict[str, tuple[Call, ...]]
    ) -> None:
        self._network = network
        self._sound = sound
        self._calls = calls
        self._names = layer_names(network)
        self._attributes = Names(_MODULE_RESERVED)
        self._variables = Names(_RESERVED)
        self._outputs_of: dict[str, str] = {}
        self.custom: dict[str, None] = {}
        """Names of classes of our own, in the order of their first use."""
        self.modules: list[str] = []
        self.inputs: list[str] = []
        self.outputs: list[str] = []

    def forward(self) -> Iterator[str]:
        """One statement per call."""
        kept = {item.node.id for item in self._sound}
        for item in self._sound:
            node_id = item.node.id
            feeds = [self._outputs_of[edge.source] for edge in self._network.inputs(node_id)]
            yield from self._remark(item)
            if feeds and not self._calls[node_id]:
                variable = feeds[0]
            else:
                variable = self._variables.take(self._names[node_id])
            self._outputs_of[node_id] = variable
            if not feeds:
                self.inputs.append(variable)
            yield from self._node(item, feeds, variable)
            if not any(edge.target in kept for edge in self._network.outputs(node_id)):
                self.outputs.append(variable)

    def _remark(self, item: Sound) -> Iterator[str]:
        remark = item.spec.torch_remark(item.shapes, item.spec.arguments(item.node.params))
        if remark is not None:
            yield from _remark_lines(item.node.label, remark)

    def _node(self, item: Sound, feeds: list[str], variable: str) -> Iterator[str]:
        calls = self._calls[item.node.id]
        for one in calls:
            home, _, class_name = one.function.partition(".")
            if home in ("nn", "custom"):
                label = self._names[item.node.id]
                named = f"{label}_{one.suffix}" if one.suffix and len(calls) > 1 else label
                attribute = self._attributes.take(named)
                constructor = one.function
                if home == "custom":
                    self.custom[class_name] = None
                    constructor = class_name
                self.modules.append(call(f"self.{attribute} = {constructor}", _shortened(one), indent=2))
                yield f"        {variable} = self.{attribute}({', '.join(feeds)})"
            else:
                yield call(
                    f"{variable} = {one.function}", [*_positional(one, feeds), *_shortened(one)], indent=2
                )
            feeds = [variable]


def _remark_lines(label: str, remark: Remark) -> Iterator[str]:
    margin = "        # "
    sentence = f"{' '.join(label.split())}: {remark.sentence}"
    yield textwrap.fill(sentence, WIDTH, initial_indent=margin, subsequent_indent=margin)
    for one in remark.calls:
        arguments = [*keywords(one.arguments), *(f"{name}={value}" for name, value in one.names.items())]
        for line in call(one.function, arguments, indent=2).splitlines():
            yield margin + line.removeprefix("        ")


def _positional(one: Call, feeds: list[str]) -> list[str]:
    takes_list = one.function in ("torch.cat", "torch.stack")
    return [f"[{', '.join(feeds)}]"] if takes_list else feeds


def _shortened(one: Call) -> list[str]:
    """The arguments that are not PyTorch's defaults; sizes that agree on all axes as one number."""
    kept: dict[str, Value] = {}
    for name, value in one.arguments.items():
        if name in _SIZES and isinstance(value, tuple) and value and len(set(value)) == 1:
            value = value[0]
        if name == "stride" and value == (kept.get("kernel_size") if "Pool" in one.function else 1):
            continue
        if name in _DEFAULTS and value == _DEFAULTS[name] and type(value) is type(_DEFAULTS[name]):
            continue
        kept[name] = value
    return keywords(Params(kept))

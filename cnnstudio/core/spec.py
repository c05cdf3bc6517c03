"""What a layer is to the editor: parameters, shape rule, weights, cost, and the calls that build it. Standard library only.

A `Call` is data: the engine executes it and the code writer prints it, so what runs and what is exported cannot differ.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from cnnstudio.core.drawings import Drawing
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.core.params import EMPTY, Params, Value
from cnnstudio.core.problems import ShapeError

Shape = tuple[int | None, ...]
"""Channels-last and without the batch axis: `(height, width, channels)`; None is an unknown size."""

Shapes = tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight tensor, in Keras's layout and order."""

    name: str
    shape: tuple[int, ...]
    trainable: bool = True

    @property
    def count(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True, slots=True)
class Call:
    """One call that builds part of a layer, as data.

    `function` is `layers.X` (keras.layers.X), `custom.X` (a layer this program brings along), for PyTorch `nn.X`,
    `F.x`, `torch.x` or again `custom.X`. `suffix` distinguishes the calls of one node: the call that holds the weights has none and takes the
    node's label as its name; a helper call is named `label_suffix`.
    """

    function: str
    arguments: Params = EMPTY
    suffix: str = ""
    names: Params = EMPTY
    """Arguments whose value is a name in the source, not text: `interpolation=v2.InterpolationMode.BILINEAR`."""


@dataclass(frozen=True, slots=True)
class Remark:
    """What source says in a comment at a layer's place: a sentence, and calls that are to be written elsewhere."""

    sentence: str
    calls: tuple[Call, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowSum:
    """The numbers behind `floor((W - K_eff + P) / S) + 1` on one axis, for the formula card. Sizes in pixels."""

    size: int
    kernel: int
    strides: int
    dilation: int
    pad_before: int
    pad_after: int
    output: int

    @property
    def effective_kernel(self) -> int:
        """K_eff = D * (K - 1) + 1."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def dropped(self) -> int:
        """Padded pixels at the far end that no window covers."""
        padded = self.size + self.pad_before + self.pad_after
        return max(0, padded - (self.output - 1) * self.strides - self.effective_kernel)


@dataclass(frozen=True, slots=True)
class Formula:
    """One line of arithmetic with the user's numbers put in. `window` is there for window arithmetic alone."""

    axis: str
    text: str
    window: WindowSum | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """The receptive field of one unit along one axis, in pixels of the network's input.

    `size`: pixels seen. `jump`: distance between the fields of neighbouring units. `start`: centre of the first
    unit's field. Araujo, Norris & Sim, Distill 2019, equations 1 to 3.
    """

    size: int = 1
    jump: float = 1.0
    start: float = 0.5


Fields = tuple[Field, ...] | None
"""One `Field` per spatial axis; None when a unit sees the whole input (after flatten, dense, global pooling)."""


class LayerSpec(ABC):
    """One type of layer. Subclasses are stateless; one instance of each is in the catalogue."""

    type: ClassVar[str]
    """The Keras class name, or the field's name where Keras has no such layer."""
    category: ClassVar[str]
    """`input`, `convolution`, `pooling`, `activation`, `normalisation`, `regularisation`, `shape`, `merging`,
    `dense`, `augmentation`, `attention`."""
    prefix: ClassVar[str]
    """What ids of this layer start with: `conv` gives conv1, conv2."""
    help: ClassVar[Message] = NO_MESSAGE
    drawing: ClassVar[Drawing | None] = None
    """What is shown beside the help where nothing is known of a node's parameters."""
    params: ClassVar[tuple[ParamSpec, ...]] = ()
    minimum_inputs: ClassVar[int] = 1
    maximum_inputs: ClassVar[int | None] = 1
    """None: any number, at least `minimum_inputs` (merging layers)."""
    keywords: ClassVar[tuple[str, ...]] = ()
    """More words that find it in the palette."""
    order: ClassVar[int] = 50
    """Where it stands in its category: lowest first, equals by type."""

    @cached_property
    def params_by_name(self) -> Mapping[str, ParamSpec]:
        return {param.name: param for param in self.params}

    def arguments(self, params: Params) -> Arguments:
        """`params` completed with the defaults, each checked. Raises ShapeError, code `param.…`."""
        values: dict[str, Value] = {}
        for spec in self.params:
            values[spec.name] = spec.check(params.get(spec.name, spec.default))
        for name in params:
            if name not in values:
                raise ShapeError(
                    Message("{type} has no parameter named {param}.", type=self.type, param=name),
                    code="param.unknown",
                    param=name,
                    hint=Message("It has {names}.", names=", ".join(values) or "none"),
                )
        return Arguments(values)

    @abstractmethod
    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        """The output's shape. Raises ShapeError when Keras would refuse these inputs."""

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        """The weight tensors in Keras's order; none by default."""
        return ()

    def macs(self, inputs: Shapes, args: Arguments) -> int:
        """Multiply-accumulates for one image; 0 by default."""
        return 0

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        """The receptive field of the output's units from those of the inputs; by default the largest input's."""
        return largest_fields(fields)

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        """The sum behind the output's shape, one line per axis; none by default."""
        return ()

    def describe(self, args: Arguments) -> str:
        """The parameters that matter in one line, as on a node's card: `6 · 5×5 · s1 · p2 · sigmoid`."""
        return ""

    def drawing_for(self, args: Arguments) -> Drawing | None:
        """What is shown beside the help of a node with these parameters; by default the layer's `drawing`."""
        return self.drawing

    @abstractmethod
    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        """The Keras calls that build it, each fed by the one before; the first takes all inputs."""

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        """The PyTorch calls for the same arithmetic; None where there are none.

        Empty where PyTorch has nothing to do at this place, so that what comes in is passed on.
        """
        return None

    def torch_remark(self, inputs: Shapes, args: Arguments) -> Remark | None:
        """What PyTorch source says of this layer in a comment; nothing by default."""
        return None


Catalogue = Mapping[str, LayerSpec]
"""All layer types by name."""


def largest_fields(fields: tuple[Fields, ...]) -> Fields:
    """Per axis the largest of several receptive fields; None (all of the input) is larger than any."""
    if not fields:
        return None
    merged: list[Field] | None = None
    for one in fields:
        if one is None or (merged is not None and len(one) != len(merged)):
            return None
        merged = (
            list(one)
            if merged is None
            else [max(a, b, key=lambda f: f.size) for a, b in zip(merged, one, strict=True)]
        )
    return tuple(merged or ())

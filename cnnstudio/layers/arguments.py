"""Parameters that many layers share, with Keras's names and defaults, and calls made from them. Standard library only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, BoolParam, ChoiceParam, ParamSpec, SizeParam, is_int
from cnnstudio.core.params import EMPTY, Params, Value
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import LayerSpec, Shape

ACTIVATIONS = (
    "linear",
    "relu",
    "leaky_relu",
    "relu6",
    "elu",
    "selu",
    "celu",
    "gelu",
    "silu",
    "mish",
    "sigmoid",
    "tanh",
    "softmax",
    "log_softmax",
    "log_sigmoid",
    "softplus",
    "softsign",
    "squareplus",
    "exponential",
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "hard_shrink",
    "soft_shrink",
    "tanh_shrink",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
)
"""Keras's activations that keep the shape (`glu` halves it, `threshold` needs arguments). Common ones first."""

Objects = Mapping[str, Mapping[str, float | None]]
"""Classes of Keras objects, each with the numbers it takes and the least each may be; None is any."""

_OTHER_NAMES = {"swish": "silu", "hard_swish": "hard_silu"}

VECTOR_INITIALIZERS = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "random_uniform",
    "random_normal",
    "truncated_normal",
    "variance_scaling",
    "zeros",
    "ones",
    "uniform",
    "normal",
    "constant",
)
"""Keras's initialisers that work for weights of any rank."""

INITIALIZERS = (*VECTOR_INITIALIZERS, "orthogonal")
"""Those for kernels; `orthogonal` needs two axes."""

REGULARIZERS = ("l1", "l2", "l1l2")
"""Keras's words; each means a factor of 0.01."""

CONSTRAINTS = ("max_norm", "unit_norm", "non_neg", "min_max_norm")
"""Keras's words; the largest norm is 2 for the first and 1 for the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationParam(ChoiceParam):
    """One of Keras's activations, or null for none. Keras's second names are read too."""

    choices: tuple[str, ...] = ACTIVATIONS
    optional: bool = True

    def normalise(self, value: Value) -> Value:
        if isinstance(value, str):
            value = _OTHER_NAMES.get(value, value)
        return ChoiceParam.normalise(self, value)


_UNIFORM, _NORMAL = {"minval": None, "maxval": None}, {"mean": None, "stddev": 0.0}
_VECTOR_INITIALIZER_OBJECTS: Objects = {
    "Constant": {"value": None},
    "Ones": {},
    "Zeros": {},
    "RandomUniform": _UNIFORM,
    "RandomNormal": _NORMAL,
    "TruncatedNormal": _NORMAL,
    **{f"{who}{how}": {} for who in ("Glorot", "He", "Lecun") for how in ("Uniform", "Normal")},
}
_INITIALIZER_OBJECTS: Objects = {**_VECTOR_INITIALIZER_OBJECTS, "Orthogonal": {"gain": None}}
_REGULARIZER_OBJECTS: Objects = {
    "L1": {"l1": 0.0},
    "L2": {"l2": 0.0},
    "L1L2": {"l1": 0.0, "l2": 0.0},
}
_CONSTRAINT_OBJECTS: Objects = {
    "MaxNorm": {"max_value": 0.0},
    "MinMaxNorm": {"min_value": 0.0, "max_value": 0.0, "rate": 0.0},
    "UnitNorm": {},
    "NonNeg": {},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WordOrObjectParam(ChoiceParam):
    """One of Keras's words, or `{"class_name": "Constant", "config": {"value": 42}}` as Keras serialises it.

    `objects`: the classes that may be written so, each with its numbers and the least that each may be.
    """

    objects: Objects
    also: tuple[str, ...] = ()
    """`axis`, where the classes take the axes along which they measure."""

    def normalise(self, value: Value) -> Value:
        if not isinstance(value, Params):
            return ChoiceParam.normalise(self, value)
        kind, config = value.get("class_name"), value.get("config", EMPTY)
        numbers = self.objects.get(kind) if isinstance(kind, str) else None
        if numbers is None or not isinstance(config, Params):
            names = ", ".join(self.objects)
            raise self.refuse(Message("its class_name must be one of {names}.", names=names), value)
        kept: dict[str, Value] = {}
        for name, number in config.items():
            if name == "seed":
                continue
            if name == "axis" and "axis" in self.also:
                axes = number if isinstance(number, tuple) else (number,)
                if not all(is_int(axis) for axis in axes):
                    raise self.refuse(Message("its axis must be the number of an axis, or several."), value)
                kept[name] = number
                continue
            if name not in numbers or not _is_number(number, numbers[name]):
                raise self.refuse(
                    Message(
                        "{kind} takes the numbers {names}.", kind=kind, names=", ".join(numbers) or "none"
                    ),
                    value,
                )
            kept[name] = number
        return Params(class_name=kind, config=Params(kept))


def _is_number(value: Value, least: float | None) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return False
    return least is None or value >= least


def weight_params(
    kernels: tuple[str, ...] = ("kernel",), *, activation: bool = True, bias: bool = True
) -> tuple[ParamSpec, ...]:
    """`activation`, `use_bias`, then initialisers, regularisers and constraints of a layer with these kernels."""
    shared: list[ParamSpec] = []
    if activation:
        shared.append(
            ActivationParam(
                name="activation", help=Message("The function applied to every output; none by default.")
            )
        )
    if bias:
        shared.append(
            BoolParam(
                name="use_bias",
                default=True,
                help=Message("Whether a learned number is added to every output channel."),
            )
        )
    shared += [initializer(f"{kernel}_initializer", "glorot_uniform", kernel=True) for kernel in kernels]
    if bias:
        shared.append(initializer("bias_initializer", "zeros"))
    shared += [regularizer(f"{kernel}_regularizer") for kernel in kernels]
    if bias:
        shared.append(regularizer("bias_regularizer"))
    shared += [constraint(f"{kernel}_constraint") for kernel in kernels]
    if bias:
        shared.append(constraint("bias_constraint"))
    return tuple(shared)


def initializer(name: str, default: str, *, kernel: bool = False) -> ParamSpec:
    """How a weight starts out."""
    return WordOrObjectParam(
        name=name,
        default=default,
        choices=INITIALIZERS if kernel else VECTOR_INITIALIZERS,
        objects=_INITIALIZER_OBJECTS if kernel else _VECTOR_INITIALIZER_OBJECTS,
        advanced=True,
        help=Message("How these weights are drawn before training."),
    )


def regularizer(name: str) -> ParamSpec:
    """A penalty on large weights."""
    return WordOrObjectParam(
        name=name,
        choices=REGULARIZERS,
        objects=_REGULARIZER_OBJECTS,
        optional=True,
        advanced=True,
        help=Message("A penalty on large weights, added to the loss with a factor of 0.01."),
    )


def constraint(name: str) -> ParamSpec:
    """What weights are brought back to after every training step."""
    return WordOrObjectParam(
        name=name,
        choices=CONSTRAINTS,
        objects=_CONSTRAINT_OBJECTS,
        also=("axis",),
        optional=True,
        advanced=True,
        help=Message("What these weights are held to after every training step, such as a largest length."),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AxesParam(ParamSpec):
    """An axis as Keras counts them, the batch being 0 and the last -1; a list of them where `several`."""

    default: Value = -1
    several: bool = False

    def normalise(self, value: Value) -> Value:
        items = value if isinstance(value, tuple) and self.several else (value,)
        if not items or not all(is_int(item) for item in items):
            raise self.refuse(Message("it must be the number of an axis."), value)
        return value


def own_axis(layer: str, axis: int, shape: Shape, *, param: str = "axis") -> int:
    """Where `axis`, counted as Keras does, lies in a shape without the batch axis. Raises ShapeError."""
    rank = len(shape) + 1
    place = axis if axis >= 0 else axis + rank
    if 1 <= place < rank:
        return place - 1
    raise ShapeError(
        Message(
            "{layer} has no axis {axis}: its input has the axes 1 to {last}.",
            layer=layer,
            axis=axis,
            last=rank - 1,
        ),
        code="param.axis",
        hint=Message("Use -1 for the last axis, the channels."),
        param=param,
    )


def known_axis(layer: str, axis: int, shape: Shape) -> int:
    """The size of that axis. Raises ShapeError when it is unknown, since weights depend on it."""
    size = shape[own_axis(layer, axis, shape)]
    if size is None:
        raise ShapeError(
            Message(
                "{layer} needs to know the size of axis {axis}, which is unknown here.",
                layer=layer,
                axis=axis,
            ),
            code="shape.unknown",
            hint=Message("Give the Input layer a number in place of null."),
        )
    return size


def keras_arguments(
    layer: LayerSpec,
    args: Arguments,
    *,
    always: tuple[str, ...] = (),
    leave_out: tuple[str, ...] = (),
    changed: Mapping[str, Value] | None = None,
) -> Params:
    """The arguments a person would write: those in `always`, and those that are not the default.

    Sizes that agree on all axes become one number. `changed` replaces values, `leave_out` drops names.
    """
    written: dict[str, Value] = {}
    for name, spec in layer.params_by_name.items():
        if name in leave_out:
            continue
        value = changed[name] if changed and name in changed else args[name]
        if name not in always and value == spec.check(spec.default):
            continue
        if isinstance(spec, SizeParam) and isinstance(value, tuple) and len(set(value)) == 1:
            value = value[0]
        written[name] = value
    return Params(written)

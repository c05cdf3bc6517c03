"""What the normalisation layers share: a learned scale and offset per channel. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, BoolParam, FloatParam, ParamSpec
from cnnstudio.core.spec import Weight
from cnnstudio.layers.arguments import AxesParam, constraint, initializer, regularizer


def epsilon_param() -> ParamSpec:
    """Keeps a division from failing."""
    return FloatParam(
        name="epsilon",
        default=1e-3,
        minimum=0,
        advanced=True,
        help=Message("Added to the variance, so that nothing divides by 0."),
    )


def axis_param(text: Message, *, several: bool = False) -> ParamSpec:
    """Keras's `axis`."""
    return AxesParam(name="axis", several=several, advanced=True, help=text)


def scaling_params() -> tuple[ParamSpec, ...]:
    """`center`, `scale`, and how beta and gamma start, are kept small and are held."""
    return (
        BoolParam(name="center", default=True, help=Message("Whether an offset (beta) is learned.")),
        BoolParam(name="scale", default=True, help=Message("Whether a factor (gamma) is learned.")),
        initializer("beta_initializer", "zeros"),
        initializer("gamma_initializer", "ones"),
        regularizer("beta_regularizer"),
        regularizer("gamma_regularizer"),
        constraint("beta_constraint"),
        constraint("gamma_constraint"),
    )


def scaling_weights(shape: tuple[int, ...], args: Arguments) -> tuple[Weight, ...]:
    """Gamma and beta, in Keras's order, where they are learned."""
    gamma = (Weight("gamma", shape),) if args.flag("scale") else ()
    beta = (Weight("beta", shape),) if args.flag("center") else ()
    return gamma + beta

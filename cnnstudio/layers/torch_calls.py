"""PyTorch's names for what Keras writes as an argument. Standard library only.

PyTorch keeps channels first, so an axis of -1 here is axis 1 there.
"""

from __future__ import annotations

from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call

_MODULES: dict[str, tuple[str, Params]] = {
    "relu": ("nn.ReLU", Params()),
    "leaky_relu": ("nn.LeakyReLU", Params(negative_slope=0.2)),
    "relu6": ("nn.ReLU6", Params()),
    "elu": ("nn.ELU", Params()),
    "selu": ("nn.SELU", Params()),
    "celu": ("nn.CELU", Params()),
    "gelu": ("nn.GELU", Params()),
    "silu": ("nn.SiLU", Params()),
    "mish": ("nn.Mish", Params()),
    "sigmoid": ("nn.Sigmoid", Params()),
    "tanh": ("nn.Tanh", Params()),
    "softmax": ("nn.Softmax", Params(dim=1)),
    "log_softmax": ("nn.LogSoftmax", Params(dim=1)),
    "log_sigmoid": ("nn.LogSigmoid", Params()),
    "softplus": ("nn.Softplus", Params()),
    "softsign": ("nn.Softsign", Params()),
    "hard_sigmoid": ("nn.Hardsigmoid", Params()),
    "hard_silu": ("nn.Hardswish", Params()),
    "hard_tanh": ("nn.Hardtanh", Params()),
    "hard_shrink": ("nn.Hardshrink", Params()),
    "soft_shrink": ("nn.Softshrink", Params()),
    "tanh_shrink": ("nn.Tanhshrink", Params()),
}


def channels_last(axes: int) -> tuple[Call, ...]:
    """Brings a tensor of so many axes besides the batch into Keras's order; a vector has one order alone."""
    return () if axes < 2 else (Call("torch.permute", Params(dims=(0, *range(2, axes + 1), 1))),)


def channels_first(axes: int) -> tuple[Call, ...]:
    """Back into PyTorch's order."""
    return () if axes < 2 else (Call("torch.permute", Params(dims=(0, axes, *range(1, axes)))),)


def torch_activation(name: str | None) -> tuple[Call, ...] | None:
    """The module for one of Keras's activations; empty for none, None where PyTorch has no module for it."""
    if name is None or name == "linear":
        return ()
    found = _MODULES.get(name)
    return None if found is None else (Call(found[0], found[1], suffix=name),)


def with_activation(calls: tuple[Call, ...], name: str | None) -> tuple[Call, ...] | None:
    """`calls` followed by the activation."""
    activation = torch_activation(name)
    return None if activation is None else (*calls, *activation)

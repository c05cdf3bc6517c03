"""ActivityRegularization: large values cost something."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, Penalty
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, FloatParam, ParamSpec
from cnnstudio.core.spec import Call, Remark, Shapes
from cnnstudio.layers.plain_layer import PlainLayer
from cnnstudio.layers.wording import join


class ActivityRegularization(PlainLayer):
    """`keras.layers.ActivityRegularization`: adds l1 * sum of |x| + l2 * sum of x² to the loss."""

    type: ClassVar[str] = "ActivityRegularization"
    category: ClassVar[str] = "regularisation"
    prefix: ClassVar[str] = "penalty"
    order: ClassVar[int] = 40
    keywords: ClassVar[tuple[str, ...]] = ("l1", "l2", "penalty", "sparse", "sparsity")
    drawing: ClassVar[Drawing] = Penalty()
    help: ClassVar[Message] = Message(
        "Passes values on as they are and adds a penalty for large ones to the loss, so that the network learns to "
        "keep most of them small."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        FloatParam(
            name="l1", default=0.0, minimum=0, help=Message("The price of the sum of absolute values.")
        ),
        FloatParam(name="l2", default=0.0, minimum=0, help=Message("The price of the sum of squares.")),
    )

    def describe(self, args: Arguments) -> str:
        return join(
            *(f"{name} {args.number(name):g}" if args.number(name) else None for name in ("l1", "l2"))
        )

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        return ()

    def torch_remark(self, inputs: Shapes, args: Arguments) -> Remark | None:
        prices = [
            f"{args.number(name):g} * values.{penalty}.sum() / len(values)"
            for name, penalty in (("l1", "abs()"), ("l2", "square()"))
            if args.number(name)
        ]
        if not prices:
            return None
        return Remark(
            f"ActivityRegularization passes values on. In PyTorch, add its penalty to the loss: {' + '.join(prices)}."
        )

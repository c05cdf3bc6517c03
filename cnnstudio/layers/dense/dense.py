"""Dense: every output sees every value of the last axis."""

from __future__ import annotations

import math
from typing import ClassVar

from cnnstudio.core.drawings import DenseFan, Drawing
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.spec import Call, Fields, Formula, LayerSpec, Shape, Shapes, Weight
from cnnstudio.layers.arguments import keras_arguments, weight_params
from cnnstudio.layers.softmax_calls import needs_own_softmax, own_softmax
from cnnstudio.layers.torch_calls import with_activation
from cnnstudio.layers.wording import join, known_product, require_channels


class Dense(LayerSpec):
    """`keras.layers.Dense`: applied along the last axis, whatever the rank."""

    type: ClassVar[str] = "Dense"
    category: ClassVar[str] = "dense"
    prefix: ClassVar[str] = "dense"
    order: ClassVar[int] = 0
    keywords: ClassVar[tuple[str, ...]] = ("fully connected", "linear", "classifier", "units", "fc")
    drawing: ClassVar[Drawing] = DenseFan()
    help: ClassVar[Message] = Message(
        "Every output is a weighted sum of all values of the last axis, plus a bias. "
        "At the end of a classifier it has one unit per class. On an input with height and width it acts like a "
        "1×1 convolution: put Flatten in front to let it see the whole picture."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntParam(name="units", default=10, help=Message("How many values come out.")),
        *weight_params(),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        require_channels(self.type, inputs[0])
        return (*inputs[0][:-1], args.integer("units"))

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        units = args.integer("units")
        kernel = Weight("kernel", (require_channels(self.type, inputs[0]), units))
        return (kernel, Weight("bias", (units,))) if args.flag("use_bias") else (kernel,)

    def macs(self, inputs: Shapes, args: Arguments) -> int:
        return (known_product(inputs[0]) or 0) * args.integer("units")

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return fields[0] if len(inputs[0]) > 1 else None

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        features, units = require_channels(self.type, inputs[0]), args.integer("units")
        total = math.prod(weight.count for weight in self.weights(inputs, args)[:1])
        if args.flag("use_bias"):
            return (Formula("parameters", f"{features}*{units} + {units} = {total + units}"),)
        return (Formula("parameters", f"{features}*{units} = {total}"),)

    def describe(self, args: Arguments) -> str:
        return join(str(args.integer("units")), args.optional_text("activation"))

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        if args.optional_text("activation") == "softmax" and needs_own_softmax(inputs[0]):
            linear = keras_arguments(self, args, always=("units",), leave_out=("activation",))
            return Call("layers.Dense", linear), own_softmax(suffix="softmax")
        return (Call("layers.Dense", keras_arguments(self, args, always=("units",))),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        linear = Call(
            "nn.Linear",
            Params(
                in_features=require_channels(self.type, inputs[0]),
                out_features=args.integer("units"),
                bias=args.flag("use_bias"),
            ),
        )
        if len(inputs[0]) != 1:  # PyTorch keeps channels first; its Linear works on the last axis
            return None
        return with_activation((linear,), args.optional_text("activation"))

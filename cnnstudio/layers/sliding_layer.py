"""What every layer with a learned window has: how far it sees, the sum behind its size, its work. Standard library only."""

from __future__ import annotations

from cnnstudio.core.parameters import Arguments
from cnnstudio.core.spec import Fields, Formula, LayerSpec, Shapes
from cnnstudio.layers.window import window_of
from cnnstudio.layers.wording import known_product


class Sliding(LayerSpec):
    """Base of the convolutions. `macs` holds where one kernel, the first of the weights, is applied at every place."""

    def macs(self, inputs: Shapes, args: Arguments) -> int:
        outputs = known_product(self.output_shape(inputs, args)[:-1])
        return (outputs or 0) * self.weights(inputs, args)[0].count

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return window_of(args).grow(fields[0], inputs[0][:-1])

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        return window_of(args).formula(inputs[0][:-1])

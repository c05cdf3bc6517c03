"""Pooling to a given size: output i sees the inputs from floor(i * W / W_out) up to ceil((i + 1) * W / W_out).

The windows are PyTorch's. Axis by axis, which gives the same values for windows that are boxes.
"""

import keras
from keras import ops


def _windows(size: int, output: int) -> list[tuple[int, int]]:
    """Start and end of every window along an axis."""
    return [(i * size // output, -(-(i + 1) * size // output)) for i in range(output)]


@keras.saving.register_keras_serializable(package="cnnstudio")
class AdaptiveAveragePooling(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """The mean of each window, along 1, 2 or 3 axes of known size; channels last."""

    def __init__(self, output_size: tuple[int, ...], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.output_size = tuple(output_size)

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        for axis, output in enumerate(self.output_size, start=1):
            size = inputs.shape[axis]
            shares = [
                [
                    1.0 / (end - start) if start <= place < end else 0.0
                    for start, end in _windows(size, output)
                ]
                for place in range(size)
            ]
            table = ops.convert_to_tensor(shares, dtype=inputs.dtype)
            inputs = ops.moveaxis(ops.matmul(ops.moveaxis(inputs, axis, -1), table), -1, axis)
        return inputs

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (input_shape[0], *self.output_size, input_shape[-1])

    def get_config(self) -> dict[str, object]:
        return {**super().get_config(), "output_size": self.output_size}


@keras.saving.register_keras_serializable(package="cnnstudio")
class AdaptiveMaxPooling(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """The largest value of each window, along 1, 2 or 3 axes of known size; channels last."""

    def __init__(self, output_size: tuple[int, ...], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.output_size = tuple(output_size)

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        for axis, output in enumerate(self.output_size, start=1):
            windows = _windows(inputs.shape[axis], output)
            longest = max(end - start for start, end in windows)
            largest = None
            for step in range(longest):  # a shorter window sees its last place twice
                places = [min(start + step, end - 1) for start, end in windows]
                taken = ops.take(inputs, ops.convert_to_tensor(places, dtype="int32"), axis=axis)
                largest = taken if largest is None else ops.maximum(largest, taken)
            inputs = largest
        return inputs

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (input_shape[0], *self.output_size, input_shape[-1])

    def get_config(self) -> dict[str, object]:
        return {**super().get_config(), "output_size": self.output_size}

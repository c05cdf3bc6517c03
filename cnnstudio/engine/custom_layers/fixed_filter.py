"""The same given kernel over every channel by itself."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnstudio")
class FixedFilter2D(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Cross-correlation of each channel with `kernel`, rows of numbers; channels last, no padding.

    With `trainable`, every channel's copy of the kernel may learn.
    """

    def __init__(
        self,
        kernel: tuple[tuple[float, ...], ...],
        strides: tuple[int, int] = (1, 1),
        trainable: bool = False,
        **kwargs: object,
    ) -> None:
        super().__init__(trainable=trainable, **kwargs)
        self.rows = tuple(tuple(float(number) for number in row) for row in kernel)
        self.strides = tuple(strides)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        channels = input_shape[-1]

        def given(shape: tuple[int, ...], dtype: str | None = None) -> keras.KerasTensor:
            rows = [[[[number]] * shape[2] for number in row] for row in self.rows]
            return ops.convert_to_tensor(rows, dtype=dtype)

        shape = (len(self.rows), len(self.rows[0]), channels, 1)
        self.kernel = self.add_weight(name="kernel", shape=shape, initializer=given)

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        down, across = self.strides
        if down == across:
            return ops.depthwise_conv(inputs, self.kernel, strides=down, padding="valid")
        # TensorFlow's kernels need equal strides: what lies between the steps is left out.
        return ops.depthwise_conv(inputs, self.kernel, strides=1, padding="valid")[:, ::down, ::across, :]

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        sizes = zip(input_shape[1:3], (len(self.rows), len(self.rows[0])), self.strides, strict=True)
        moved = [None if size is None else (size - window) // step + 1 for size, window, step in sizes]
        return (input_shape[0], *moved, input_shape[-1])

    def get_config(self) -> dict[str, object]:
        return {**super().get_config(), "kernel": self.rows, "strides": self.strides}

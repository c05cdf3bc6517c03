"""Deformable convolution: the kernel's places move by learned offsets and read between pixels."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnstudio")
class DeformableConv2D(keras.layers.Conv2D):  # type: ignore[misc]  # Keras ships no types
    """Conv2D, channels last and padding `valid`, that reads where a second convolution says. Dai et al. 2017.

    The second convolution gives two numbers, down and right in pixels, for every place of the kernel; with
    `modulated`, also how much it counts. Outside the input lie zeros.
    """

    def __init__(
        self, filters: int, kernel_size: int | tuple[int, int], modulated: bool = False, **kwargs: object
    ) -> None:
        super().__init__(filters, kernel_size, **kwargs)
        self.modulated = modulated
        places = self.kernel_size[0] * self.kernel_size[1]
        self.offset = keras.layers.Conv2D(
            places * (3 if modulated else 2),
            self.kernel_size,
            strides=self.strides,
            dilation_rate=self.dilation_rate,
            kernel_initializer="zeros",
            dtype=self.dtype_policy,
            name="offset",
        )

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build(input_shape)
        self.offset.build(input_shape)

    def _start(self, axis: int, count: int) -> keras.KerasTensor:
        """Where each place of the kernel reads along an axis before it moves: (count, places)."""
        height, width = self.kernel_size
        within = [row if axis == 0 else column for row in range(height) for column in range(width)]
        steps = ops.cast(ops.arange(count), "float32") * float(self.strides[axis])
        taps = ops.convert_to_tensor([float(tap * self.dilation_rate[axis]) for tap in within])
        return ops.expand_dims(steps, -1) + ops.expand_dims(taps, 0)

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        batch, height, width, channels = ops.shape(inputs)
        places = self.kernel_size[0] * self.kernel_size[1]
        moved = self.offset(inputs)
        rows, columns = ops.shape(moved)[1:3]
        moves = ops.cast(ops.reshape(moved[..., : 2 * places], (batch, rows, columns, places, 2)), "float32")
        y = moves[..., 0] + ops.expand_dims(self._start(0, rows), 1)
        x = moves[..., 1] + ops.expand_dims(self._start(1, columns), 0)
        above, left = ops.floor(y), ops.floor(x)
        flat = ops.reshape(inputs, (batch * height * width, channels))
        first = ops.reshape(ops.cast(ops.arange(batch), "int32") * (height * width), (batch, 1, 1, 1))
        read = 0.0
        for down in (0.0, 1.0):
            for across in (0.0, 1.0):
                row, column = above + down, left + across
                share = (1.0 - ops.abs(y - row)) * (1.0 - ops.abs(x - column))
                bottom, right = ops.cast(height - 1, "float32"), ops.cast(width - 1, "float32")
                inside = (row >= 0) & (row <= bottom) & (column >= 0) & (column <= right)
                row = ops.cast(ops.clip(row, 0.0, bottom), "int32")
                column = ops.cast(ops.clip(column, 0.0, right), "int32")
                share = ops.cast(share * ops.cast(inside, "float32"), inputs.dtype)
                pixels = ops.take(flat, first + row * width + column, axis=0)
                read = read + pixels * ops.expand_dims(share, -1)
        if self.modulated:
            read = read * ops.expand_dims(ops.sigmoid(moved[..., 2 * places :]), -1)
        windows = ops.reshape(read, (batch, rows, columns, places * channels))
        kernel = ops.reshape(ops.convert_to_tensor(self.kernel), (places * channels, self.filters))
        outputs = ops.matmul(windows, kernel)
        if self.use_bias:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)

    def get_config(self) -> dict[str, object]:
        config = {**super().get_config(), "modulated": self.modulated}
        for fixed in ("padding", "data_format", "groups"):
            config.pop(fixed, None)
        return config

"""Average pooling with padding in pixels, with PyTorch's ceil_mode and count_include_pad."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnstudio")
class PaddedAveragePooling(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Average pooling along 1, 2 or 3 axes, channels last; padding is a pair per axis.

    With `count_include_pad`, padding counts as zeros; without, it is left out of the average.
    With `ceil_mode`, a last window that hangs over the end counts, unless it would start in the padding; what
    hangs over is left out of the average.
    """

    def __init__(
        self,
        pool_size: tuple[int, ...],
        strides: tuple[int, ...],
        padding: tuple[tuple[int, int], ...],
        ceil_mode: bool = False,
        count_include_pad: bool = True,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        self.pool_size = tuple(pool_size)
        self.strides = tuple(strides)
        self.padding = tuple(tuple(pair) for pair in padding)
        self.ceil_mode = ceil_mode
        self.count_include_pad = count_include_pad

    def _count(self, axis: int, size: int) -> int:
        before, after = self.padding[axis]
        room = size + before + after - self.pool_size[axis]
        if room < 0:
            raise ValueError(
                f"The pool size {self.pool_size[axis]} exceeds the padded input of {size + before + after}."
            )
        stride = self.strides[axis]
        if not self.ceil_mode:
            return room // stride + 1
        count = -(-room // stride) + 1
        return count - 1 if (count - 1) * stride >= size + before else count

    def _overhang(self, axis: int, size: int) -> int:
        if not self.ceil_mode:
            return 0
        before, after = self.padding[axis]
        reach = (self._count(axis, size) - 1) * self.strides[axis] + self.pool_size[axis]
        return max(0, reach - (size + before + after))

    def _pool(self, values: keras.KerasTensor, pads: list[tuple[int, int]]) -> keras.KerasTensor:
        padded = ops.pad(values, [(0, 0), *pads, (0, 0)])
        return ops.average_pool(
            padded, self.pool_size, self.strides, padding="valid", data_format="channels_last"
        )

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        overhangs = [self._overhang(axis, inputs.shape[axis + 1]) for axis in range(len(self.padding))]
        pads = [(before, after + over) for (before, after), over in zip(self.padding, overhangs, strict=True)]
        # The share of each window that counts, from the same pooling of ones.
        ones = ops.ones_like(inputs[:1, ..., :1])
        if self.count_include_pad:
            ones = ops.pad(ones, [(0, 0), *self.padding, (0, 0)], constant_values=1)
            share = self._pool(ones, [(0, over) for over in overhangs])
        else:
            share = self._pool(ones, pads)
        return self._pool(inputs, pads) / share

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        sizes = [
            None if size is None else self._count(axis, size) for axis, size in enumerate(input_shape[1:-1])
        ]
        return (input_shape[0], *sizes, input_shape[-1])

    def get_config(self) -> dict[str, object]:
        return {
            **super().get_config(),
            "pool_size": self.pool_size,
            "strides": self.strides,
            "padding": self.padding,
            "ceil_mode": self.ceil_mode,
            "count_include_pad": self.count_include_pad,
        }

"""Transposed convolution with gaps in its kernel, which TensorFlow's plain kernels for CPUs cannot do."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnstudio")
class DilatedConv2DTranspose(keras.layers.Conv2DTranspose):  # type: ignore[misc]  # Keras ships no types
    """Conv2DTranspose with `dilation_rate`: the gaps are filled with zeros, which gives the same values."""

    def _spread(self, kernel: keras.KerasTensor) -> keras.KerasTensor:
        (height, width), (down, across) = self.kernel_size, self.dilation_rate
        channels = tuple(kernel.shape[2:])
        apart = ops.reshape(kernel, (height, 1, width, 1, *channels))
        apart = ops.pad(apart, [(0, 0), (0, down - 1), (0, 0), (0, across - 1), (0, 0), (0, 0)])
        joined = ops.reshape(apart, (height * down, width * across, *channels))
        return joined[: (height - 1) * down + 1, : (width - 1) * across + 1]

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        outputs = ops.conv_transpose(
            inputs,
            self._spread(ops.convert_to_tensor(self.kernel)),
            strides=list(self.strides),
            padding=self.padding,
            output_padding=self.output_padding,
        )
        if self.use_bias:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)

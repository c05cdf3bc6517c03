"""Transposed convolution with gaps in its kernel, which TensorFlow's plain kernels for CPUs cannot do.

The gaps are filled with zeros, which gives the same values.
"""

import math

import keras
from keras import ops


def _spread(kernel: keras.KerasTensor, dilation: tuple[int, ...]) -> keras.KerasTensor:
    """The kernel with zeros between its values; its last two axes are channels."""
    for axis, rate in enumerate(dilation):
        shape = list(kernel.shape)
        apart = ops.reshape(kernel, (-1, shape[axis], 1, math.prod(shape[axis + 1 :])))
        apart = ops.pad(apart, [(0, 0), (0, 0), (0, rate - 1), (0, 0)])
        joined = ops.reshape(apart, (-1, shape[axis] * rate, math.prod(shape[axis + 1 :])))
        length = (shape[axis] - 1) * rate + 1
        kernel = ops.reshape(joined[:, :length], (*shape[:axis], length, *shape[axis + 1 :]))
    return kernel


@keras.saving.register_keras_serializable(package="cnnstudio")
class DilatedConv1DTranspose(keras.layers.Conv1DTranspose):  # type: ignore[misc]  # Keras ships no types
    """Conv1DTranspose with `dilation_rate`, channels last."""

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        kernel = _spread(ops.convert_to_tensor(self.kernel), self.dilation_rate)
        steps, extra = list(self.strides), self.output_padding
        outputs = ops.conv_transpose(
            inputs, kernel, strides=steps, padding=self.padding, output_padding=extra
        )
        if self.use_bias:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)


@keras.saving.register_keras_serializable(package="cnnstudio")
class DilatedConv2DTranspose(keras.layers.Conv2DTranspose):  # type: ignore[misc]  # Keras ships no types
    """Conv2DTranspose with `dilation_rate`, channels last."""

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        kernel = _spread(ops.convert_to_tensor(self.kernel), self.dilation_rate)
        steps, extra = list(self.strides), self.output_padding
        outputs = ops.conv_transpose(
            inputs, kernel, strides=steps, padding=self.padding, output_padding=extra
        )
        if self.use_bias:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)


@keras.saving.register_keras_serializable(package="cnnstudio")
class DilatedConv3DTranspose(keras.layers.Conv3DTranspose):  # type: ignore[misc]  # Keras ships no types
    """Conv3DTranspose with `dilation_rate`, channels last."""

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        kernel = _spread(ops.convert_to_tensor(self.kernel), self.dilation_rate)
        steps, extra = list(self.strides), self.output_padding
        outputs = ops.conv_transpose(
            inputs, kernel, strides=steps, padding=self.padding, output_padding=extra
        )
        if self.use_bias:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)

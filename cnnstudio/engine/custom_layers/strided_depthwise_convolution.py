"""Depthwise and separable convolutions whose strides differ along height and width.

TensorFlow's own kernels need equal strides. Here the window moves by 1 and what lies between the steps is left out:
the same weights and values.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnstudio")
class StridedDepthwiseConv2D(keras.layers.DepthwiseConv2D):  # type: ignore[misc]  # Keras ships no types
    """DepthwiseConv2D with strides of any kind, channels last. Padding 'same' needs a known height and width."""

    def _padded(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        if self.padding == "valid":
            return inputs
        pads = []
        for axis in (0, 1):
            size, stride = inputs.shape[axis + 1], self.strides[axis]
            window = self.dilation_rate[axis] * (self.kernel_size[axis] - 1) + 1
            total = max(0, (-(-size // stride) - 1) * stride + window - size)
            pads.append((total // 2, total - total // 2))
        return ops.pad(inputs, [(0, 0), *pads, (0, 0)])

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        outputs = ops.depthwise_conv(
            self._padded(inputs), self.kernel, strides=1, padding="valid", dilation_rate=self.dilation_rate
        )
        outputs = outputs[:, :: self.strides[0], :: self.strides[1], :]
        if self.use_bias:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)


@keras.saving.register_keras_serializable(package="cnnstudio")
class StridedSeparableConv2D(keras.layers.SeparableConv2D):  # type: ignore[misc]  # Keras ships no types
    """SeparableConv2D with strides of any kind, channels last. Padding 'same' needs a known height and width."""

    def _padded(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        if self.padding == "valid":
            return inputs
        pads = []
        for axis in (0, 1):
            size, stride = inputs.shape[axis + 1], self.strides[axis]
            window = self.dilation_rate[axis] * (self.kernel_size[axis] - 1) + 1
            total = max(0, (-(-size // stride) - 1) * stride + window - size)
            pads.append((total // 2, total - total // 2))
        return ops.pad(inputs, [(0, 0), *pads, (0, 0)])

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        outputs = ops.depthwise_conv(
            self._padded(inputs),
            self.depthwise_kernel,
            strides=1,
            padding="valid",
            dilation_rate=self.dilation_rate,
        )
        outputs = outputs[:, :: self.strides[0], :: self.strides[1], :]
        outputs = ops.conv(outputs, self.pointwise_kernel, strides=1, padding="valid")
        if self.use_bias:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)

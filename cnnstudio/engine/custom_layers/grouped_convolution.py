"""Grouped convolutions as one convolution per group.

The weights and values are those of Keras's own, but they train at full speed on a CPU, and every export format can
read them.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnstudio")
class GroupedConv1D(keras.layers.Conv1D):  # type: ignore[misc]  # Keras ships no types
    """Conv1D with `groups`, channels last."""

    def convolution_op(self, inputs: keras.KerasTensor, kernel: keras.KerasTensor) -> keras.KerasTensor:
        parts, kernels = ops.split(inputs, self.groups, axis=-1), ops.split(kernel, self.groups, axis=-1)
        plain = super().convolution_op
        return ops.concatenate([plain(part, own) for part, own in zip(parts, kernels, strict=True)], axis=-1)


@keras.saving.register_keras_serializable(package="cnnstudio")
class GroupedConv2D(keras.layers.Conv2D):  # type: ignore[misc]  # Keras ships no types
    """Conv2D with `groups`, channels last."""

    def convolution_op(self, inputs: keras.KerasTensor, kernel: keras.KerasTensor) -> keras.KerasTensor:
        parts, kernels = ops.split(inputs, self.groups, axis=-1), ops.split(kernel, self.groups, axis=-1)
        plain = super().convolution_op
        return ops.concatenate([plain(part, own) for part, own in zip(parts, kernels, strict=True)], axis=-1)


@keras.saving.register_keras_serializable(package="cnnstudio")
class GroupedConv3D(keras.layers.Conv3D):  # type: ignore[misc]  # Keras ships no types
    """Conv3D with `groups`, channels last."""

    def convolution_op(self, inputs: keras.KerasTensor, kernel: keras.KerasTensor) -> keras.KerasTensor:
        parts, kernels = ops.split(inputs, self.groups, axis=-1), ops.split(kernel, self.groups, axis=-1)
        plain = super().convolution_op
        return ops.concatenate([plain(part, own) for part, own in zip(parts, kernels, strict=True)], axis=-1)

"""Softmax over more than five axes, which TensorFlow's own refuses on a processor."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnstudio")
class ManyAxesSoftmax(keras.layers.Softmax):  # type: ignore[misc]  # Keras ships no types
    """Keras's Softmax by other operations. Takes its arguments; the values are the same.

    WORKAROUND TensorFlow's softmax takes five axes at most, the batch's included, where oneDNN computes it
    (`Input dims must be <= 5`); `keras.layers.Softmax` is enough when it takes more there.
    """

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        return ops.exp(inputs - ops.logsumexp(inputs, axis=self.axis, keepdims=True))

"""Local response normalisation across channels, as in AlexNet."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnstudio")
class LocalResponseNormalization(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """`x / (k + alpha / size * sum of x² over size neighbouring channels) ** beta`; channels are the last axis."""

    def __init__(
        self, size: int = 5, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0, **kwargs: object
    ) -> None:
        super().__init__(**kwargs)
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        channels = inputs.shape[-1]
        squares = ops.square(inputs)
        before = min(self.size // 2, channels - 1)
        after = min((self.size - 1) // 2, channels - 1)
        padded = ops.pad(squares, [(0, 0)] * (len(inputs.shape) - 1) + [(before, after)])
        total = padded[..., :channels]
        for shift in range(1, before + after + 1):
            total = total + padded[..., shift : shift + channels]
        return inputs * ops.power(self.k + (self.alpha / self.size) * total, -self.beta)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape

    def get_config(self) -> dict[str, object]:
        return {
            **super().get_config(),
            "size": self.size,
            "alpha": self.alpha,
            "beta": self.beta,
            "k": self.k,
        }

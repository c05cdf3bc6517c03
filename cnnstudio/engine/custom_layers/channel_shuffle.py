"""Channel shuffle, as in ShuffleNet."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnstudio")
class ChannelShuffle(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """The first channel of every group, then the second of every group, and so on; channels are the last axis."""

    def __init__(self, groups: int, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.groups = groups

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        shape = ops.shape(inputs)
        within = shape[-1] // self.groups
        grouped = ops.reshape(inputs, (*shape[:-1], self.groups, within))
        return ops.reshape(ops.swapaxes(grouped, -1, -2), shape)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return input_shape

    def get_config(self) -> dict[str, object]:
        return {**super().get_config(), "groups": self.groups}

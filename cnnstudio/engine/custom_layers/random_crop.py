"""A part of every picture: at a random place while training, the middle otherwise."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnstudio")
class RandomCrop(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Cuts `height` by `width` pixels out of larger pictures, channels last; all of a batch at the same place."""

    def __init__(self, height: int, width: int, seed: int | None = None, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.height = height
        self.width = width
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)

    def _start(self, room: int, training: bool | None) -> keras.KerasTensor | int:
        if not training or room == 0:
            return room // 2
        place = keras.random.uniform((), 0.0, float(room + 1), dtype="float32", seed=self.seed_generator)
        return ops.minimum(ops.cast(place, "int32"), room)

    def call(self, inputs: keras.KerasTensor, training: bool | None = None) -> keras.KerasTensor:
        top = self._start(inputs.shape[1] - self.height, training)
        left = self._start(inputs.shape[2] - self.width, training)
        if isinstance(top, int) and isinstance(left, int):
            return inputs[:, top : top + self.height, left : left + self.width, :]
        rows = ops.take(inputs, ops.arange(self.height, dtype="int32") + top, axis=1)
        return ops.take(rows, ops.arange(self.width, dtype="int32") + left, axis=2)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (input_shape[0], self.height, self.width, input_shape[-1])

    def get_config(self) -> dict[str, object]:
        return {**super().get_config(), "height": self.height, "width": self.width, "seed": self.seed}

"""Spatially separable convolution: a kernel of one column, then a kernel of one row."""

import keras


@keras.saving.register_keras_serializable(package="cnnstudio")
class SpatiallySeparableConv2D(keras.layers.Conv2D):  # type: ignore[misc]  # Keras ships no types
    """A K_h×1 convolution without bias, then a 1×K_w convolution, channels last. Szegedy et al. 2016.

    Takes Conv2D's arguments; initialiser, regulariser and constraint hold for both kernels.
    """

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        config = super().get_config()
        shared = {
            name: config[name]
            for name in ("kernel_initializer", "kernel_regularizer", "kernel_constraint", "padding")
        }
        self.vertical = keras.layers.Conv2D(
            self.filters,
            (self.kernel_size[0], 1),
            strides=(self.strides[0], 1),
            use_bias=False,
            dtype=self.dtype_policy,
            name="vertical",
            **shared,
        )
        self.horizontal = keras.layers.Conv2D(
            self.filters,
            (1, self.kernel_size[1]),
            strides=(1, self.strides[1]),
            use_bias=self.use_bias,
            bias_initializer=config["bias_initializer"],
            bias_regularizer=config["bias_regularizer"],
            bias_constraint=config["bias_constraint"],
            activation=self.activation,
            dtype=self.dtype_policy,
            name="horizontal",
            **shared,
        )
        self.vertical.build(input_shape)
        self.horizontal.build(self.vertical.compute_output_shape(input_shape))
        self.built = True

    def call(self, inputs: keras.KerasTensor) -> keras.KerasTensor:
        return self.horizontal(self.vertical(inputs))

    def save_own_variables(self, store: object) -> None:
        """Nothing: the two convolutions keep their own."""

    def load_own_variables(self, store: object) -> None:
        """Nothing: the two convolutions keep their own."""

    def get_config(self) -> dict[str, object]:
        config: dict[str, object] = super().get_config()
        for fixed in ("data_format", "dilation_rate", "groups"):
            config.pop(fixed, None)
        return config

"""Multi-head attention that takes its inputs as a list, as merging layers do."""

import keras


@keras.saving.register_keras_serializable(package="cnnstudio")
class Attention(keras.layers.Layer):  # type: ignore[misc]  # Keras ships no types
    """Keras's MultiHeadAttention: `[query, value]`, or one input that looks at itself.

    Takes MultiHeadAttention's arguments.
    """

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        kernel_initializer: object = "glorot_uniform",
        bias_initializer: object = "zeros",
        kernel_regularizer: object = None,
        bias_regularizer: object = None,
        kernel_constraint: object = None,
        bias_constraint: object = None,
        **kwargs: object,
    ) -> None:
        super().__init__(**kwargs)
        self.arguments = {
            "num_heads": num_heads,
            "key_dim": key_dim,
            "value_dim": value_dim,
            "dropout": dropout,
            "use_bias": use_bias,
            "kernel_initializer": kernel_initializer,
            "bias_initializer": bias_initializer,
            "kernel_regularizer": kernel_regularizer,
            "bias_regularizer": bias_regularizer,
            "kernel_constraint": kernel_constraint,
            "bias_constraint": bias_constraint,
        }
        self.heads = keras.layers.MultiHeadAttention(**self.arguments, dtype=self.dtype_policy, name="heads")

    def build(self, input_shape: list[object]) -> None:
        shapes = list(input_shape)
        several = isinstance(shapes[0], (list, tuple))
        query, value = (shapes[0], shapes[-1]) if several else (input_shape, input_shape)
        self.heads.build(query, value)

    def call(
        self, inputs: keras.KerasTensor | list[keras.KerasTensor], training: bool | None = None
    ) -> keras.KerasTensor:
        query, value = (inputs[0], inputs[-1]) if isinstance(inputs, (list, tuple)) else (inputs, inputs)
        return self.heads(query, value, training=training)

    def compute_output_shape(self, input_shape: list[object]) -> object:
        return tuple(input_shape[0]) if isinstance(input_shape[0], (list, tuple)) else tuple(input_shape)

    def get_config(self) -> dict[str, object]:
        return {**super().get_config(), **self.arguments}

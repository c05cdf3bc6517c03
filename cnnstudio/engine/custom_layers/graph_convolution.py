"""Graph convolution: every node gathers its neighbours' features."""

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="cnnstudio")
class GraphConvolution(keras.layers.Dense):  # type: ignore[misc]  # Keras ships no types
    """`activation(Â X W + b)` of features X (nodes, features) and edges A (nodes, nodes). Kipf & Welling 2017.

    With `self_loops`, every node is its own neighbour. `normalize` divides the edges by the nodes' degrees:
    `symmetric` by the roots of both, `mean` by the receiving node's, `none` not at all.
    """

    def __init__(
        self, units: int, normalize: str = "symmetric", self_loops: bool = True, **kwargs: object
    ) -> None:
        super().__init__(units, **kwargs)
        if normalize not in ("symmetric", "mean", "none"):
            raise ValueError(f"normalize is {normalize!r}; it must be symmetric, mean or none.")
        self.normalize = normalize
        self.self_loops = self_loops
        self.input_spec = None

    def build(self, input_shape: list[tuple[int | None, ...]]) -> None:
        features, edges = input_shape
        if len(features) != 3 or len(edges) != 3:
            raise ValueError(f"Needs (batch, nodes, features) and (batch, nodes, nodes), not {input_shape}.")
        if len({size for size in (features[1], *edges[1:]) if size is not None}) > 1:
            raise ValueError(f"The numbers of nodes differ: {input_shape}.")
        super().build(features)
        self.input_spec = None

    def call(self, inputs: list[keras.KerasTensor]) -> keras.KerasTensor:
        features, edges = inputs
        if self.self_loops:
            edges = edges + ops.eye(ops.shape(edges)[-1], dtype=edges.dtype)
        degree = ops.sum(edges, axis=-1, keepdims=True)
        known = ops.cast(degree > 0, edges.dtype)
        degree = ops.where(degree > 0, degree, ops.ones_like(degree))
        if self.normalize == "mean":
            edges = edges * (known / degree)
        elif self.normalize == "symmetric":
            root = known / ops.sqrt(degree)
            edges = edges * root * ops.swapaxes(root, -1, -2)
        outputs = ops.matmul(edges, ops.matmul(features, self.kernel))
        if self.use_bias:
            outputs = outputs + self.bias
        return outputs if self.activation is None else self.activation(outputs)

    def compute_output_shape(self, input_shape: list[tuple[int | None, ...]]) -> tuple[int | None, ...]:
        return (*input_shape[0][:-1], self.units)

    def get_config(self) -> dict[str, object]:
        return {**super().get_config(), "normalize": self.normalize, "self_loops": self.self_loops}

"""Seeded random parameters for every layer, sensible ones and ones that should be refused."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from cnnstudio.core.spec import Shape

Values = dict[str, object]
Maker = Callable[[Random, Shape], Values]

BAD_PART = 0.1
"""How often a value is drawn from those that should be refused."""
ACTIVATIONS = (
    "relu",
    "sigmoid",
    "tanh",
    "softmax",
    "gelu",
    "selu",
    "linear",
    None,
    "mish",
    "sparsemax",
    "swish",
)


def pick(random: Random, good: tuple[object, ...], bad: tuple[object, ...] = ()) -> object:
    return random.choice(bad) if bad and random.random() < BAD_PART else random.choice(good)


def sizes(random: Random, rank: int, good: tuple[int, ...], *, low: int = 1) -> object:
    """An int, or a list per axis; sometimes a list of the wrong length or a size below `low`."""
    if random.random() < BAD_PART:
        return random.choice([low - 1, -3, [good[0]] * (rank + 1), [low - 1] * rank])
    if rank > 1 and random.random() < 0.4:
        return [random.choice(good) for _ in range(rank)]
    return random.choice(good)


def padding(
    random: Random, rank: int, *, reach: int = 3, words: tuple[str, ...] = ("valid", "same", "full")
) -> object:
    kind = random.random()
    if kind < 0.6:
        return pick(random, words, ("mirror", -1, [1] * (rank + 1)))
    if kind < 0.8:
        return random.randint(0, reach)
    if kind < 0.9:
        return [random.randint(0, reach) for _ in range(rank)] if rank > 1 else random.randint(0, reach)
    return [[random.randint(0, reach), random.randint(0, reach)] for _ in range(rank)]


def some(random: Random, values: Values, keep: float = 0.75) -> Values:
    """Some of the values; the others stay at their defaults."""
    return {name: value for name, value in values.items() if random.random() < keep}


def weighted(random: Random, kernels: tuple[str, ...] = ("kernel",)) -> Values:
    values: Values = {
        "activation": pick(random, ACTIVATIONS, ("rellu",)),
        "use_bias": random.random() < 0.7,
        "bias_initializer": pick(random, ("ones", "he_normal", "random_uniform")),
    }
    for kernel in kernels:
        values[f"{kernel}_initializer"] = pick(random, ("orthogonal", "glorot_normal", "zeros"), ("gloria",))
        values[f"{kernel}_regularizer"] = pick(random, ("l1", "l2", "l1l2", None), ("l3",))
        values[f"{kernel}_constraint"] = pick(random, ("max_norm", "non_neg", None), ("softly",))
    return some(random, values, 0.35)


def convolution(rank: int, *, transposed: bool = False) -> Maker:
    def make(random: Random, shape: Shape) -> Values:
        causal = ("causal",) if rank == 1 and not transposed else ()
        words = ("valid", "same", "full", *causal)
        strides = sizes(random, rank, (1, 1, 1, 2, 3))
        dilation = pick(random, (1, 2, 3, [1, 2, 3][:rank]), (0, -1))
        values = some(
            random,
            {
                "strides": strides,
                "padding": padding(random, rank, words=words),
                "dilation_rate": dilation if random.random() < 0.3 else 1,
                "groups": pick(random, (1, 1, 1, 2, 3, 4), (0, -2)) if not transposed else None,
                "output_padding": pick(random, (None, None, 0, 1), (-1,)) if transposed else None,
            },
        )
        values.pop("output_padding" if not transposed else "groups", None)
        filters = pick(random, (1, 2, 3, 4, 6, 8), (0, -1, "many"))
        return {
            "filters": filters,
            "kernel_size": sizes(random, rank, (1, 2, 3, 3, 5)),
            **values,
            **weighted(random),
        }

    return make


def depthwise(rank: int, *, kernels: tuple[str, ...] = ("depthwise",)) -> Maker:
    def make(random: Random, shape: Shape) -> Values:
        return {
            "kernel_size": sizes(random, rank, (1, 2, 3, 5)),
            **some(
                random,
                {
                    "strides": sizes(random, rank, (1, 1, 2, 3)),
                    "padding": padding(random, rank),
                    "dilation_rate": pick(random, (1, 1, 2, [1, 2][:rank]), (0,)),
                    "depth_multiplier": pick(random, (1, 2, 3), (0, -1)),
                },
            ),
            **weighted(random, kernels),
        }

    return make


def separable(rank: int) -> Maker:
    inner = depthwise(rank, kernels=("depthwise", "pointwise"))
    return lambda random, shape: {"filters": pick(random, (1, 3, 6), (0,)), **inner(random, shape)}


def factored(random: Random, shape: Shape) -> Values:
    values = convolution(2)(random, shape)
    return {name: value for name, value in values.items() if name not in ("groups", "dilation_rate")}


def fixed_filter(random: Random, shape: Shape) -> Values:
    own = [[1, 0, -1]] * random.randint(1, 4)
    return some(
        random,
        {
            "filter": pick(random, ("mean", "sobel_y", "roberts_x", "own", "own"), ("sobel",)),
            "kernel": pick(random, (own, [[1]]), ([[1, 2], [3]],)),
            "strides": sizes(random, 2, (1, 1, 2)),
            "padding": padding(random, 2),
            "trainable": random.random() < 0.5,
        },
    )


def pooling(rank: int, *, average: bool = False) -> Maker:
    def make(random: Random, shape: Shape) -> Values:
        values = some(
            random,
            {
                "pool_size": sizes(random, rank, (1, 2, 2, 3)),
                "strides": sizes(random, rank, (1, 2, 2, 3)),
                "padding": padding(random, rank, reach=2),
                "ceil_mode": random.random() < 0.3,
            },
        )
        if values.get("strides") in (0, [0] * rank):
            del values["strides"]  # Keras takes a stride of 0 and fails later
        if average and random.random() < 0.4:
            values["count_include_pad"] = random.random() < 0.4
        return values

    return make


def reshape(random: Random, shape: Shape) -> Values:
    known = [size for size in shape if size is not None]
    choices: list[object] = [[-1], [-1, 2], [1, *known], [*known, 1], [4, 4, -1], known, [2, -1, 3]]
    return {"target_shape": pick(random, tuple(choices), ([-1, -1], [7, 11], [0, -1]))}


def permute(random: Random, shape: Shape) -> Values:
    axes = list(range(1, len(shape) + 1))
    random.shuffle(axes)
    return {"dims": pick(random, (axes,), ([1, 1], [2, 1, 3, 4, 5], [0, 1]))}


def axis(random: Random, shape: Shape) -> Values:
    wrong = (len(shape) + 1, -7, 0)
    return some(random, {"axis": pick(random, (-1, -1, -1, len(shape), 1), wrong)}, 0.4)


def scaled(random: Random, shape: Shape) -> Values:
    switches = some(random, {"center": random.random() < 0.5, "scale": random.random() < 0.5}, 0.4)
    return {**switches, **axis(random, shape), **some(random, {"epsilon": 1e-5}, 0.3)}


def border(name: str, rank: int) -> Maker:
    def make(random: Random, shape: Shape) -> Values:
        pads = [[random.randint(0, 2), random.randint(0, 2)] for _ in range(rank)]
        flat: object = pads[0] if rank == 1 else [random.randint(0, 2) for _ in range(rank)]
        return some(
            random,
            {name: pick(random, (0, 1, 2, pads if rank > 1 else pads[0], flat), (-1, 9, [1] * (rank + 2)))},
        )

    return make


def nothing(random: Random, shape: Shape) -> Values:
    return {}


def one(name: str, good: tuple[object, ...], bad: tuple[object, ...] = (), *, keep: float = 0.8) -> Maker:
    def make(random: Random, shape: Shape) -> Values:
        return some(random, {name: pick(random, good, bad)}, keep)

    return make


def relu(random: Random, shape: Shape) -> Values:
    return some(
        random,
        {
            "max_value": pick(random, (None, 6, 1.5), (-1,)),
            "negative_slope": pick(random, (0, 0.1), (-0.5,)),
            "threshold": pick(random, (0, 0.5), (-1,)),
        },
        0.3,
    )


def prelu(random: Random, shape: Shape) -> Values:
    axes = [list(range(1, len(shape))), [1], len(shape)]
    return some(random, {"shared_axes": pick(random, (None, *axes), ([len(shape) + 1],))})


def up_sampling2d(random: Random, shape: Shape) -> Values:
    kinds = ("nearest", "bilinear", "bicubic")
    return some(
        random, {"size": sizes(random, 2, (1, 2, 3)), "interpolation": pick(random, kinds, ("cubist",))}
    )


def group_normalization(random: Random, shape: Shape) -> Values:
    channels = shape[-1] or 1
    return {**scaled(random, shape), "groups": pick(random, (1, -1, channels, 2, 3), (0, 1000))}


def embedding(random: Random, shape: Shape) -> Values:
    return {
        "input_dim": pick(random, (3, 20), (0, -1)),
        "output_dim": pick(random, (1, 4), (0, 1.5)),
        **some(
            random,
            {
                "embeddings_initializer": pick(random, ("uniform", "normal"), ("tidy",)),
                "embeddings_constraint": pick(random, ("max_norm", "unit_norm", None), ("min",)),
            },
            0.3,
        ),
    }


def deformable(random: Random, shape: Shape) -> Values:
    values = convolution(2)(random, shape)
    values.pop("groups", None)
    return {**values, **some(random, {"modulated": random.random() < 0.5}, 0.5)}


def graph(random: Random, shape: Shape) -> Values:
    switches = {
        "normalize": pick(random, ("symmetric", "mean", "none"), ("evenly",)),
        "self_loops": random.random() < 0.5,
    }
    return {"units": pick(random, (1, 5), (0,)), **some(random, switches, 0.4), **weighted(random)}


def resizing(random: Random, shape: Shape) -> Values:
    values = {
        "interpolation": pick(random, ("nearest", "bilinear", "bicubic"), ("cubist",)),
        "crop_to_aspect_ratio": random.random() < 0.3,
        "pad_to_aspect_ratio": random.random() < 0.3,
        "antialias": random.random() < 0.3,
    }
    return {**crop(random, shape), **some(random, values, 0.3)}


def crop(random: Random, shape: Shape) -> Values:
    return {side: pick(random, (1, 4, 5, 7, 9)) for side in ("height", "width")}


def dot(random: Random, shape: Shape) -> Values:
    rank = len(shape)
    axes = pick(
        random, (-1, 1, rank, [rank, 1], [1, rank], [rank, rank]), (rank + 1, -7, 0, [1, 2, 3], "last")
    )
    return {"axes": axes, **some(random, {"normalize": random.random() < 0.5}, 0.3)}


def normalization(random: Random, shape: Shape) -> Values:
    count = random.choice((shape[-1] or 2, shape[-1] or 2, 3))
    numbers = pick(random, (0.5, [0.5] * count, None), ("a",))
    other = numbers if random.random() < 0.8 else 0.25
    return some(random, {"mean": numbers, "variance": other, "invert": random.random() < 0.5}, 0.9)


def attention(random: Random, shape: Shape) -> Values:
    values = {"value_dim": pick(random, (None, 2, 5), (0,)), "dropout": pick(random, (0, 0.5))}
    shared = weighted(random)
    shared.pop("activation", None)
    if shared.get("kernel_initializer") == "orthogonal":
        del shared["kernel_initializer"]
    return {
        "num_heads": pick(random, (1, 2), (0, -1)),
        "key_dim": pick(random, (1, 3), (0,)),
        **some(random, values, 0.4),
        **shared,
    }


def adaptive(rank: int) -> Maker:
    return lambda random, shape: {"output_size": sizes(random, rank, (1, 1, 2, 3, 4, 7))}


LAYERS: dict[str, Maker] = {
    "Conv1D": convolution(1),
    "Conv2D": convolution(2),
    "Conv3D": convolution(3),
    **{f"Conv{rank}DTranspose": convolution(rank, transposed=True) for rank in (1, 2, 3)},
    **{f"DepthwiseConv{rank}D": depthwise(rank) for rank in (1, 2)},
    **{f"SeparableConv{rank}D": separable(rank) for rank in (1, 2)},
    "SpatiallySeparableConv2D": factored,
    "FixedFilter2D": fixed_filter,
    **{f"MaxPooling{rank}D": pooling(rank) for rank in (1, 2, 3)},
    **{f"AveragePooling{rank}D": pooling(rank, average=True) for rank in (1, 2, 3)},
    **{
        f"Global{kind}Pooling{rank}D": one("keepdims", (True, False))
        for kind in ("Max", "Average")
        for rank in (1, 2, 3)
    },
    "Activation": one("activation", tuple(a for a in ACTIVATIONS if a), ("step",)),
    "ReLU": relu,
    "LeakyReLU": one("negative_slope", (0, 0.1, 2), (-1,)),
    "PReLU": prelu,
    "ELU": one("alpha", (0.5, 1, 2)),
    "Softmax": axis,
    "BatchNormalization": scaled,
    "LayerNormalization": scaled,
    "GroupNormalization": group_normalization,
    "LocalResponseNormalization": one("size", (1, 2, 3, 5, 9), (0, -7)),
    "Dropout": one("rate", (0, 0.3, 1), (-0.1, 1.5)),
    "SpatialDropout2D": one("rate", (0, 0.3), (-0.1, 1.5)),
    "GaussianNoise": one("stddev", (0, 0.3), (-0.1, 1.5)),
    "Flatten": nothing,
    "Reshape": reshape,
    "Permute": permute,
    **{f"ZeroPadding{rank}D": border("padding", rank) for rank in (1, 2, 3)},
    "Cropping2D": border("cropping", 2),
    "UpSampling1D": one("size", (1, 2, 3), (0, -1)),
    "UpSampling2D": up_sampling2d,
    "UpSampling3D": one("size", (1, 2, [1, 2, 1]), (0, [2, 2])),
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"), nothing),
    "Concatenate": axis,
    "Dense": lambda random, shape: {"units": pick(random, (1, 4, 10), (0, -3, 2.5)), **weighted(random)},
    "Identity": nothing,
    "ChannelShuffle": one("groups", (1, 2, 3), (0, 7)),
    "Embedding": embedding,
    "DeformableConv2D": deformable,
    "GraphConvolution": graph,
    "Rescaling": one("scale", (1 / 255, 2, -1)),
    **{f"SpatialDropout{rank}D": one("rate", (0, 0.3), (-0.1, 1.5)) for rank in (1, 3)},
    "GaussianDropout": one("rate", (0, 0.3), (-0.1, 1.5)),
    "AlphaDropout": one("rate", (0, 0.3), (-0.1, 1.5)),
    "ActivityRegularization": one("l1", (0, 0.1)),
    "UnitNormalization": axis,
    "RMSNormalization": axis,
    "RepeatVector": one("n", (1, 2, 5), (1.5, "n")),
    "Cropping1D": border("cropping", 1),
    "Cropping3D": border("cropping", 3),
    "Resizing": resizing,
    "CenterCrop": crop,
    "RandomCrop": crop,
    "Dot": dot,
    "Normalization": normalization,
    "RandomErasing": one("factor", (0.5, [0.1, 0.4]), (1.5, -0.2)),
    "MultiHeadAttention": attention,
    **{f"Adaptive{kind}Pooling{rank}D": adaptive(rank) for kind in ("Max", "Average") for rank in (1, 2, 3)},
    "RandomFlip": one("mode", ("horizontal", "vertical"), ("sideways", -7)),
    "RandomRotation": one("factor", (0.1, [-0.2, 0.3], 1), (2, -1.5, [0.1, 0.2, 0.3])),
    "RandomZoom": one("height_factor", (0.2, [-0.1, 0.1]), (1.5, -2)),
    "RandomTranslation": one("height_factor", (0.2, [-0.1, 0.1]), (1.5, -2)),
    "RandomContrast": one("factor", (0.2, [0.1, 0.4]), (1.5, -0.2)),
    "RandomBrightness": one("factor", (0.2, [-0.1, 0.1]), (1.5, -2)),
}
"""How the parameters of each layer are drawn."""

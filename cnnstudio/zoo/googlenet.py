"""GoogLeNet: four branches side by side, again and again. Szegedy et al. 2014. Standard library only."""

from __future__ import annotations

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, BoolParam
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.ends import classify, drop
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import (
    classes_parameter,
    dropout_parameter,
    scaled,
    shape_parameter,
    width_parameter,
)

_WIDTHS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""Table 1 of the paper: 1×1; before 3×3, 3×3; before 5×5, 5×5; behind the pooling."""
_AUXILIARY = ("4a", "4d")


def googlenet(args: Arguments) -> Network:
    """22 weighted layers: 6,998,552 parameters without auxiliary heads, for 1000 classes."""
    draft = Draft()
    width = args.integer("width")
    draft.add("Input", "image", shape=args["input_shape"])
    _convolve(draft, "conv1", width, kernel=7, strides=2)
    _shrink(draft, "pool1")
    _normalise(draft, "lrn1", args)
    _convolve(draft, "conv2_reduce", width)
    _convolve(draft, "conv2", 3 * width, kernel=3)
    _normalise(draft, "lrn2", args)
    _shrink(draft, "pool2")
    heads: dict[str, str] = {}
    for name, widths in _WIDTHS.items():
        if name in {"4a", "5a"}:
            _shrink(draft, f"pool{int(name[0]) - 1}")
        joined = _inception(draft, name, [scaled(w, width, 64) for w in widths])
        if name in _AUXILIARY:
            heads[name] = joined
    draft.add("GlobalAveragePooling2D", "average")
    drop(draft, args)
    classify(draft, args)
    if args.flag("auxiliary_heads"):
        for number, joined in enumerate(heads.values(), 1):
            _auxiliary_head(draft, f"aux{number}", joined, args)
    return draft.network()


def _convolve(
    draft: Draft, name: str, filters: int, *, kernel: int = 1, strides: int = 1, after: str | None = None
) -> str:
    return draft.add(
        "Conv2D",
        name,
        after=after,
        filters=filters,
        kernel_size=(kernel, kernel),
        strides=(strides, strides),
        padding=(kernel - 1) // 2,
        activation="relu",
    )


def _shrink(draft: Draft, name: str) -> None:
    draft.add("MaxPooling2D", name, pool_size=(3, 3), strides=(2, 2), padding=1)


def _normalise(draft: Draft, name: str, args: Arguments) -> None:
    if args.flag("response_normalisation"):
        draft.add("LocalResponseNormalization", name, size=5, alpha=1e-4, beta=0.75, k=1.0)


def _inception(draft: Draft, name: str, widths: list[int]) -> str:
    """1×1, 3×3 and 5×5 convolutions and a pooling side by side, one behind the other in the channels."""
    one, before_three, three, before_five, five, behind_pool = widths
    entry = draft.last
    ends = [_convolve(draft, f"mix{name}_1x1", one, after=entry)]
    _convolve(draft, f"mix{name}_reduce3", before_three, after=entry)
    ends.append(_convolve(draft, f"mix{name}_3x3", three, kernel=3))
    _convolve(draft, f"mix{name}_reduce5", before_five, after=entry)
    ends.append(_convolve(draft, f"mix{name}_5x5", five, kernel=5))
    draft.add("MaxPooling2D", f"mix{name}_pool", after=entry, pool_size=(3, 3), strides=(1, 1), padding=1)
    ends.append(_convolve(draft, f"mix{name}_project", behind_pool))
    return draft.add("Concatenate", f"inception{name}", after=tuple(ends))


def _auxiliary_head(draft: Draft, name: str, after: str, args: Arguments) -> None:
    """A classifier in the middle, for gradients in training; its loss counted 0.3 in the paper."""
    draft.add("AveragePooling2D", f"{name}_pool", after=after, pool_size=(5, 5), strides=(3, 3))
    _convolve(draft, f"{name}_conv", 2 * args.integer("width"))
    draft.add("Flatten", f"{name}_flatten")
    draft.add("Dense", f"{name}_dense", units=1024, activation="relu")
    draft.add("Dropout", f"{name}_dropout", rate=0.7)
    draft.add("Dense", f"{name}_classes", units=args["classes"], activation="softmax")


TEMPLATES = (
    Template(
        name="googlenet",
        title="GoogLeNet",
        description=Message("Inception blocks look with small and large windows at once, side by side."),
        parameters=(
            shape_parameter(224, 224, 3),
            classes_parameter(1000),
            width_parameter(64),
            dropout_parameter(0.4),
            BoolParam(
                name="response_normalisation",
                default=True,
                help=Message("The two local response normalisations near the start."),
            ),
            BoolParam(
                name="auxiliary_heads",
                default=False,
                help=Message("The two extra classifiers that helped training in 2014."),
            ),
        ),
        network=googlenet,
    ),
)

"""The sums of the lecture notes and of Keras, line by line."""

from __future__ import annotations

import pytest

from cnnstudio.core.analysis import Analyser, NodeAnalysis
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Shape
from cnnstudio.layers import catalogue


def analyse(kind: str, shape: Shape, **params: object) -> NodeAnalysis:
    """One layer behind an input of this shape."""
    nodes = [
        Node(id="image", type="Input", params=Params(shape=shape)),
        Node(id="it", type=kind, params=Params(params)),
    ]
    return Analyser(catalogue()).analyse(Network.of(nodes, [Edge(source="image", target="it")])).nodes["it"]


def error_of(kind: str, shape: Shape, **params: object) -> ShapeError:
    error = analyse(kind, shape, **params).error
    assert error is not None
    return error


SUMS = [
    ("Conv2D", (28, 28, 1), {"kernel_size": 5, "padding": 2}, "floor((28 - 5 + 2*2) / 1) + 1 = 28"),
    ("Conv2D", (28, 28, 1), {"kernel_size": 5}, "floor((28 - 5 + 2*0) / 1) + 1 = 24"),
    ("Conv2D", (28, 28, 1), {"kernel_size": 5, "dilation_rate": 2}, "floor((28 - 9 + 2*0) / 1) + 1 = 20"),
    ("Conv2D", (28, 28, 1), {"kernel_size": 5, "padding": "full"}, "floor((28 - 5 + 2*4) / 1) + 1 = 32"),
    ("Conv2D", (28, 28, 1), {"padding": "same", "strides": 2}, "ceil(28 / 2) = 14"),
    ("Conv2D", (8, 8, 1), {"padding": [[1, 2], [0, 0]]}, "floor((8 - 3 + (1 + 2)) / 1) + 1 = 9"),
    (
        "Conv2D",
        (224, 224, 3),
        {"kernel_size": 11, "strides": 4, "padding": 2},
        "floor((224 - 11 + 2*2) / 4) + 1 = 55",
    ),
    ("Conv2D", (224, 224, 3), {"kernel_size": 11, "strides": 4, "padding": "same"}, "ceil(224 / 4) = 56"),
    ("Conv1D", (10, 2), {"kernel_size": 3, "padding": "causal"}, "ceil(10 / 1) = 10"),
    ("MaxPooling2D", (55, 55, 96), {"pool_size": 3, "strides": 2}, "floor((55 - 3 + 2*0) / 2) + 1 = 27"),
    ("MaxPooling2D", (7, 7, 1), {"ceil_mode": True}, "ceil((7 - 2 + 2*0) / 2) + 1 = 4"),
    (
        "MaxPooling2D",
        (4, 4, 1),
        {"strides": 3, "padding": 1, "ceil_mode": True},
        "ceil((4 - 2 + 2*1) / 3) + 1 - 1 = 2",
    ),
    (
        "Conv2DTranspose",
        (7, 7, 1),
        {"kernel_size": 4, "strides": 2, "padding": 1},
        "(7 - 1)*2 - 2*1 + 1*(4 - 1) + 0 + 1 = 14",
    ),
    ("Conv2DTranspose", (7, 7, 1), {"kernel_size": 4, "strides": 2, "padding": "same"}, "7*2 = 14"),
    ("Conv2DTranspose", (7, 7, 1), {"kernel_size": 2, "strides": 3}, "7*3 + max(2 - 3, 0) = 21"),
    ("Flatten", (5, 5, 16), {}, "5*5*16 = 400"),
    ("UpSampling2D", (5, 4, 1), {"size": 3}, "5*3 = 15"),
    ("ZeroPadding2D", (5, 4, 1), {"padding": [[1, 2], [0, 0]]}, "5 + (1 + 2) = 8"),
    ("Dense", (400,), {"units": 120}, "400*120 + 120 = 48120"),
    ("Conv2D", (None, 8, 1), {"kernel_size": 5}, "floor((? - 5 + 2*0) / 1) + 1 = ?"),
]


@pytest.mark.parametrize(("kind", "shape", "params", "text"), SUMS)
def test_the_formula_shows_the_users_numbers(
    kind: str, shape: Shape, params: dict[str, object], text: str
) -> None:
    result = analyse(kind, shape, **params)
    assert result.error is None
    assert result.formula[0].text == text


def test_height_and_width_have_strides_and_padding_of_their_own() -> None:
    result = analyse("Conv2D", (28, 20, 1), filters=2, kernel_size=[5, 3], strides=[2, 1], padding=[1, 0])
    assert [line.text for line in result.formula] == [
        "floor((28 - 5 + 2*1) / 2) + 1 = 13",
        "floor((20 - 3 + 2*0) / 1) + 1 = 18",
    ]
    assert [line.axis for line in result.formula] == ["height", "width"]
    assert result.output_shape == (13, 18, 2)


def test_the_worked_example_goes_from_200_to_99_to_97_to_97() -> None:
    conv = analyse("Conv2D", (200, 200, 1), filters=1, kernel_size=5, padding=1, strides=2).output_shape
    assert conv == (99, 99, 1)
    pool = analyse("MaxPooling2D", conv, pool_size=3, strides=1).output_shape
    assert pool == (97, 97, 1)
    assert analyse("Conv2D", pool, filters=1, kernel_size=3, padding=1).output_shape == (97, 97, 1)


def test_pixels_that_fill_no_window_are_counted() -> None:
    window = analyse("MaxPooling2D", (13, 12, 1), pool_size=2).formula[0].window
    assert window is not None
    assert (window.dropped, window.effective_kernel, window.output) == (1, 2, 6)


@pytest.mark.parametrize(("size", "strides", "pads"), [(28, 1, (1, 1)), (28, 2, (0, 1)), (27, 2, (1, 1))])
def test_keras_same_tells_the_padding_that_tensorflow_adds(
    size: int, strides: int, pads: tuple[int, int]
) -> None:
    window = analyse("Conv2D", (size, size, 1), padding="same", strides=strides).formula[0].window
    assert window is not None
    assert (window.pad_before, window.pad_after) == pads


def test_a_window_larger_than_the_input_says_so_with_the_cure() -> None:
    error = error_of("Conv2D", (8, 8, 1), kernel_size=16)
    assert str(error) == "The 16×16 window is larger than the 8×8 input."
    assert str(error.hint) == "Use a kernel of 8 or less, or padding 'same'."
    assert (error.code, error.param) == ("shape.window", "kernel_size")


@pytest.mark.parametrize(
    ("kind", "shape", "params", "code", "param"),
    [
        ("MaxPooling2D", (2, 2, 1), {"pool_size": 3}, "shape.window", "pool_size"),
        ("MaxPooling2D", (9, 9, 1), {"padding": 2}, "param.padding", "padding"),
        ("Conv2D", (9, 9, 1), {"strides": 2, "dilation_rate": 2}, "param.conflict", "dilation_rate"),
        ("Conv2D", (9, 9, 3), {"groups": 2, "filters": 4}, "param.groups", "groups"),
        ("Conv2D", (9, 9, 4), {"groups": 2, "filters": 3}, "param.filters", "groups"),
        ("Conv2D", (9, 9, 3), {"filters": 0}, "param.value", "filters"),
        ("Conv2D", (9, 9, 3), {"filtres": 3}, "param.unknown", "filtres"),
        ("Conv2D", (9,), {}, "shape.rank", None),
        ("Conv2DTranspose", (2, 2, 1), {"padding": 5}, "shape.window", "padding"),
        ("Conv2DTranspose", (2, 2, 1), {"output_padding": 1}, "param.conflict", "output_padding"),
        ("Reshape", (3, 3), {"target_shape": [2, -1]}, "shape.values", "target_shape"),
        ("Permute", (3, 3), {"dims": [1, 3]}, "param.axis", "dims"),
        ("GroupNormalization", (3, 3, 4), {"groups": 3}, "param.groups", "groups"),
        ("Cropping2D", (3, 3, 4), {"cropping": 2}, "shape.window", "cropping"),
        ("Dense", (3, None), {}, "shape.unknown", None),
    ],
)
def test_what_is_wrong_names_its_kind_and_parameter(
    kind: str, shape: Shape, params: dict[str, object], code: str, param: str | None
) -> None:
    error = error_of(kind, shape, **params)
    assert (error.code, error.param) == (code, param)
    assert str(error)


@pytest.mark.parametrize(
    ("kind", "shape", "params", "summary"),
    [
        (
            "Conv2D",
            (28, 28, 1),
            {"filters": 6, "kernel_size": 5, "padding": 2, "activation": "sigmoid"},
            "6 · 5×5 · s1 · p2 · sigmoid",
        ),
        (
            "Conv2D",
            (28, 28, 1),
            {"filters": 6, "padding": "same", "strides": [2, 1]},
            "6 · 3×3 · s2×1 · same",
        ),
        ("Conv2D", (28, 28, 2), {"groups": 2, "dilation_rate": 2}, "32 · 3×3 · s1 · valid · d2 · g2"),
        ("Conv2D", (28, 28, 1), {"padding": [[1, 0], [2, 2]]}, "32 · 3×3 · s1 · p(1,0)×(2,2)"),
        ("MaxPooling2D", (28, 28, 1), {"pool_size": 3, "strides": 2}, "3×3 · s2"),
        ("Dense", (28,), {"units": 84, "activation": "relu"}, "84 · relu"),
        ("Dropout", (28,), {"rate": 0.25}, "0.25"),
    ],
)
def test_a_card_shows_the_parameters_that_matter(
    kind: str, shape: Shape, params: dict[str, object], summary: str
) -> None:
    assert analyse(kind, shape, **params).summary == summary


def test_the_receptive_field_grows_with_earlier_strides() -> None:
    sizes = [
        ("Conv2D", {"kernel_size": 5}),
        ("AveragePooling2D", {}),
        ("Conv2D", {"kernel_size": 5}),
        ("AveragePooling2D", {}),
    ]
    nodes = [Node(id="0", type="Input", params=Params(shape=[28, 28, 1]))]
    nodes += [Node(id=str(n), type=kind, params=Params(params)) for n, (kind, params) in enumerate(sizes, 1)]
    edges = [Edge(source=str(n), target=str(n + 1)) for n in range(4)]
    analysis = Analyser(catalogue()).analyse(Network.of(nodes, edges))
    fields = [result.fields for result in analysis.nodes.values()]
    assert [field[0].size for field in fields if field] == [1, 5, 6, 14, 16]
    assert [field[0].jump for field in fields if field] == [1, 1, 2, 2, 4]
    last = fields[-1]
    assert last is not None
    assert last[0].start == pytest.approx(8.0)  # the middle of the first 16 pixels


def test_multiply_accumulates_count_one_image() -> None:
    assert analyse("Conv2D", (28, 28, 1), filters=6, kernel_size=5, padding=2).macs == 28 * 28 * 5 * 5 * 6
    assert analyse("Conv2D", (8, 8, 4), filters=6, groups=2).macs == 6 * 6 * 3 * 3 * 2 * 6
    assert analyse("DepthwiseConv2D", (8, 8, 4)).macs == 6 * 6 * 3 * 3 * 4
    assert analyse("SeparableConv2D", (8, 8, 4), filters=5).macs == 6 * 6 * (3 * 3 * 4 + 4 * 5)
    assert analyse("Dense", (120,), units=84).macs == 120 * 84
    assert analyse("MaxPooling2D", (8, 8, 4)).macs == 0

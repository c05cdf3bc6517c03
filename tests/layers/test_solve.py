"""Solving for a kernel, stride, padding or dilation: every answer, and nothing else, gives the wanted size."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.layers import catalogue
from cnnstudio.layers.solve import Near, Solution, solve

NAMES = {"K": "kernel_size", "S": "strides", "P": "padding", "D": "dilation_rate"}


def window_size(width: int, kernel: int, strides: int, pads: int, dilation: int) -> int | None:
    """floor((W - K_eff + 2P) / S) + 1 by its definition: windows are laid one after another until one does not fit."""
    effective = dilation * (kernel - 1) + 1
    count = 0
    while count * strides + effective <= width + 2 * pads:
        count += 1
    return count or None


def found(solution: Solution, most: int) -> list[int]:
    """The values up to `most`."""
    values = list(solution.values)
    if solution.and_more:
        values += range(values[-1] + 1, most + 1)
    return [value for value in values if value <= most]


def conv(**params: object) -> Params:
    return Params(filters=1, **params)


@pytest.mark.parametrize(
    ("width", "params", "name", "wanted", "values"),
    [
        (32, {"kernel_size": 3}, "kernel_size", 28, (5,)),  # the lecture's 28 = (32 - K + 0)/1 + 1
        (28, {"kernel_size": 5}, "padding", 28, (2,)),
        (224, {"kernel_size": 11, "padding": 2}, "strides", 55, (4,)),
        (200, {"kernel_size": 5, "padding": 1}, "strides", 99, (2,)),
        (224, {"kernel_size": 3, "strides": 2}, "kernel_size", 111, (3, 4)),
        (10, {"kernel_size": 3}, "strides", 2, (4, 5, 6, 7)),
        (28, {"kernel_size": 3}, "dilation_rate", 24, (2,)),
        (2000, {"kernel_size": 3}, "kernel_size", 10, (1991,)),
    ],
)
def test_the_lectures_sums_are_solved(
    width: int, params: dict[str, object], name: str, wanted: int, values: tuple[int, ...]
) -> None:
    solution = solve(catalogue()["Conv2D"], ((width, width, 1),), conv(**params), name, axis=0, wanted=wanted)
    assert (solution.values, solution.and_more) == (values, False)


@settings(max_examples=150, deadline=None)
@given(
    width=st.integers(1, 40),
    kernel=st.integers(1, 9),
    strides=st.integers(1, 5),
    pads=st.integers(0, 6),
    unknown=st.sampled_from("KSP"),
    wanted=st.integers(1, 45),
)
def test_all_values_that_give_the_size_are_found_and_no_others(
    width: int, kernel: int, strides: int, pads: int, unknown: str, wanted: int
) -> None:
    known = {"K": kernel, "S": strides, "P": pads}
    params = conv(kernel_size=kernel, strides=strides, padding=pads)
    solution = solve(
        catalogue()["Conv2D"], ((width, width, 1),), params, NAMES[unknown], axis=0, wanted=wanted
    )
    sizes = {}
    for value in range(0 if unknown == "P" else 1, 301):
        now = {**known, unknown: value}
        size = window_size(width, now["K"], now["S"], now["P"], 1)
        if size is not None:
            sizes[value] = size
    right = [value for value, size in sizes.items() if size == wanted]
    assert found(solution, 300) == right
    below = max((size for size in sizes.values() if size < wanted), default=None)
    above = min((size for size in sizes.values() if size > wanted), default=None)
    if not right:
        assert [near.output for near in solution.nearest] == [s for s in (below, above) if s is not None]
        assert all(sizes[near.value] == near.output for near in solution.nearest)


@settings(max_examples=60, deadline=None)
@given(width=st.integers(1, 40), kernel=st.integers(1, 6), pads=st.integers(0, 5), wanted=st.integers(1, 40))
def test_all_dilations_are_found(width: int, kernel: int, pads: int, wanted: int) -> None:
    params = conv(kernel_size=kernel, padding=pads)
    solution = solve(
        catalogue()["Conv2D"], ((width, width, 1),), params, "dilation_rate", axis=0, wanted=wanted
    )
    right = [d for d in range(1, 301) if window_size(width, kernel, 1, pads, d) == wanted]
    assert found(solution, 300) == right


OTHERS = {
    "same": ("Conv2D", {"filters": 1, "padding": "same", "kernel_size": 3}),
    "full": ("Conv2D", {"filters": 1, "padding": "full", "kernel_size": 3, "strides": 2}),
    "pooling that steps as far as it is wide": ("MaxPooling2D", {}),
    "padded pooling": ("AveragePooling2D", {"pool_size": 4, "strides": 3, "padding": 1}),
    "pooling rounded up": ("MaxPooling2D", {"pool_size": 3, "strides": 2, "padding": 1, "ceil_mode": True}),
    "depthwise": ("DepthwiseConv2D", {"kernel_size": 5, "strides": 2, "padding": [[1, 2], [0, 1]]}),
    "transposed": ("Conv2DTranspose", {"filters": 1, "kernel_size": 4, "strides": 2, "padding": 1}),
    "transposed, valid": ("Conv2DTranspose", {"filters": 1, "kernel_size": 3, "strides": 2}),
    "transposed with output padding": (
        "Conv2DTranspose",
        {"filters": 1, "kernel_size": 3, "strides": 3, "padding": 1, "output_padding": 2},
    ),
    "transposed, same": (
        "Conv2DTranspose",
        {"filters": 1, "kernel_size": 3, "strides": 2, "padding": "same"},
    ),
}


@pytest.mark.parametrize("alone", [False, True], ids=["all axes", "one axis"])
@pytest.mark.parametrize(("kind", "params"), OTHERS.values(), ids=OTHERS.keys())
def test_every_kind_of_window_is_solved_like_trying_every_value(
    kind: str, params: dict[str, object], alone: bool
) -> None:
    spec = catalogue()[kind]
    inputs = ((13, 17, 2),)
    for name in ("kernel_size", "pool_size", "strides", "padding", "dilation_rate"):
        if name not in spec.params_by_name:
            continue
        sizes: dict[int, int | None] = {}
        for value in range(0 if name == "padding" else 1, 151):
            given_now = dict(params)
            if alone:
                other = spec.arguments(Params(params))[name]
                if name == "padding":
                    other = other if isinstance(other, tuple) else ((0, 0), (0, 0))
                    given_now[name] = [other[0], [value, value]]
                else:
                    other = other if isinstance(other, tuple) else (value, value)
                    given_now[name] = [other[0], value]
            else:
                given_now[name] = value
            try:
                sizes[value] = spec.output_shape(inputs, spec.arguments(Params(given_now)))[1]
            except ShapeError:
                continue
        for wanted in range(1, 60):
            solution = solve(spec, inputs, Params(params), name, axis=1, wanted=wanted, alone=alone)
            assert found(solution, 150) == [v for v, size in sizes.items() if size == wanted], (name, wanted)


def test_an_endless_answer_is_told_from_its_first_value_on() -> None:
    inputs = ((28, 28, 1),)
    spec = catalogue()["Conv2D"]
    one = solve(spec, inputs, conv(kernel_size=5), "strides", axis=0, wanted=1)
    assert (one.values, one.and_more) == ((24,), True)
    anything = solve(spec, inputs, conv(padding="same"), "kernel_size", axis=0, wanted=28)
    assert (anything.values, anything.and_more) == ((1,), True)


def test_padding_far_larger_than_the_picture_hides_no_answer() -> None:
    spec, params = catalogue()["Conv2D"], conv(kernel_size=3, padding=1000)
    solution = solve(spec, ((10, 10, 1),), params, "strides", axis=0, wanted=2)
    assert solution.values == tuple(range(1004, 2008))
    assert not solution.and_more


def test_what_cannot_be_had_names_the_values_beside_it() -> None:
    spec = catalogue()["Conv2D"]
    solution = solve(spec, ((28, 28, 1),), conv(kernel_size=5), "strides", axis=0, wanted=13)
    assert solution == Solution(values=(), nearest=(Near(2, 12), Near(1, 24)))


def test_a_value_that_is_wrong_now_can_be_solved_for() -> None:
    spec = catalogue()["Conv2D"]
    broken = conv(kernel_size=99)
    assert solve(spec, ((28, 28, 1),), broken, "kernel_size", axis=0, wanted=24).values == (5,)
    nonsense = conv(kernel_size="large")
    assert solve(spec, ((28, 28, 1),), nonsense, "kernel_size", axis=0, wanted=24).values == (5,)


def test_a_large_picture_is_solved_to_the_end() -> None:
    spec = catalogue()["Conv2D"]
    solution = solve(spec, ((3000, 3000, 1),), conv(kernel_size=7), "kernel_size", axis=0, wanted=1)
    assert solution.values == (3000,)


@pytest.mark.parametrize("unknown", NAMES.values())
def test_keras_gives_the_wanted_size_with_every_answer(unknown: str) -> None:
    keras = pytest.importorskip("keras")
    spec, tried = catalogue()["Conv2D"], 0
    for width, kernel, strides in ((12, 3, 1), (17, 4, 2), (9, 1, 3)):
        params = conv(kernel_size=kernel, strides=strides)
        for wanted in range(1, 20):
            solution = solve(spec, ((width, width, 1),), params, unknown, axis=0, wanted=wanted)
            for value in (*solution.values[:3], *solution.values[-2:]):
                given_now = {"kernel_size": kernel, "strides": strides, unknown: value}
                pads = given_now.pop("padding", 0)
                shape = keras.layers.ZeroPadding2D(pads).compute_output_shape((None, width, width, 1))
                size = keras.layers.Conv2D(1, **given_now).compute_output_shape(shape)[1]
                assert size == wanted
                tried += 1
    assert tried > 10

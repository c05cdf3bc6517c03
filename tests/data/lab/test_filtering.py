"""Filtering: sums, sizes and layers that do the same. What Keras makes of it is in tests/engine."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from cnnstudio.core.problems import ShapeError
from cnnstudio.data.lab.filtering import Filtering, Padding
from cnnstudio.data.lab.kernel import Kernel, classic
from cnnstudio.data.lab.written_sum import number_text, product_line, written


def own(rows: list[list[int]], factor: Fraction = Fraction(1)) -> Kernel:
    return Kernel(tuple(tuple(Fraction(number) for number in row) for row in rows), factor)


def test_a_vertical_edge_answers_sobel_x_and_not_sobel_y() -> None:
    picture = np.zeros((5, 6), np.uint8)
    picture[:, 3:] = 10
    across = Filtering(kernel=classic("sobel_x"), padding="valid").apply(picture)
    assert across.tolist() == [[0, 40, 40, 0]] * 3
    assert not Filtering(kernel=classic("sobel_y"), padding="valid").apply(picture).any()


def test_sobel_y_is_positive_where_it_gets_brighter_downwards() -> None:
    picture = np.zeros((4, 3), np.uint8)
    picture[2:] = 10
    assert Filtering(kernel=classic("sobel_y"), padding="valid").apply(picture).tolist() == [[40], [40]]


def test_a_flip_makes_an_impulse_show_the_kernel_itself() -> None:
    picture = np.zeros((5, 5))
    picture[2, 2] = 1
    kernel = own([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    convolved = Filtering(kernel=kernel, flip=True).apply(picture)
    correlated = Filtering(kernel=kernel).apply(picture)
    assert convolved[1:4, 1:4].tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert correlated[1:4, 1:4].tolist() == [[9, 8, 7], [6, 5, 4], [3, 2, 1]]


def test_an_echo_of_one_axis_fades_as_its_kernel_does() -> None:
    kernel = Kernel(((Fraction(1), Fraction(1, 2), Fraction(1, 4)),))
    signal = np.array([[0.0, 1.0, 0.0, 0.0]])
    assert Filtering(kernel=kernel, padding="full", flip=True).apply(signal).tolist() == [
        [0, 1, 0.5, 0.25, 0, 0]
    ]


@pytest.mark.parametrize(
    ("padding", "stride", "dilation", "size"),
    [
        ("valid", 1, 1, 26),
        ("same", 1, 1, 28),
        ("full", 1, 1, 30),
        ("valid", 2, 1, 13),
        ("same", 2, 1, 14),
        ("valid", 1, 3, 22),
    ],
)
def test_sizes_follow_the_windows_sum(padding: Padding, stride: int, dilation: int, size: int) -> None:
    filtering = Filtering(kernel=classic("mean"), padding=padding, stride=stride, dilation=dilation)
    assert filtering.apply(np.zeros((28, 28), np.uint8)).shape == filtering.output(28, 28) == (size, size)
    line = filtering.formula(28, 28)[0].text
    assert line.startswith(f"floor((28 - {2 * dilation + 1} + ")
    assert line.endswith(f"/ {stride}) + 1 = {size}")


def test_a_window_larger_than_the_picture_is_refused() -> None:
    with pytest.raises(ShapeError):
        Filtering(kernel=classic("mean"), padding="valid").apply(np.zeros((2, 5), np.uint8))


@pytest.mark.parametrize("flip", [False, True])
@pytest.mark.parametrize(
    ("padding", "stride", "dilation"), [("same", 1, 1), ("full", 2, 1), ("valid", 1, 2), ("same", 3, 2)]
)
def test_the_terms_of_every_value_add_up_to_it(
    flip: bool, padding: Padding, stride: int, dilation: int
) -> None:
    picture = np.random.default_rng(1).integers(0, 256, (11, 9)).astype(np.uint8)
    kernel = own([[1, -2, 3], [0, 5, -6]], Fraction(1, 4))
    filtering = Filtering(kernel=kernel, padding=padding, stride=stride, dilation=dilation, flip=flip)
    found = filtering.apply(picture)
    for (row, column), value in np.ndenumerate(found):
        terms = filtering.terms(picture, row, column)
        assert float(kernel.factor) * sum(
            float(t.weight) * t.value for line in terms for t in line
        ) == pytest.approx(value)


def test_the_first_window_of_same_begins_in_the_padding() -> None:
    filtering = Filtering(kernel=classic("mean"))
    assert filtering.corner(0, 0, 8, 8) == (-1, -1)
    terms = filtering.terms(np.full((8, 8), 9, np.uint8), 0, 0)
    assert [t.inside for line in terms for t in line] == [False] * 4 + [True, True, False, True, True]


def test_colours_are_filtered_each_by_itself() -> None:
    picture = np.random.default_rng(2).integers(0, 256, (40, 33, 3)).astype(np.uint8)
    filtering = Filtering(kernel=classic("gaussian"), stride=2)
    together = filtering.apply(picture)
    for channel in range(3):
        assert np.array_equal(together[:, :, channel], filtering.apply(picture[:, :, channel]))


def test_a_layer_of_the_same_name_is_offered_for_a_classic_kernel() -> None:
    assert Filtering(kernel=classic("sobel_x")).layer_params() == {"filter": "sobel_x"}


def test_what_the_layer_does_not_know_is_worked_into_its_kernel() -> None:
    filtering = Filtering(kernel=classic("roberts_y"), flip=True, dilation=2, stride=2, padding="valid")
    assert filtering.layer_params() == {
        "filter": "own", "kernel": "0 0 -1; 0 0 0; 1 0 0", "strides": (2, 2), "padding": "valid",
    }  # fmt: skip


def test_a_sum_is_written_with_its_numbers_and_signs() -> None:
    picture = np.array([[52, 55, 61], [63, 59, 55], [62, 59, 68]], np.uint8)
    filtering = Filtering(kernel=classic("sobel_x"), padding="valid")
    text = written(filtering.terms(picture, 0, 0), Fraction(1), float(filtering.apply(picture)[0, 0]))
    assert text == "− 1·52 + 0·55 + 1·61\n− 2·63 + 0·59 + 2·55\n− 1·62 + 0·59 + 1·68 = −1"


def test_a_factor_stands_in_front_of_the_sum() -> None:
    picture = np.full((2, 2), 3, np.uint8)
    filtering = Filtering(kernel=own([[1, 1], [1, 1]], Fraction(1, 4)), padding="valid")
    text = written(filtering.terms(picture, 0, 0), Fraction(1, 4), 3.0)
    assert text == "1/4 · (  1·3 + 1·3\n       + 1·3 + 1·3) = 3"


def test_a_negative_value_stands_in_brackets_and_names_may_stand_for_values() -> None:
    filtering = Filtering(kernel=own([[1, -1]]), padding="valid")
    terms = filtering.terms(np.array([[-0.5, 2.0]]), 0, 0)[0]
    assert product_line(terms) == "1·(−0.5) − 1·2"
    assert product_line(terms, names=("a", "b")) == "1·a − 1·b"


@pytest.mark.parametrize(
    ("value", "text"), [(-0.00001, "0"), (0.0, "0"), (1 / 3, "0.3333"), (-13.0, "−13"), (120.0, "120")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number_text(value) == text

"""Kernels as they are written: exact numbers, one source, sizes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from cnnstudio.data.lab.kernel import Kernel, classic, exact_number, exact_numbers, name_of
from cnnstudio.layers.convolution.fixed_filter2d import KERNELS
from cnnstudio.layers.matrix_param import matrix_of


@pytest.mark.parametrize("name", KERNELS)
def test_a_classic_kernel_is_the_layers_own_and_found_again_by_name(name: str) -> None:
    kernel = classic(name)
    found = [float(number) for row in kernel.values for number in row]
    assert found == pytest.approx([number for row in KERNELS[name] for number in row])
    assert all(number.denominator == 1 for row in kernel.rows for number in row)
    assert name_of(kernel) == name


@pytest.mark.parametrize(("name", "factor"), [("mean", "1/9"), ("gaussian", "1/16"), ("sobel_x", "1")])
def test_the_factor_of_a_classic_kernel_is_a_fraction(name: str, factor: str) -> None:
    assert str(classic(name).factor) == factor


def test_sobel_y_has_the_right_sign() -> None:
    assert classic("sobel_y").text() == "-1 -2 -1; 0 0 0; 1 2 1"


def test_flipping_turns_a_kernel_by_half_a_turn_and_twice_changes_nothing() -> None:
    roberts = classic("roberts_y")
    assert roberts.flipped().text() == "0 -1; 1 0"
    assert roberts.flipped().flipped() == roberts
    assert name_of(classic("sobel_x").flipped()) is None


def test_a_larger_kernel_has_zeros_around_and_comes_back_whole() -> None:
    sobel = classic("sobel_x")
    larger = sobel.resized(5, 5)
    assert larger.size == (5, 5)
    assert larger.text().startswith("0 0 0 0 0; 0 -1 0 1 0; 0 -2 0 2 0")
    assert larger.resized(3, 3) == sobel
    assert sobel.resized(1, 3).text() == "-2 0 2"


def test_a_dilated_kernel_has_zeros_between() -> None:
    assert classic("roberts_x").dilated(2).text() == "1 0 0; 0 0 0; 0 0 -1"


def test_the_text_of_a_kernel_is_read_by_the_layer_as_the_same_numbers() -> None:
    kernel = Kernel(((Fraction(1, 3), Fraction(-2)), (Fraction(0), Fraction(5, 7))), Fraction(1, 2))
    assert matrix_of(kernel.text()) == ((1 / 6, -1.0), (0.0, 5 / 14))


@pytest.mark.parametrize(
    ("text", "number"), [("-2", "-2"), ("0.25", "1/4"), ("1/9", "1/9"), ("−3", "-3"), ("0,5", "1/2")]
)
def test_numbers_are_read_exactly(text: str, number: str) -> None:
    assert str(exact_number(text)) == number


@pytest.mark.parametrize("text", ["", "x", "1/0", "1e9", "nan", "inf", "1" * 17, "9999999", "1/9999999"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        exact_number(text)


def test_several_numbers_need_at_least_one() -> None:
    assert exact_numbers("1 1/2; 0.25") == (1, Fraction(1, 2), Fraction(1, 4))
    with pytest.raises(ValueError):
        exact_numbers("  ")

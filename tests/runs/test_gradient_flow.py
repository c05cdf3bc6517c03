"""The sentence over the gradients: when they vanish, explode, are lost, or reach every layer."""

from __future__ import annotations

import math

import pytest

from cnnstudio.runs.gradient_flow import LayerGradient, judge, times_text


def rows(*norms: float | None) -> list[LayerGradient]:
    return [
        LayerGradient(name=f"dense{number}", norm=norm, count=100) for number, norm in enumerate(norms, 1)
    ]


def test_a_gradient_that_falls_a_thousandfold_towards_the_input_vanishes() -> None:
    found = judge(rows(0.00025, 0.01, 0.1, 1.0))
    assert found.flow == "vanishes"
    assert str(found.message).startswith("The gradient of dense1 is 4,000 times smaller than that of dense4:")
    assert found.hint


@pytest.mark.parametrize(
    ("norms", "flow"),
    [
        ((0.00101, 0.1, 1.0), "even"),
        ((0.00099, 0.1, 1.0), "vanishes"),
        ((1.0, 0.1, 0.00099), "explodes"),
        ((1.0, 0.0, 1.0), "lost"),
        ((0.0, 0.0, 1.0), "lost"),
        ((1.0, math.nan, 1.0), "broken"),
        ((1.0, math.inf, 1.0), "broken"),
        ((None, None), "unknown"),
        ((), "unknown"),
        ((0.5,), "even"),
        ((None, 1.0, 2.0), "even"),
    ],
)
def test_the_rule_by_its_limits(norms: tuple[float | None, ...], flow: str) -> None:
    assert judge(rows(*norms)).flow == flow


def test_layers_that_only_scale_and_shift_are_left_out() -> None:
    scaled = LayerGradient(name="norm", norm=1e-9, count=8, normalises=True)
    assert judge([scaled, *rows(1.0, 2.0)]).flow == "even"


def test_the_root_mean_square_is_of_single_values() -> None:
    assert LayerGradient(name="a", norm=5.0, count=25).root_mean_square == 1.0
    assert LayerGradient(name="a", norm=None, count=0).root_mean_square is None


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(4012.0, "4,000"), (1.0, "1"), (2.54, "2.5"), (99.6, "100"), (3.2e9, "3e9"), (2e12, "2e12")],
)
def test_ratios_are_told_with_two_digits(ratio: float, text: str) -> None:
    assert times_text(ratio) == text

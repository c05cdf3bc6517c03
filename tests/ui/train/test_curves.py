"""Curves as arrays: thinned without losing a peak, and axes that hold what matters."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.ui.train.axes import even_steps, log_steps, number_text
from cnnstudio.ui.train.curves import (
    Curves,
    Line,
    Range,
    decimated,
    epochs_shown,
    logarithmic,
    settled,
    smoothed,
    table_text,
    value_range,
)


def line(values: list[float]) -> Line:
    return Line(x=np.arange(len(values), dtype=np.float64), y=np.array(values, dtype=np.float64))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=3000), st.integers(1, 200))
def test_thinning_keeps_the_ends_and_the_extremes(values: list[float], columns: int) -> None:
    whole = line(values)
    thin = decimated(whole, 0.0, float(len(values)), columns)
    assert thin.y.min() == whole.y.min()
    assert thin.y.max() == whole.y.max()
    assert (thin.x[0], thin.x[-1]) == (whole.x[0], whole.x[-1])
    assert len(thin) <= max(2 * columns, 3 * columns + 2)
    assert (np.diff(thin.x) > 0).all() if len(thin) > 1 else len(thin) == 1


def test_thinning_looks_at_the_window_alone_and_one_point_beyond() -> None:
    whole = line([float(value % 7) for value in range(10_000)])
    thin = decimated(whole, 100.0, 110.0, 50)
    assert (thin.x[0], thin.x[-1]) == (99.0, 111.0)
    assert len(thin) == 13


def test_smoothing_keeps_a_straight_line_straight_and_calms_noise() -> None:
    straight = line([0.5 * value for value in range(100)])
    assert np.allclose(smoothed(straight, 9).y, straight.y)
    noise = line(list(np.random.default_rng(1).normal(size=500)))
    assert smoothed(noise, 21).y.std() < noise.y.std() / 3


def test_values_that_are_no_numbers_are_not_drawn() -> None:
    assert list(line([1.0, math.nan, 2.0, math.inf]).finite().y) == [1.0, 2.0]


def test_zero_stands_at_the_foot_of_a_logarithmic_axis() -> None:
    assert list(logarithmic(line([1.0, 0.0, 100.0])).y) == [0.0, -12.0, 2.0]


def test_one_wild_batch_does_not_flatten_the_rest() -> None:
    batches = [1.0] * 200
    batches[3] = 1e9
    curves = Curves(key="a", name="a", batches=line(batches), training=line([1.2, 0.8]))
    assert value_range([curves], log=False).high < 2


def test_every_epoch_is_inside_the_axis() -> None:
    curves = Curves(key="a", name="a", training=line([5.0, 0.1]), validation=line([9.0, 0.3]))
    found = value_range([curves], log=False)
    assert found.low <= 0.1
    assert found.high >= 9.0


def test_an_accuracy_axis_ends_near_one() -> None:
    curves = Curves(key="a", name="a", training=line([0.2, 0.99]))
    assert 1.0 <= value_range([curves], log=False, cap=1.0).high <= 1.02


@pytest.mark.parametrize(
    ("done", "planned", "shown"),
    [
        (0, 0, 10),
        (0, 400, 10),
        (2, 400, 10),
        (9.9, 400, 13),
        (50, 400, 63),
        (399, 400, 400),
        (2, 5, 5),
        (30, 20, 30),
    ],
)
def test_a_long_run_begins_on_a_short_axis_that_grows_with_it(
    done: float, planned: int, shown: float
) -> None:
    steps = np.linspace(0, done, 5) if done else np.empty(0)
    curve = Curves(key="a", name="a", batches=Line(x=steps, y=steps), epochs=planned)
    assert epochs_shown([curve]) == shown


def test_an_axis_moves_only_when_it_must() -> None:
    shown = Range(low=0.0, high=10.0)
    assert settled(shown, Range(low=1.0, high=9.0)) is shown
    assert settled(shown, Range(low=1.0, high=11.0)).high == 11.0
    assert settled(shown, Range(low=0.0, high=2.0)).high == 2.0


@given(st.floats(-1e5, 1e5), st.floats(1e-3, 1e5), st.integers(2, 12))
def test_marks_are_even_round_and_inside(low: float, span: float, most: int) -> None:
    step, marks = even_steps(low, low + span, most)
    assert len(marks) <= most + 1
    assert all(low - step * 1e-6 <= mark <= low + span + step * 1e-6 for mark in marks)
    mantissa = step / 10 ** math.floor(math.log10(step) + 1e-9)
    assert any(abs(mantissa - factor) < 1e-6 for factor in (1, 2, 2.5, 5, 10))


def test_epochs_have_whole_marks_only() -> None:
    _, marks = even_steps(0, 3, 10, whole=True)
    assert marks == [0, 1, 2, 3]


@pytest.mark.parametrize(("low", "high"), [(0.2, 2.3), (1e-4, 3.0), (0.5, 0.7), (1.0, 1e6)])
def test_a_logarithmic_axis_has_two_marks_or_more(low: float, high: float) -> None:
    marks = log_steps(math.log10(low), math.log10(high), 6)
    assert 2 <= len(marks) <= 7
    assert all(math.log10(low) - 1e-9 <= mark <= math.log10(high) + 1e-9 for mark in marks)


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [(0.25, 0.25, "0.25"), (1.0, 0.5, "1.0"), (20.0, 10.0, "20"), (0.0, 0.1, "0.0"), (2e-6, 1e-6, "2e-6")],
)
def test_numbers_have_the_decimals_their_step_needs(value: float, step: float, text: str) -> None:
    assert number_text(value, step) == text


def test_the_table_holds_every_point() -> None:
    curves = Curves(key="a", name="lenet, first", batches=line([0.5, 0.25]), validation=line([0.75]))
    assert table_text("loss", [curves]).splitlines() == [
        "run,kind,epoch,loss",
        '"lenet, first",batch,0,0.5',
        '"lenet, first",batch,1,0.25',
        '"lenet, first",validation,0,0.75',
    ]

"""Series: a value that grows cheaply, and thinning that keeps what the eye sees."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.runs.series import MetricSeries


def test_an_older_series_does_not_change_when_a_newer_one_grows() -> None:
    first = MetricSeries([1, 2], [10, 20])
    second = first.appended(3, 30)
    other = first.appended(3, 99)
    third = second.appended(4, 40)
    assert first.ys.tolist() == [10, 20]
    assert second.ys.tolist() == [10, 20, 30]
    assert other.ys.tolist() == [10, 20, 99]
    assert third.ys.tolist() == [10, 20, 30, 40]


def test_the_points_cannot_be_written_to() -> None:
    with pytest.raises(ValueError):
        MetricSeries([1], [2]).ys[0] = 5


def test_as_many_x_as_y_values_are_needed() -> None:
    with pytest.raises(ValueError, match="2 x values but 1"):
        MetricSeries([1, 2], [3])


@given(st.lists(st.lists(st.floats(allow_nan=True, width=32), max_size=40), max_size=12))
def test_growing_in_steps_equals_making_it_at_once(chunks: list[list[float]]) -> None:
    grown = MetricSeries()
    for chunk in chunks:
        grown = grown.extended([float(len(grown) + i) for i in range(len(chunk))], chunk)
    flat = [value for chunk in chunks for value in chunk]
    assert grown == MetricSeries([float(i) for i in range(len(flat))], flat)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=3000), st.integers(4, 200))
def test_thinning_keeps_ends_extremes_and_order(ys: list[float], limit: int) -> None:
    series = MetricSeries(list(range(len(ys))), ys)
    thin_x, thin_y = series.decimated(limit)
    assert len(thin_x) <= max(limit, 0) or len(ys) <= limit
    assert thin_x[0] == 0
    assert thin_x[-1] == len(ys) - 1
    assert (np.diff(thin_x) > 0).all()
    assert thin_y.max() == max(ys)
    assert thin_y.min() == min(ys)


def test_thinning_bears_values_that_are_no_numbers() -> None:
    ys = [math.nan] * 500 + [1.0] * 500
    _, thin = MetricSeries(list(range(1000)), ys).decimated(50)
    assert np.isnan(thin).any()
    assert (thin == 1.0).any()


def test_smoothing_leaves_a_flat_line_flat_and_gaps_as_gaps() -> None:
    smooth = MetricSeries([0, 1, 2, 3], [2.0, 2.0, math.nan, 2.0]).smoothed(0.9)
    assert smooth.ys[[0, 1, 3]] == pytest.approx([2, 2, 2])
    assert math.isnan(smooth.ys[2])

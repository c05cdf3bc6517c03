"""The learning-rate range test: what it tries, when it ends, what it suggests."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from cnnstudio.engine.failures import CancelledError
from cnnstudio.engine.learning_rate_test import find_learning_rate, suggested
from cnnstudio.runs.plan import TrainingPlan
from tests.engine.small_data import project, write_images

RATES = [10 ** (number / 20 - 5) for number in range(100)]


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_images(tmp_path_factory.mktemp("images") / "data", each=12)


def test_the_steepest_fall_is_suggested_but_never_close_to_where_the_loss_runs_away() -> None:
    fall = [2 - 1 / (1 + math.exp(-4 * (math.log10(rate) + 2.5))) for rate in RATES]
    assert suggested(RATES, fall, None) == pytest.approx(10**-2.5, rel=0.15)
    assert suggested(RATES, fall, 0.01) == pytest.approx(0.001)


def test_nothing_is_suggested_where_the_loss_falls_at_no_rate() -> None:
    assert suggested(RATES, [1.0] * len(RATES), None) is None
    assert suggested(RATES, [1.0 + rate for rate in RATES], 0.5) is None
    assert suggested(RATES[:5], [5.0, 4.0, 3.0, 2.0, 1.0], None) is None


def test_rates_rise_by_one_factor_until_the_loss_runs_away(images: Path) -> None:
    told: list[tuple[float, float]] = []
    plan = TrainingPlan(optimizer="sgd", batch_size=8, schedule="cosine", use_ema=True)
    tested = find_learning_rate(
        project(), images, plan, highest=1e4, steps=100, tell=lambda rate, loss: told.append((rate, loss))
    )
    assert told == list(zip(tested.rates, tested.losses, strict=True))
    factors = [b / a for a, b in zip(tested.rates, tested.rates[1:], strict=False)]
    assert factors == pytest.approx([factors[0]] * len(factors))
    assert tested.rates[0] == pytest.approx(1e-6)
    assert tested.diverged_at is not None
    assert tested.suggestion is not None
    assert 1e-4 < tested.suggestion <= tested.diverged_at / 10 * 1.05


def test_it_ends_at_once_when_it_is_given_up(images: Path) -> None:
    told: list[float] = []
    with pytest.raises(CancelledError):
        find_learning_rate(
            project(), images, TrainingPlan(batch_size=8), tell=lambda rate, _: told.append(rate),
            cancelled=lambda: len(told) >= 3,
        )  # fmt: skip
    assert len(told) == 3

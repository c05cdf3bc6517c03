"""The memory of a planned run, by arithmetic: grows with the batch, shrinks with frozen layers, fits a device."""

from __future__ import annotations

import pytest

from cnnstudio.core.analysis import Analyser
from cnnstudio.layers import catalogue
from cnnstudio.runs.memory_forecast import device_of, memory_forecast
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.zoo import templates

GB = 2**30
CPU = {"id": "cpu", "kind": "cpu", "memory": 0, "memory_free": 2 * GB, "usable": True}
CARD = {"id": "gpu:0", "kind": "gpu", "memory": 8 * GB, "memory_free": GB, "usable": True}
BROKEN = {**CARD, "usable": False}


def of(device: dict[str, object] | None = None, **plan: object) -> dict[str, int]:
    analysis = Analyser(catalogue()).analyse(templates()["lenet5"].build())
    return memory_forecast(analysis, TrainingPlan.from_json(plan), device)  # type: ignore[return-value]


def test_memory_grows_with_the_batch_and_shrinks_with_what_does_not_learn() -> None:
    one, many = of(batch_size=1), of(batch_size=101)
    assert one["weight_bytes"] == many["weight_bytes"] >= 4 * 44_426
    assert many["training_bytes"] > one["training_bytes"]
    assert of(batch_size=1, frozen=["conv1"])["training_bytes"] < one["training_bytes"]
    assert of(batch_size=1, optimizer="sgd")["training_bytes"] < one["training_bytes"]


def test_the_largest_batch_fills_a_cards_memory_or_what_is_free_beside_a_processor() -> None:
    assert of()["largest_batch"] is None
    assert of({**CPU, "memory_free": 0})["largest_batch"] is None
    small, large = of(dict(CPU)), of(dict(CARD))
    image = of(batch_size=2)["training_bytes"] - of(batch_size=1)["training_bytes"]
    for found, room in ((small, 2 * GB), (large, 8 * GB)):
        assert 0.7 * room < found["largest_batch"] * image < room


@pytest.mark.parametrize(
    ("wanted", "devices", "found"),
    [
        ("auto", (CARD, CPU), CARD),
        ("auto", (CPU, BROKEN), CPU),
        ("gpu", (CARD, CPU), CARD),
        ("gpu:0", (CPU, BROKEN), None),
        ("cpu", (CARD, CPU), CPU),
        ("auto", (), None),
    ],
)
def test_the_device_is_the_one_that_the_engine_would_choose(
    wanted: str, devices: tuple[dict[str, object], ...], found: dict[str, object] | None
) -> None:
    assert device_of(TrainingPlan(device=wanted), devices) == found

"""Plans: defaults, checking, reading and writing without loss."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.runs.plan import OPTIMIZERS, PlanError, TrainingPlan


def test_what_is_absent_has_the_default_and_what_is_unknown_is_kept() -> None:
    plan = TrainingPlan.from_json({"epochs": 3, "schedule": {"kind": "cosine", "steps": [1, 2]}})
    assert plan == TrainingPlan(epochs=3, extra=plan.extra)
    assert plan.to_json()["schedule"] == {"kind": "cosine", "steps": [1, 2]}
    assert TrainingPlan.from_json(plan.to_json()) == plan


@given(
    st.builds(
        TrainingPlan,
        optimizer=st.sampled_from(OPTIMIZERS),
        learning_rate=st.floats(1e-9, 10),
        epochs=st.integers(1, 1000),
        batch_size=st.integers(1, 4096),
        mixed_precision=st.booleans(),
        device=st.sampled_from(["auto", "cpu", "gpu", "gpu:1"]),
    )
)
def test_a_plan_survives_a_file(plan: TrainingPlan) -> None:
    assert TrainingPlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("optimizer", "magic"),
        ("optimizer", ["adam"]),
        ("learning_rate", 0),
        ("learning_rate", "fast"),
        ("learning_rate", float("nan")),
        ("learning_rate", True),
        ("momentum", 1.0),
        ("weight_decay", -1),
        ("epochs", 0),
        ("epochs", 2.5),
        ("epochs", True),
        ("batch_size", -3),
        ("loss", "mine"),
        ("seed", -1),
        ("seed", 2**31),
        ("mixed_precision", 1),
        ("device", "gpu:x"),
        ("device", 7),
        ("backend", "theano"),
        ("backend", None),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(PlanError) as caught:
        TrainingPlan.from_json({name: value})
    assert caught.value.field == name
    assert name in str(caught.value)

"""Plans: defaults, checking, reading and writing without loss."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.runs.plan import OPTIMIZERS, PlanError, TrainingPlan


def test_what_is_absent_has_the_default_and_what_is_unknown_is_kept() -> None:
    plan = TrainingPlan.from_json({"epochs": 3, "curriculum": {"kind": "easy", "steps": [1, 2]}})
    assert plan == TrainingPlan(epochs=3, extra=plan.extra)
    assert plan.to_json()["curriculum"] == {"kind": "easy", "steps": [1, 2]}
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
        ("beta_1", 1.0),
        ("epsilon", -1e-7),
        ("rho", "high"),
        ("clipnorm", 0),
        ("nesterov", 1),
        ("schedule", "sine"),
        ("warmup_epochs", 1.5),
        ("decay_epochs", 0),
        ("decay_factor", 1.0),
        ("minimum_rate", -1),
        ("stopping_patience", -1),
        ("stopping_metric", "f1"),
        ("best_metric", "luck"),
        ("ema_momentum", 1.0),
        ("label_smoothing", 1.0),
        ("class_weights", "fair"),
        ("class_weights", {"cat": 0}),
        ("frozen", [1]),
        ("initial_weights", 3),
    ],
)
def test_a_wrong_value_is_refused_by_name(name: str, value: object) -> None:
    with pytest.raises(PlanError) as caught:
        TrainingPlan.from_json({name: value})
    assert caught.value.field == name
    assert name in str(caught.value)


def test_settings_that_contradict_each_other_are_told_with_a_cure() -> None:
    for values, field in (
        ({"clipnorm": 1.0, "clipvalue": 0.5}, "clipvalue"),
        ({"optimizer": "sgd", "nesterov": True}, "momentum"),
        ({"schedule": "cosine", "minimum_rate": 0.1, "learning_rate": 0.01}, "minimum_rate"),
    ):
        with pytest.raises(PlanError) as caught:
            TrainingPlan.from_json(values)
        assert caught.value.field == field
    assert TrainingPlan.from_json({"optimizer": "adam", "nesterov": True}).nesterov, (
        "kept for when it is of use"
    )


def test_lists_and_mappings_survive_a_file() -> None:
    plan = TrainingPlan.from_json(
        {"frozen": "conv1", "class_weights": {"cat": 2, "dog": 0.5}, "clipnorm": 1, "beta_1": 0.8}
    )
    assert plan.frozen == ("conv1",)
    assert TrainingPlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan

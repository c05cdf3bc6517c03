"""Which settings differ between runs: only those, in the plan's order, of plan and data."""

from __future__ import annotations

from cnnstudio.runs.differences import differences
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.record import RunRecord


def record(parameters: int = 10, split: float = 0.2, **plan: object) -> RunRecord:
    return RunRecord(
        run_id="a",
        plan=TrainingPlan.from_json(plan),
        parameters=parameters,
        data={"path": "/d", "settings": {"kind": "image_folder", "path": "/d", "validation_split": split}},
    )


def test_only_what_differs_is_listed() -> None:
    found = differences([record(epochs=5), record(epochs=9, learning_rate=1e-4, split=0.3), record(epochs=5)])
    assert [(one.name, one.values) for one in found] == [
        ("learning_rate", ("0.001", "0.0001", "0.001")),
        ("epochs", ("5", "9", "5")),
        ("data: validation_split", ("0.2", "0.3", "0.2")),
    ]


def test_a_setting_that_only_one_run_knows_is_a_dash_for_the_other() -> None:
    (found,) = differences([record(), record(some_day=True)])
    assert (found.name, found.values) == ("some_day", ("–", "true"))


def test_one_run_and_equal_runs_do_not_differ() -> None:
    assert differences([record()]) == ()
    assert differences([record(), record()]) == ()

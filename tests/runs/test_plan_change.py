"""What the history calls a change of the training plan."""

from __future__ import annotations

import pytest

from cnnstudio.core.message import Message
from cnnstudio.runs.plan_change import described_change


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"epochs": 20}, "Set epochs to 20"),
        ({"learning_rate": 0.5}, {"learning_rate": 0.0005}, "Set learning_rate to 0.0005"),
        ({"optimizer": "sgd"}, {}, "Set optimizer to adam"),
        ({}, {"mixed_precision": True}, "Set mixed_precision to on"),
        ({"clipnorm": 1.0}, {}, "Set clipnorm to none"),
        ({}, {"frozen": ["a", "b"]}, "Set frozen to a, b"),
        ({"frozen": ("a",)}, {"frozen": ()}, "Set frozen to none"),
        ({}, {"epochs": 20, "batch_size": 8}, "Set epochs to 20, batch_size to 8"),
        ({}, {"epochs": 2, "batch_size": 8, "seed": 1, "loss": "huber"}, "Change the training plan"),
    ],
)
def test_a_change_is_told_by_what_it_did(
    before: dict[str, object], after: dict[str, object], told: str
) -> None:
    assert str(described_change(before, after)) == told


def test_the_words_of_a_change_can_be_translated() -> None:
    told = described_change(
        {}, {"mixed_precision": True, "loss_weights": {"a": 1, "b": 2}, "clipnorm": None, "epochs": 3}
    )
    assert told.template == "Set {one}, {two}, {three}"
    words = [part.values["value"] for part in told.values.values() if isinstance(part, Message)]
    assert words == [Message("on"), Message("{count} values", count=2), "3"]

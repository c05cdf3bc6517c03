"""What the history calls a change of data settings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cnnstudio.data.changes import described_change
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.table_settings import TableSettings

BEFORE = DataSettings(
    path="/data/cats", quarantine=("a.png", "b.png"), table=TableSettings(task="regression")
)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"path": "/data/dogs.csv", "quarantine": (), "table": TableSettings()}, "Choose the data dogs.csv"),
        ({"path": ""}, "Choose no data"),
        ({"validation_split": 0.25}, "Set the validation share to 25 %"),
        ({"test_split": 0.1}, "Set the test share to 10 %"),
        ({"seed": 7}, "Set the split's seed to 7"),
        ({"stratified": False}, "Split all images at once"),
        ({"keep_alike": True}, "Keep look-alikes in one part"),
        ({"group_by": "p_*"}, "Group images by p_*"),
        ({"resize": "crop"}, "Let images fill the input, and cut them"),
        ({"table": TableSettings()}, "Change how the table is read"),
        ({"quarantine": ("a.png", "b.png", "c.png")}, "Leave out c.png"),
        ({"quarantine": ("a.png", "b.png", "c.png", "d.png")}, "Leave out 2 images"),
        ({"quarantine": ("b.png",)}, "Put a.png back"),
        ({"quarantine": ()}, "Put 2 images back"),
        ({"seed": 7, "test_split": 0.1}, "Change the data settings"),
    ],
)
def test_a_change_is_told_by_what_it_did(changed: dict[str, object], told: str) -> None:
    assert str(described_change(BEFORE, replace(BEFORE, **changed))) == told  # type: ignore[arg-type]

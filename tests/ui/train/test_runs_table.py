"""Which columns of the list of runs there is room for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.appearance import dress
from cnnstudio.ui.train.runs_panel import WIDTH
from cnnstudio.ui.train.runs_table import ACCURACY, EPOCHS, NAME, RATE, RunsTable


def runs_called(name: str) -> list[RunFolder]:
    records = [
        RunRecord(run_id=f"{number}", name=name, epochs_done=10, metrics={"val_accuracy": 0.795})
        for number in (1, 2)
    ]
    return [
        RunFolder(path=Path(f"/runs/run-{record.run_id}"), record=record, state="finished")
        for record in records
    ]


@pytest.mark.parametrize(
    "name", ["A", "LeNet-5 on it", "LeNet-5 on the sample", "A name of forty letters, as some are"]
)
def test_columns_stay_as_they_are_each_time_that_runs_are_shown(
    qtbot: QtBot, qapp: QApplication, name: str
) -> None:
    dress(qapp)
    table = RunsTable()
    qtbot.addWidget(table)
    table.resize(WIDTH, 300)
    table.show()
    seen = []
    for _ in range(4):
        table.show_folders(runs_called(name))
        seen.append([column for column in (NAME, ACCURACY, EPOCHS, RATE) if not table.isColumnHidden(column)])
    assert seen == [seen[0]] * 4
    assert seen[0][:2] == [NAME, ACCURACY]

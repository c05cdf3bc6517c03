"""A run that fails before it has written anything: it says why, and leaves nothing of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.ui.train.workspace import TrainWorkspace

ChooseData = Callable[..., None]


@pytest.mark.parametrize("left", ["", "checkpoints/", "train.log"])
def test_a_failed_run_says_why_and_leaves_no_empty_folder(
    qtbot: QtBot,
    workspace: TrainWorkspace,
    choose_data: ChooseData,
    monkeypatch: pytest.MonkeyPatch,
    left: str,
) -> None:
    """`left`: what the engine had made in the folder when it failed, as on a disk that is full."""
    page, trainer = workspace.page, workspace.trainer
    assert page is not None
    make = trainer._make_folder

    def made(runs_folder: Path, name: str) -> object:
        refusal = make(runs_folder, name)
        if left and trainer.folder is not None:
            inner = trainer.folder / left
            inner.mkdir() if left.endswith("/") else inner.touch()
        return refusal

    monkeypatch.setattr(trainer, "_make_folder", made)
    choose_data("fail")
    with qtbot.waitSignal(trainer.ended, timeout=20_000):
        workspace.start()
    assert "not a number since batch 3" in page.notice.text.text()
    with qtbot.waitSignal(workspace.library.listed):  # the reader of runs has nothing to complain about
        page.scan()
    assert "not a number since batch 3" in page.notice.text.text()
    assert [path.name for path in trainer.runs_folder.rglob("*") if path.is_file()] == (
        [left] if left == "train.log" else []
    )
    assert left == "train.log" or list(trainer.runs_folder.iterdir()) == []
    assert page.strip.start.isVisible()

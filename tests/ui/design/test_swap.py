"""Swap: from the inspector or the canvas, compared before, one step of history after."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.ui.canvas.context_menu import context_menu
from cnnstudio.ui.design.design_workspace import DesignWorkspace
from cnnstudio.ui.design.swap_dialog import SwapDialog, change_text
from cnnstudio.ui.session import Session
from cnnstudio.ui.settings import Settings


@pytest.fixture
def workspace(qtbot: QtBot, session: Session, tmp_path: Path) -> DesignWorkspace:
    settings = Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))
    made = DesignWorkspace(session, settings)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    with qtbot.waitExposed(made):
        made.show()
    session.select(["conv2"])
    return made


def in_dialog(workspace: DesignWorkspace, act: Callable[[SwapDialog], None]) -> list[SwapDialog]:
    """Do something in the dialog as soon as it is open."""
    seen: list[SwapDialog] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, SwapDialog)
        seen.append(dialog)
        try:
            act(dialog)
        finally:
            if dialog.isVisible():
                dialog.reject()

    QTimer.singleShot(30, workspace, look)
    return seen


def test_a_swap_from_the_inspector_is_one_step_and_undone_exactly(
    qtbot: QtBot, session: Session, workspace: DesignWorkspace
) -> None:
    before = session.network
    shape = session.analysis.nodes["conv2"].output_shape
    cells: list[list[str]] = []

    def act(dialog: SwapDialog) -> None:
        cells.extend(dialog.texts())
        row = next(number for number, line in enumerate(cells) if line[0].startswith("2 of 3×3"))
        dialog.table.selectRow(row)
        qtbot.mouseClick(dialog.swap, Qt.MouseButton.LeftButton)

    seen = in_dialog(workspace, act)
    button = workspace.inspector.findChild(QPushButton, "swapLayer")
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert seen
    assert cells[0][0].startswith("As now")
    assert all("%" in line[1] or "±0" in line[1] for line in cells[1:])
    assert len(session.network.nodes) == len(before.nodes) + 1
    assert session.analysis.ok
    assert session.analysis.nodes["conv2"].output_shape == shape
    places = workspace.canvas.places()
    assert len(set(places.values())) == len(places)
    assert str(session.document.undo_label).startswith("Swap conv2: 2 of 3×3")
    session.undo()
    assert session.network.nodes["conv2"] == before.nodes["conv2"]
    assert session.network.edges == before.edges
    assert not session.document.can_undo


def test_cancelling_leaves_everything(qtbot: QtBot, session: Session, workspace: DesignWorkspace) -> None:
    before = session.network
    seen = in_dialog(workspace, lambda dialog: dialog.reject())
    workspace.canvas.swap()
    assert seen
    assert session.network is before
    assert not session.document.can_undo


def test_the_first_row_is_the_layer_itself_and_cannot_be_chosen(
    session: Session, workspace: DesignWorkspace
) -> None:
    def act(dialog: SwapDialog) -> None:
        dialog.table.clearSelection()
        assert not dialog.swap.isEnabled()
        dialog.table.cellActivated.emit(0, 0)
        assert dialog.isVisible()
        dialog.table.cellActivated.emit(1, 0)

    before = session.network
    in_dialog(workspace, act)
    workspace.swap("conv2")
    assert session.network is not before


def test_only_convolutions_can_be_swapped(qtbot: QtBot, session: Session, workspace: DesignWorkspace) -> None:
    button = workspace.inspector.findChild(QPushButton, "swapLayer")
    assert isinstance(button, QPushButton)
    assert button.isVisible()
    session.select(["flatten"])
    assert not button.isVisible()
    menu = context_menu(workspace.canvas)
    action = next(action for action in menu.actions() if action.objectName() == "swap")
    assert not action.isEnabled()
    menu.deleteLater()
    with qtbot.waitSignal(session.refused) as told:
        workspace.canvas.swap()
    assert told.args is not None
    assert "convolution" in told.args[0]


@pytest.mark.parametrize(
    ("new", "old", "text"),
    [(13, 100, "−87 %"), (112, 100, "+12 %"), (5, 5, "±0"), (1005, 1000, "+0.5 %"), (2000, 100, "×20"), (0, 9, "−100 %")],
)  # fmt: skip
def test_changes_have_signs_and_percent(new: int, old: int, text: str) -> None:
    assert change_text(new, old) == text

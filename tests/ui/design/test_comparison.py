"""The open network beside a run's: marks and legend follow every edit, and Escape takes them away."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import remove, set_params
from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.zoo import templates
from tests.ui.window_fixtures import make_window

LENET = templates()["lenet5"].build()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = make_window(qtbot, tmp_path)
    window.show_workspace("design")
    window.session.document.open(Project(name="LeNet-5", network=LENET))
    return window


def test_an_edit_is_marked_and_named_while_the_comparison_is_on(qtbot: QtBot, window: MainWindow) -> None:
    comparison = window.design.comparison
    comparison.show(LENET, "LeNet-5 · 1")
    assert not comparison.found
    assert comparison.legend.isVisible()
    conv = next(node for node in LENET.nodes.values() if node.type == "Conv2D")
    window.session.apply(
        lambda network: set_params(network, conv.id, Params({**conv.params.to_json(), "filters": 99})),
        Message("Set filters"),
    )
    assert list(comparison.found.changed) == [conv.id]
    assert "filters: " in comparison.legend.text()
    assert "99" in comparison.legend.text()
    window.session.undo()
    assert not comparison.found


def test_layers_that_are_gone_are_named(window: MainWindow) -> None:
    comparison = window.design.comparison
    pool = next(node for node in LENET.nodes.values() if "Pool" in node.type)
    window.session.apply(lambda network: remove(network, [pool.id]), Message("Delete"))
    comparison.show(LENET, "LeNet-5 · 1")
    assert f"{pool.label} ({pool.type}) is gone" in comparison.legend.text()


def test_escape_and_the_cross_take_the_marks_away(qtbot: QtBot, window: MainWindow) -> None:
    comparison, canvas = window.design.comparison, window.design.canvas
    comparison.show(templates()["simple-cnn"].build(), "other")
    assert comparison.found
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not comparison.is_shown
    assert not comparison.legend.isVisible()
    comparison.show(LENET, "again")
    qtbot.mouseClick(comparison.legend.close_button, Qt.MouseButton.LeftButton)
    assert not comparison.is_shown

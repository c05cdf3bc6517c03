"""The code panel: live, valid Python, for both frameworks, copied with one click."""

from __future__ import annotations

import ast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import set_params, splice
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.core.params import Params
from cnnstudio.ui.design.code_view import CodeView
from cnnstudio.ui.session import Session


@pytest.fixture
def view(qtbot: QtBot, session: Session) -> CodeView:
    made = CodeView(session)
    qtbot.addWidget(made)
    made.resize(700, 400)
    with qtbot.waitExposed(made):
        made.show()
    return made


def test_it_shows_python_that_names_every_layer(view: CodeView) -> None:
    ast.parse(view.source)
    assert "layers.Conv2D" in view.source
    assert 'name="conv2"' in view.source or "name='conv2'" in view.source


def test_an_edit_shows_soon(qtbot: QtBot, session: Session, view: CodeView) -> None:
    session.apply(lambda n: set_params(n, "dense1", {"units": 123}), Message("Set"))
    qtbot.waitUntil(lambda: "123" in view.source)


def test_pytorch_is_one_choice_away(qtbot: QtBot, view: CodeView) -> None:
    box = view.findChild(QComboBox, "codeFramework")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("torch"))
    ast.parse(view.source)
    assert "nn.Conv2d" in view.source


def test_augmentation_in_front_shows_in_pytorch_as_a_comment_with_its_transform(
    session: Session, view: CodeView
) -> None:
    flip = Node(id="flip", type="RandomFlip", params=Params(mode="horizontal"))
    first = session.document.network.edges[0]
    session.apply(lambda n: splice(n, node=flip, edge=first), Message("Insert"))
    box = view.findChild(QComboBox, "codeFramework")
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("torch"))
    assert "# flip: RandomFlip is no part of the network in PyTorch" in view.source
    assert "# v2.RandomHorizontalFlip(p=0.5)" in view.source
    assert "nn.Linear" in view.source
    assert not any("counterpart" in label.text() for label in view.findChildren(QLabel))


def test_copy_puts_the_source_on_the_clipboard(qtbot: QtBot, view: CodeView) -> None:
    button = view.findChild(QPushButton, "copyCode")
    assert isinstance(button, QPushButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == view.source
    qtbot.waitUntil(lambda: button.text() == "Copy", timeout=5000)


def test_a_broken_network_shows_its_valid_part_and_says_so(
    qtbot: QtBot, session: Session, view: CodeView
) -> None:
    session.apply(lambda n: set_params(n, "conv2", {"kernel_size": [99, 99]}), Message("Break"))
    qtbot.waitUntil(lambda: "dense1" not in view.source.replace("# ", ""))
    ast.parse(view.source)
    assert any("has errors" in label.text() for label in view.findChildren(QLabel) if label.isVisible())

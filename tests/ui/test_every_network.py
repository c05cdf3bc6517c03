"""Every built-in network in the real window: it opens from a file, is drawn whole, is edited, and is saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.project import Project
from cnnstudio.core.project_file import load_project, save_project
from cnnstudio.zoo import templates
from tests.ui.window_fixtures import edit, make_window


@pytest.mark.parametrize("name", list(templates()))
def test_a_network_opens_in_the_window_is_edited_and_saved(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.cnn"
    network = templates()[name].build()
    save_project(Project(name=name, network=network), path)
    window = make_window(qtbot, tmp_path)
    assert window.open_path(path)
    diagram = window.design.canvas.canvas.diagram
    assert set(diagram.cards) == set(network.nodes)
    assert set(diagram.wires) == set(network.edges)
    assert window.session.analysis.ok
    window.session.select([next(reversed(network.nodes))])
    edit(window.session)
    window.commands["save"].trigger()
    assert not window.session.document.is_modified
    saved = load_project(path).network
    assert saved.edges == network.edges
    assert {
        node_id: (node.type, node.params) for node_id, node in saved.nodes.items() if node_id != "extra"
    } == {node_id: (node.type, node.params) for node_id, node in network.nodes.items()}

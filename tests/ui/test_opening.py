"""Large networks open and are pasted piece by piece; what is too large or no network gets a sentence; a way back."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.network import Block, Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import save_project
from cnnstudio.layers import catalogue
from cnnstudio.ui import opening
from cnnstudio.ui.canvas.clipboard import copied_text
from cnnstudio.ui.growth import pieces
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.opening import Opening
from tests.ui.canvas.conftest import chain
from tests.ui.canvas.hands import assert_shows_document
from tests.ui.window_fixtures import answering, edit, make_window

Ok = QMessageBox.StandardButton.Ok
LAYERS = 900


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> MainWindow:
    window = make_window(qtbot, tmp_path)
    window.session.document.open(Project(name="mine", network=chain()))
    window.show_workspace("design")
    return window


def long_network(layers: int = LAYERS, *, placed: bool = True) -> Network:
    """Residual blocks, one after the other."""
    nodes = [
        Node(id="image", type="Input", params=Params(shape=[8, 8, 4]), position=(0, 0) if placed else None)
    ]
    edges: list[Edge] = []
    for number in range(1, layers):
        is_sum = number % 3 == 0
        params = Params() if is_sum else Params(filters=4, padding="same")
        place = (0, 104 * number) if placed else None
        nodes.append(Node(id=f"n{number}", type="Add" if is_sum else "Conv2D", params=params, position=place))
    edges = [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]
    edges += [
        Edge(source=nodes[number - 2].id, target=nodes[number].id, slot=1) for number in range(3, layers, 3)
    ]
    return Network.of(nodes, edges)


def large_file(folder: Path, network: Network) -> Path:
    path = folder / "large.cnn"
    save_project(Project(name="large", network=network), path)
    return path


def assert_all_is_shown(window: MainWindow, network: Network) -> None:
    session = window.session
    assert session.network == session.document.network == network
    assert not session.is_growing
    QApplication.processEvents()
    known = Analyser(catalogue()).analyse(network)
    assert {i: r.output_shape for i, r in session.analysis.nodes.items()} == {
        i: r.output_shape for i, r in known.nodes.items()
    }
    assert session.analysis.total_params == known.total_params
    assert_shows_document(window.design.canvas)


def test_pieces_grow_to_the_network_and_leave_nothing_out() -> None:
    network = long_network(400)
    nodes: list[str] = []
    wires: list[Edge] = []
    for part, change, share in pieces(network):
        nodes += change.added
        wires += change.wires_added
        assert set(part.nodes) == set(nodes)
        assert set(part.edges) == set(wires)
        assert 0 < share <= 1
    assert part is network
    assert nodes == list(network.nodes)
    assert len(wires) == len(set(wires)) == len(network.edges)


@pytest.mark.parametrize("placed", [True, False])
def test_a_large_file_is_shown_in_pieces_and_all_of_it(
    window: MainWindow, tmp_path: Path, placed: bool
) -> None:
    network = long_network(placed=placed)
    shown: list[int] = []
    window.session.changed.connect(lambda change: shown.append(len(change.added)))
    assert window.open_path(large_file(tmp_path, network))
    assert sum(shown) == LAYERS
    assert sum(count > 0 for count in shown) >= 3  # how large a piece is depends on the machine
    assert_all_is_shown(window, network)
    assert window.files.path == tmp_path / "large.cnn"
    assert not window.session.document.is_modified
    edit(window.session)
    window.session.undo()
    assert_all_is_shown(window, network)


def test_what_is_found_out_of_the_data_meanwhile_is_kept_and_disturbs_nothing(
    window: MainWindow, tmp_path: Path
) -> None:
    network, session = long_network(), window.session

    def scan_ends() -> None:
        if session.is_growing:
            session.set_hint_context(replace(session.hint_context, classes=7))

    session.changed.connect(scan_ends)
    assert window.open_path(large_file(tmp_path, network))
    assert session.hint_context.classes == 7
    assert_all_is_shown(window, network)


def test_what_was_analysed_away_from_the_window_is_not_analysed_again(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = large_file(tmp_path, long_network())
    calls: list[int] = []
    analyse = Analyser.analyse

    def counted(self: Analyser, network: Network) -> object:
        calls.append(len(network.nodes))
        return analyse(self, network)

    window.start_page.stop()  # its templates are analysed too
    monkeypatch.setattr(Analyser, "analyse", counted)
    assert window.open_path(path)
    QApplication.processEvents()
    assert calls == [LAYERS]


def cancel_when(window: MainWindow, phase: str, by: str) -> list[str]:
    """Cancel as soon as the note says that it is in a phase; gives the phases seen."""
    seen: list[str] = []

    def look() -> None:
        note = window.findChild(Opening)
        if note is None or not note.isVisible():
            return
        seen.append(note.phase)
        if phase in note.phase and (window.session.is_growing or "Drawing" not in phase):
            timer.stop()
            button = note.findChild(QPushButton, "cancelOpening")
            assert button is not None
            if by == "mouse":
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            else:
                QTest.keyClick(note, Qt.Key.Key_Escape)

    timer = QTimer(window)
    timer.timeout.connect(look)
    timer.start(0)
    return seen


@pytest.mark.parametrize("by", ["mouse", "keys"])
@pytest.mark.parametrize("phase", ["Checking", "Drawing"])
def test_cancelling_brings_back_what_was_there(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str, by: str
) -> None:
    monkeypatch.setattr(opening, "PATIENCE_SECONDS", 0.0)
    edit(window.session)
    before, path = window.session.network, window.files.path
    window.session.document.mark_saved(window.session.document.project)
    seen = cancel_when(window, phase, by)
    assert not window.open_path(large_file(tmp_path, long_network(2000)))
    assert any(phase in text for text in seen)
    assert window.files.path == path
    assert_all_is_shown(window, before)
    window.session.undo()
    assert "extra" not in window.session.network.nodes
    assert_shows_document(window.design.canvas)
    QTest.qWait(0)


def test_a_large_network_gives_way_to_another_large_one_and_to_a_small_one(
    window: MainWindow, tmp_path: Path
) -> None:
    for layers in (600, 400):
        network = long_network(layers, placed=layers == 400)
        assert window.open_path(large_file(tmp_path, network))
        assert_all_is_shown(window, network)
    grown: list[object] = []
    window.session.grown.connect(lambda: grown.append(None))
    assert window.files.show_project(Project(network=chain()))
    assert_all_is_shown(window, chain())
    assert grown  # what was there goes at once, and not card by card
    assert window.files.new()
    assert len(grown) == 1


def test_a_new_project_after_a_large_one_is_empty_and_can_be_edited(
    window: MainWindow, tmp_path: Path
) -> None:
    assert window.open_path(large_file(tmp_path, long_network(400)))
    assert window.files.new()
    assert not window.session.is_growing
    assert not window.session.network.nodes
    edit(window.session)
    assert list(window.session.network.nodes) == ["extra"]
    QApplication.processEvents()
    assert_shows_document(window.design.canvas)


def test_a_block_of_a_thousand_copies_is_analysed_away_from_the_window(
    window: MainWindow, tmp_path: Path
) -> None:
    inner = Network.of(
        [Node(id="in", type="BlockInput"), Node(id="relu", type="ReLU"), Node(id="out", type="BlockOutput")],
        [Edge(source="in", target="relu"), Edge(source="relu", target="out")],
    )
    network = Network.of(
        [
            Node(id="image", type="Input", params=Params(shape=[8, 8, 4]), position=(0, 0)),
            Node(id="block", type="Block", block=Block(network=inner, repeat=1000), position=(0, 104)),
        ],
        [Edge(source="image", target="block")],
    )
    assert window.open_path(large_file(tmp_path, network))
    assert len(window.session.whole.nodes) == 1001
    assert window.session.analysis.nodes["block"].output_shape == (8, 8, 4)
    assert_shows_document(window.design.canvas)


def test_pasting_hundreds_of_layers_is_one_step_that_is_shown_in_pieces(window: MainWindow) -> None:
    before = window.session.network
    QGuiApplication.clipboard().setText(copied_text(long_network()))
    shown: list[int] = []
    window.session.changed.connect(lambda change: shown.append(len(change.added)))
    window.design.canvas.setFocus()
    QTest.keySequence(window.design.canvas, "Ctrl+V")
    assert len(window.session.network.nodes) == len(before.nodes) + LAYERS
    assert len(window.session.selection) == LAYERS
    assert sum(count > 0 for count in shown) >= 3  # how large a piece is depends on the machine
    assert_all_is_shown(window, window.session.document.network)
    window.session.undo()
    assert_all_is_shown(window, before)
    window.session.redo()
    assert_all_is_shown(window, window.session.document.network)


GARBAGE = {
    "words": "all work and no play " * 50_000,
    "another program's JSON": json.dumps([{"a": number} for number in range(50_000)]),
    "nodes of another kind": json.dumps({"nodes": [{"id": f"n{n}", "kind": "x"} for n in range(20_000)]}),
    "numbers by the million": '{"nodes": [' + "1," * 1_200_000 + "1]}",
    "deep": '{"nodes": ' * 30_000 + "1" + "}" * 30_000,
    "a number of a million digits": '{"nodes": [], "x": ' + "9" * 1_000_000 + "}",
}


@pytest.mark.parametrize("kind", GARBAGE)
def test_long_garbage_gets_a_sentence_and_changes_nothing(
    window: MainWindow, tmp_path: Path, kind: str
) -> None:
    before = window.session.network
    said: list[str] = []
    window.session.refused.connect(said.append)
    QGuiApplication.clipboard().setText(GARBAGE[kind])
    window.design.canvas.paste()
    assert len(said) == 1
    assert said[0].startswith("There are no layers on the clipboard: ")
    path = tmp_path / "garbage.cnn"
    path.write_text(GARBAGE[kind], encoding="utf-8")
    told: list[str] = []
    with answering(Ok, told):
        assert not window.open_path(path)
    assert len(told) == 1
    assert "garbage.cnn" in told[0]
    assert window.session.network is before
    assert_shows_document(window.design.canvas)


SCRIPTS = ("شبكة عصبية", "卷积层一", "👩‍👩‍👧‍👦", "Z͑ͫ̓ͪ̂ͫ̽a͑l" * 8, "\u202eabc", "नेटवर्क")


@pytest.mark.parametrize("name", SCRIPTS)
def test_names_in_any_script_open_and_are_saved_as_they_are(
    window: MainWindow, tmp_path: Path, name: str
) -> None:
    network = Network.of([Node(id=name, type="Input", name=name + "!", position=(0, 0))])
    path = tmp_path / f"{name}.cnn"
    save_project(Project(name=name, network=network), path)
    assert window.open_path(path)
    assert window.session.network == network
    assert_shows_document(window.design.canvas)
    before = path.read_bytes()
    assert window.files.save()
    assert path.read_bytes() == before

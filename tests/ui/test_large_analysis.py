"""The analysis of a block repeated a thousand times: in portions, between what the user does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.block_edits import set_repeat
from cnnstudio.core.edits import set_params
from cnnstudio.core.message import Message
from cnnstudio.core.network import Block, Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.layers.advice import advise
from cnnstudio.ui import analysed
from cnnstudio.ui.session import Session


def repeated(times: int) -> Network:
    """image → a block of Conv2D and BatchNormalization, so many times → fc."""
    inner = Network.of(
        [
            Node(id="input", type="BlockInput"),
            Node(id="conv1", type="Conv2D", params=Params(filters=3, kernel_size=3, padding="same")),
            Node(id="norm1", type="BatchNormalization"),
            Node(id="output", type="BlockOutput"),
        ],
        [Edge(source=a, target=b) for a, b in [("input", "conv1"), ("conv1", "norm1"), ("norm1", "output")]],
    )
    nodes = [
        Node(id="image", type="Input", params=Params(shape=[8, 8, 3]), position=(0, 0)),
        Node(id="block", type="Block", block=Block(network=inner, repeat=times), position=(0, 104)),
        Node(id="fc", type="GlobalAveragePooling2D", position=(0, 208)),
    ]
    return Network.of(nodes, [Edge(source="image", target="block"), Edge(source="block", target="fc")])


@pytest.fixture
def session(qapp: object, monkeypatch: pytest.MonkeyPatch) -> Session:
    """With a block repeated 600 times, analysed; one portion is analysed in a turn from now on."""
    session = Session(catalogue())
    session.document.open(Project(network=repeated(600)))
    assert len(session.whole.nodes) == 1202
    monkeypatch.setattr(analysed, "SLICE_SECONDS", 0)
    return session


def repeat(session: Session, times: int) -> None:
    session.apply(lambda network: set_repeat(network, "block", times), Message("Set repeat"))


def fresh(session: Session) -> Analysis:
    return advise(Analyser(catalogue()).analyse(session.document.network))


def same(one: Analysis, other: Analysis) -> bool:
    return (one.nodes, one.diagnostics, one.total_params, one.macs) == (
        other.nodes,
        other.diagnostics,
        other.total_params,
        other.macs,
    )


class Turns:
    """Counts the turns of the event loop, as the user's events would come in them."""

    def __init__(self) -> None:
        self.count = 0
        self._timer = QTimer()
        self._timer.timeout.connect(self._turn)
        self._timer.start(0)

    def _turn(self) -> None:
        self.count += 1

    def stop(self) -> None:
        self._timer.stop()


@pytest.fixture
def turns(qapp: object) -> Iterator[Turns]:
    made = Turns()
    yield made
    made.stop()


@pytest.fixture
def told(session: Session) -> list[Analysis]:
    """Each whole analysis that the session told of."""
    heard: list[Analysis] = []
    session.whole_analysed.connect(heard.append)
    return heard


def begin(qtbot: QtBot, session: Session, turns: Turns) -> None:
    """Repeat the block 900 times, and leave when some portions of the analysis are done."""
    repeat(session, 900)
    before = turns.count
    qtbot.waitUntil(lambda: turns.count > before + 20)


def test_other_events_come_between_the_portions_and_the_result_is_told_once(
    session: Session, qtbot: QtBot, told: list[Analysis], turns: Turns
) -> None:
    repeat(session, 900)
    qtbot.waitUntil(lambda: bool(told))
    assert turns.count > 100
    assert len(told) == 1
    assert same(told[0], fresh(session))


def test_an_edit_in_the_middle_begins_anew_and_the_result_is_of_what_is_there(
    session: Session, qtbot: QtBot, told: list[Analysis], turns: Turns
) -> None:
    begin(qtbot, session, turns)
    assert not told
    session.undo()
    session.apply(lambda network: set_params(network, "image", {"shape": (9, 9, 3)}), Message("Set shape"))
    qtbot.waitUntil(lambda: bool(told))
    assert len(told) == 1
    assert len(told[0].nodes) == 1202
    assert same(told[0], fresh(session))


def test_whoever_asks_for_the_analysis_in_the_middle_gets_it_whole(
    session: Session, qtbot: QtBot, told: list[Analysis], turns: Turns
) -> None:
    begin(qtbot, session, turns)
    assert len(session.whole.nodes) == 1802
    assert told == [session.whole]
    assert same(session.whole, fresh(session))


def test_what_was_known_is_shown_until_the_rest_is(session: Session, qtbot: QtBot) -> None:
    before = session.analysis
    repeat(session, 900)
    assert session.known is before
    qtbot.waitUntil(lambda: session.known is not before)
    assert session.known.nodes["block"].param_count == 900 * (84 + 12)


def test_of_a_small_network_everything_is_known_at_once(qapp: object) -> None:
    session = Session(catalogue())
    session.document.open(Project(network=repeated(2)))
    repeat(session, 3)
    assert session.known.nodes["block"].param_count == 3 * (84 + 12)


def test_a_level_opened_in_the_middle_shows_what_is_known_and_then_the_rest(
    session: Session, qtbot: QtBot, turns: Turns
) -> None:
    begin(qtbot, session, turns)
    session.enter("block")
    assert session.known.nodes.keys() == {"input", "conv1", "norm1", "output"}
    with qtbot.waitSignal(session.analysed):
        pass
    assert session.analysis.nodes["conv1"].output_shape == (8, 8, 3)

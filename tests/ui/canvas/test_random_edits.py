"""Whatever is done to the document, in whatever order, the scene shows the same as the document."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas import CanvasView, wiring
from cnnstudio.ui.session import Session
from tests.ui.canvas.conftest import chain
from tests.ui.canvas.hands import assert_shows_document

TYPES = ("Input", "Conv2D", "MaxPooling2D", "Add", "Concatenate", "Flatten", "Dense", "NotALayer")
DO = Message("Do something")

Step = tuple[str, int, int]
steps = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "add",
                "add",
                "insert",
                "insert",
                "connect",
                "connect",
                "disconnect",
                "move",
                "remove",
                "rename",
                "params",
                "retype",
                "undo",
                "undo",
                "redo",
                "arrange",
                "duplicate",
                "shift",
                "open",
            ]
        ),
        st.integers(0, 999),
        st.integers(0, 999),
    ),
    min_size=20,
    max_size=60,
)


class Chaos:
    """Does steps to a session; numbers pick among what is there."""

    def __init__(self, view: CanvasView) -> None:
        self.view = view
        self.session = view.session

    def node(self, number: int) -> str:
        ids = list(self.session.network.nodes)
        return ids[number % len(ids)]

    def do(self, step: Step) -> None:
        name, a, b = step
        if (
            name in {"connect", "move", "remove", "rename", "params", "retype", "shift"}
            and not self.session.network.nodes
        ):
            return
        getattr(self, name)(a, b)

    def add(self, a: int, b: int) -> None:
        position = (float(a % 7 * 120), float(b % 9 * 60)) if a % 3 else None
        new = Node(id=self.session.document.mint("n"), type=TYPES[b % len(TYPES)], position=position)
        self.session.apply(lambda network: edits.add(network, [new]), DO)

    def insert(self, a: int, b: int) -> None:
        if self.session.network.nodes:
            self.session.select([self.node(a), self.node(b)])
        self.view.insert_layer(TYPES[a % 7])

    def connect(self, a: int, b: int) -> None:
        source, target = self.node(a), self.node(b)
        known = self.session.catalogue
        if wiring.refusal(self.session.network, known, source=source, target=target) is None:
            self.session.apply(lambda n: wiring.connected(n, known, source=source, target=target), DO)

    def disconnect(self, a: int, b: int) -> None:
        wires = self.session.network.edges
        if wires:
            self.session.apply(
                lambda n: edits.disconnect(n, [wires[a % len(wires)], wires[b % len(wires)]]), DO
            )

    def move(self, a: int, b: int) -> None:
        place = (float(a % 11 * 80), float(b % 13 * 48))
        self.session.apply(lambda n: edits.move(n, {self.node(a): place}), DO)

    def shift(self, a: int, b: int) -> None:
        self.view.canvas.shift_cards({self.node(a): (a * 1.5, b * 1.5), self.node(b): (b * 0.5, a * 0.5)})
        self.view.canvas.restore_cards()

    def remove(self, a: int, b: int) -> None:
        gone = {self.node(a), self.node(b)}
        self.session.apply(lambda n: edits.remove(n, gone, bridge=bool(a % 2)), DO)

    def rename(self, a: int, b: int) -> None:
        self.session.apply(lambda n: edits.rename(n, self.node(a), f"name {b}"), DO)

    def params(self, a: int, b: int) -> None:
        self.session.apply(lambda n: edits.set_params(n, self.node(a), {"filters": b % 5, "units": b}), DO)

    def retype(self, a: int, b: int) -> None:
        kind = TYPES[b % len(TYPES)]
        self.session.apply(lambda n: edits.replace_type(n, self.node(a), type=kind, params=Params()), DO)

    def undo(self, a: int, b: int) -> None:
        self.session.undo()

    def redo(self, a: int, b: int) -> None:
        self.session.redo()

    def arrange(self, a: int, b: int) -> None:
        self.view.arrange()

    def duplicate(self, a: int, b: int) -> None:
        self.view.select_all()
        if len(self.session.network.nodes) < 40:
            self.view.duplicate()

    def open(self, a: int, b: int) -> None:
        if a % 4 == 0:
            self.session.document.open(Project(network=chain()))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_the_scene_follows_any_sequence_of_edits(qapp: QApplication, steps: list[Step]) -> None:
    session = Session(catalogue())
    view = CanvasView(session)
    view.resize(600, 500)
    chaos = Chaos(view)
    try:
        for number, step in enumerate(steps):
            chaos.do(step)
            if number % 4 == 0:
                assert_shows_document(view)
        assert_shows_document(view)
    finally:
        delete(view)
        delete(session)


@pytest.mark.parametrize("kind", TYPES)
def test_every_kind_of_layer_is_shown(qapp: QApplication, kind: str) -> None:
    session = Session(catalogue())
    view = CanvasView(session)
    Chaos(view).add(1, TYPES.index(kind))
    assert_shows_document(view)
    delete(view)
    delete(session)

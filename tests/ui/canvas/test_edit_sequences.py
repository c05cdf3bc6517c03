"""Random sequences of the user's edits through the real session, canvas and clipboard, each held to the same promises.

Undo to the beginning gives the first network itself, redo the last; a file gives back what was written into it; and
after every step the scene shows exactly the document. CNNSTUDIO_EDIT_SEQUENCES sets how many sequences are tried.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from shiboken6 import delete

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import parse_project, project_text
from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas import CanvasView, placing, wiring
from cnnstudio.ui.session import Session
from tests.ui.canvas.conftest import chain
from tests.ui.canvas.hands import assert_shows_document

SEQUENCES = int(os.environ.get("CNNSTUDIO_EDIT_SEQUENCES", "100"))
STEPS = 40
MOST_NODES = 60

TYPES = ("Input", "Conv2D", "MaxPooling2D", "Add", "Concatenate", "Flatten", "Dense", "Dropout", "Activation")
SIDES = ("left", "centre", "right", "top", "middle", "bottom")
GARBAGE = ("", "hello", "[1, 2]", '{"nodes": 3}', '{"format": "cnnstudio.project", "version": 99}', "{" * 300)
NAMES = ("", "first", "second", "卷积", "שכבה", "a b", " ", "conv1", "x" * 90)

number = st.integers(0, 999)
DO = Message("Do something")


class EditMachine(RuleBasedStateMachine):
    """`number` arguments choose among what is there. One view serves all sequences, as one window does."""

    view: CanvasView
    steps = 0

    @initialize(full=st.booleans(), placed=st.booleans())
    def open(self, full: bool, placed: bool) -> None:
        network = chain() if full else Network()
        if not placed:
            network = Network.of(
                (replace(node, position=None) for node in network.nodes.values()), network.edges
            )
        self.session.document.open(Project(name="random", network=network))
        self.session.select(())
        QGuiApplication.clipboard().setText("")  # or the sequence before would have its say in this one
        self.view.zoom_reset()
        self.view.viewpoint.centre_on(QPointF(0, 0))
        self.first = self.session.document.network
        self.checks = 0

    @property
    def session(self) -> Session:
        return self.view.session

    def node(self, number: int) -> str:
        ids = list(self.session.network.nodes)
        return ids[number % len(ids)]

    def has_nodes(self) -> bool:
        return bool(self.session.network.nodes)

    def has_room(self) -> bool:
        return len(self.session.network.nodes) < MOST_NODES

    # --- building ------------------------------------------------------------------------------

    @rule(kind=st.sampled_from(TYPES))
    def insert(self, kind: str) -> None:
        self.view.insert_layer(kind)
        self.check()

    @rule(kind=st.sampled_from((*TYPES, "NotALayer")), x=number, y=number)
    def put(self, kind: str, x: int, y: int) -> None:
        node_id = self.session.mint("n")
        from_elsewhere = edits.Node(id=node_id, type=kind, position=(x * 8.0, y * 8.0) if x % 3 else None)
        self.session.apply(lambda n: edits.add(n, [from_elsewhere]), DO)
        self.check()

    @precondition(has_nodes)
    @rule(a=number, b=number)
    def wire(self, a: int, b: int) -> None:
        self.session.select({self.node(a), self.node(b)})
        self.view.connect_selection()
        self.check()

    @precondition(lambda self: bool(self.session.network.edges))
    @rule(a=number, b=number)
    def take_an_end_elsewhere(self, a: int, b: int) -> None:
        wires, known = self.session.network.edges, self.session.catalogue
        wire, other = wires[a % len(wires)], self.node(b)
        source, target = (other, wire.target) if a % 2 else (wire.source, other)
        if wiring.refusal(self.session.network, known, source=source, target=target, replacing=wire) is None:
            self.view.apply(
                lambda n: wiring.connected(n, known, source=source, target=target, replacing=wire), DO
            )
        self.check()

    @precondition(lambda self: bool(self.session.network.edges))
    @rule(a=number, kind=st.sampled_from(("Dropout", "Activation", "Conv2D")))
    def split(self, a: int, kind: str) -> None:
        wires = self.session.network.edges
        new = edits.Node(id=self.session.mint("s"), type=kind, position=(0.0, 0.0))
        self.view.insert(placing.splicing(self.view.places(), new, wires[a % len(wires)]))
        self.check()

    @precondition(lambda self: bool(self.session.network.edges))
    @rule(a=number, b=number)
    def cut_wires(self, a: int, b: int) -> None:
        wires = self.session.network.edges
        self.view.disconnect_wires({wires[a % len(wires)], wires[b % len(wires)]})
        self.check()

    @precondition(has_nodes)
    @rule(
        a=number,
        values=st.dictionaries(st.sampled_from(("filters", "units", "kernel_size")), number, max_size=2),
    )
    def configure(self, a: int, values: dict[str, int]) -> None:
        node_id = self.node(a)
        self.session.apply(lambda n: edits.set_params(n, node_id, values), DO, merge_key=f"{node_id} {a % 2}")
        self.check()

    @precondition(has_nodes)
    @rule(a=number, kind=st.sampled_from(TYPES))
    def retype(self, a: int, kind: str) -> None:
        node_id = self.node(a)
        self.session.apply(lambda n: edits.replace_type(n, node_id, type=kind, params=Params()), DO)
        self.check()

    @precondition(has_nodes)
    @rule(a=number, name=st.sampled_from(NAMES))
    def rename(self, a: int, name: str) -> None:
        self.view.editing.rename(self.node(a), name)
        self.check()

    # --- the selection -------------------------------------------------------------------------

    @rule(chosen=st.lists(number, max_size=4))
    def select(self, chosen: list[int]) -> None:
        self.session.select({self.node(a) for a in chosen} if self.has_nodes() else ())

    @rule()
    def delete_selection(self) -> None:
        self.view.delete()
        self.check()

    @precondition(has_room)
    @rule()
    def duplicate(self) -> None:
        self.view.duplicate()
        self.check()

    @precondition(has_room)
    @rule(dx=st.integers(-40, 40), dy=st.integers(-40, 40))
    def copy_aside(self, dx: int, dy: int) -> None:
        self.view.editing.copy_by((dx * 8.0, dy * 8.0))
        self.check()

    @rule(cut=st.booleans())
    def copy_or_cut(self, cut: bool) -> None:
        self.view.cut() if cut else self.view.copy()
        self.check()

    @precondition(has_room)
    @rule()
    def paste(self) -> None:
        self.view.paste()
        self.check()

    @rule(text=st.sampled_from(GARBAGE))
    def paste_garbage(self, text: str) -> None:
        before = self.session.document.network
        QGuiApplication.clipboard().setText(text)
        self.view.paste()
        assert self.session.document.network is before

    @rule(a=number)
    def nudge(self, a: int) -> None:
        self.view.editing.nudge(8.0 * (a % 5 - 2), 8.0 * (a % 7 - 3))
        self.check()

    @rule(side=st.sampled_from(SIDES))
    def align(self, side: str) -> None:
        self.view.align(side)  # type: ignore[arg-type]
        self.check()

    @rule(direction=st.sampled_from(("across", "down")))
    def distribute(self, direction: str) -> None:
        self.view.distribute(direction)  # type: ignore[arg-type]
        self.check()

    @rule()
    def arrange(self) -> None:
        self.view.arrange()
        self.check()

    @rule()
    def group(self) -> None:
        self.view.group()
        self.check()

    @rule()
    def ungroup(self) -> None:
        self.view.ungroup()
        self.check()

    @precondition(lambda self: any(n.type == "Block" for n in self.session.network.nodes.values()))
    @rule(a=number)
    def enter(self, a: int) -> None:
        blocks = [i for i, n in self.session.network.nodes.items() if n.type == "Block"]
        self.session.enter(blocks[a % len(blocks)])
        self.check()

    @rule()
    def leave(self) -> None:
        self.session.leave()
        self.check()

    # --- history and looks ---------------------------------------------------------------------

    @rule()
    def undo(self) -> None:
        self.session.undo()
        self.check()

    @rule()
    def redo(self) -> None:
        self.session.redo()
        self.check()

    @rule(a=number)
    def go_to(self, a: int) -> None:
        self.session.document.go_to(a % (len(self.session.document.labels) + 1))
        self.check()

    @rule(a=number, b=number)
    def drag_and_give_up(self, a: int, b: int) -> None:
        if self.has_nodes():
            self.view.canvas.shift_cards({self.node(a): (a * 1.5, b * 1.5), self.node(b): (b * 0.5, a * 0.5)})
            self.view.canvas.restore_cards()
        self.check()

    @rule()
    def look_around(self) -> None:
        self.view.fit()
        self.view.zoom_reset()

    # --- the promises --------------------------------------------------------------------------

    def check(self) -> None:
        type(self).steps += 1
        self.checks += 1
        self.view.finish_glide()
        assert_shows_document(self.view, painted=self.checks % 8 == 0)

    def teardown(self) -> None:
        gc.collect(2 if self.checks % 16 == 0 else 1)  # as the program does between the user's edits
        if not hasattr(self, "first"):
            return
        document = self.session.document
        last = document.network
        project = document.project
        written = project_text(project)
        assert parse_project(written) == project
        assert project_text(parse_project(written)) == written
        end = len(document.labels)
        while document.can_redo:
            document.redo()
        newest = document.network
        while document.can_undo:
            document.undo()
        assert document.network is self.first
        assert_shows_document(self.view)
        while document.can_redo:
            document.redo()
        assert document.network is newest
        assert len(document.labels) == end
        assert last is newest or end > 0
        assert_shows_document(self.view)


@pytest.fixture
def view(qapp: QApplication) -> Iterator[CanvasView]:
    session = Session(catalogue())
    view = CanvasView(session)
    view.resize(600, 500)
    yield view
    delete(view)
    delete(session)


@pytest.mark.timeout(0)
def test_any_sequence_of_edits_keeps_its_promises(view: CanvasView) -> None:
    class Machine(EditMachine):
        pass

    Machine.view = view
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=SEQUENCES,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{SEQUENCES} sequences, {Machine.steps} edits")
    assert Machine.steps > SEQUENCES

"""The document: history, merging, clean mark, listeners."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from cnnstudio.core import edits
from cnnstudio.core.change import Change
from cnnstudio.core.document import Document
from cnnstudio.core.edits import EditError
from cnnstudio.core.message import Message
from cnnstudio.core.network import Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from tests.core.networks import network_of


def open_document(wires: str = "a>b b>c") -> Document:
    return Document(Project(network=network_of(wires)))


def set_filters(document: Document, value: int, key: str = "a.filters") -> None:
    document.apply(
        lambda network: edits.set_params(network, "a", {"filters": value}),
        Message("Set filters"),
        merge_key=key,
    )


def test_undo_restores_the_very_network():
    document = open_document()
    first = document.network
    set_filters(document, 3)
    document.undo()
    assert document.network is first
    document.redo()
    assert document.network.nodes["a"].params == Params(filters=3)


def test_a_dragged_parameter_is_one_step():
    document = open_document()
    first = document.network
    for value in range(20):
        set_filters(document, value)
    assert len(document.labels) == 1
    document.undo()
    assert document.network is first


def test_a_parameter_that_is_typed_back_leaves_no_step_and_the_very_network():
    document = open_document()
    set_filters(document, 6)
    document.end_merging()
    first = document.network
    for value in (1, 16, 6):
        set_filters(document, value)
    assert len(document.labels) == 1
    assert document.network is first
    assert not document.can_redo
    set_filters(document, 7)
    assert len(document.labels) == 2


def test_leaving_a_field_ends_the_step():
    document = open_document()
    set_filters(document, 1)
    document.end_merging()
    set_filters(document, 2)
    assert len(document.labels) == 2


def test_an_edit_that_is_refused_leaves_no_step():
    document = open_document()
    with pytest.raises(EditError):
        document.apply(partial(edits.connect, source="c", target="a"), Message("Connect"))
    assert not document.can_undo


def test_the_document_is_clean_exactly_when_the_saved_network_is_shown():
    document = open_document()
    assert not document.is_modified
    set_filters(document, 1)
    assert document.is_modified
    document.undo()
    assert not document.is_modified
    document.redo()
    document.mark_saved(document.project)
    assert not document.is_modified
    document.undo()
    assert document.is_modified


def test_settings_are_steps_of_history_among_those_of_the_network():
    document = open_document()
    first = document.project
    set_filters(document, 3)
    document.set_data(Params(path="photos"), Message("Choose the data"))
    document.set_training(Params(epochs=3), Message("Set epochs"))
    set_filters(document, 5)
    assert [str(label) for label in document.labels] == [
        "Set filters",
        "Choose the data",
        "Set epochs",
        "Set filters",
    ]
    assert document.undo_place == "network"
    network = document.network
    document.undo()
    assert document.undo_place == "training"
    between = document.network
    assert document.undo() == Change()
    assert (document.redo_place, document.undo_place) == ("training", "data")
    assert document.network is between
    assert document.project.training == Params()
    assert document.project.data == Params(path="photos")
    document.undo()
    document.undo()
    assert document.project == first
    assert not document.is_modified
    document.go_to(4)
    assert document.network is network
    assert document.project.training == Params(epochs=3)
    document.go_to(2)
    assert document.project.training == Params()
    document.set_training(Params(epochs=9))
    assert not document.can_redo


def test_typing_in_a_field_of_settings_is_one_step_and_none_when_typed_back():
    document = open_document()
    for value in (1, 12, 128):
        document.set_training(Params(batch_size=value), Message("Set"), merge_key="training.batch_size")
    assert len(document.labels) == 1
    document.end_merging()
    document.set_training(Params(batch_size=12), Message("Set"), merge_key="training.batch_size")
    assert len(document.labels) == 2
    document.set_training(Params(batch_size=128), Message("Set"), merge_key="training.batch_size")
    assert len(document.labels) == 1
    assert not document.can_redo
    document.set_training(Params(batch_size=256), Message("Set"), merge_key="training.batch_size")
    assert len(document.labels) == 2
    document.undo()
    assert document.project.training == Params(batch_size=128)
    document.undo()
    assert document.project.training == Params()


def test_the_same_settings_are_no_step_and_a_name_is_none_either():
    document = open_document()
    document.set_data(Params())
    document.set_name("Other")
    assert document.is_modified
    assert not document.can_undo
    set_filters(document, 1)
    document.undo()
    assert document.project.name == "Other"


def test_ids_are_never_minted_twice():
    document = open_document()
    minted = {document.mint("conv") for _ in range(5)}
    document.apply(lambda network: edits.add(network, [Node(id="conv1", type="Conv2D")]), Message("Add"))
    document.undo()
    assert minted == {"conv1", "conv2", "conv3", "conv4", "conv5"}
    assert document.mint("conv") == "conv6"


def test_listeners_hear_what_changed_until_they_leave():
    document = open_document()
    heard: list[Change] = []
    leave = document.subscribe(heard.append)
    set_filters(document, 1)
    leave()
    set_filters(document, 2)
    assert [change.updated for change in heard] == [("a",)]


def test_history_can_jump_to_any_step():
    document = open_document()
    states = [document.network]
    for value in range(5):
        set_filters(document, value, key="")
        states.append(document.network)
    for position in (2, 5, 0, 3):
        document.go_to(position)
        assert document.network is states[position]
        assert document.position == position


class History(RuleBasedStateMachine):
    """Random edits, undos and redos against a plain list of the networks that were shown."""

    def __init__(self) -> None:
        super().__init__()
        self.document = open_document()
        self.shown: list[Network] = [self.document.network]
        self.place = 0
        self.view: dict[str, Node] = dict(self.document.network.nodes)
        self.document.subscribe(self.follow)

    def follow(self, change: Change) -> None:
        for node_id in change.removed:
            del self.view[node_id]
        for node_id in (*change.added, *change.updated):
            self.view[node_id] = self.document.network.nodes[node_id]

    def step(self, edit) -> None:  # type: ignore[no-untyped-def]
        before = self.document.network
        try:
            self.document.apply(edit, Message("Edit"))
        except EditError:
            assert self.document.network is before
            return
        if self.document.network is not before:
            del self.shown[self.place + 1 :]
            self.shown.append(self.document.network)
            self.place += 1

    @rule()
    def add(self) -> None:
        node = Node(id=self.document.mint("n"), type="Add")
        self.step(lambda network: edits.add(network, [node]))

    @rule(data=st.data(), bridge=st.booleans())
    def remove(self, data: st.DataObject, bridge: bool) -> None:
        if self.document.network.nodes:
            node_id = data.draw(st.sampled_from(sorted(self.document.network.nodes)))
            self.step(lambda network: edits.remove(network, [node_id], bridge=bridge))

    @rule(data=st.data(), variadic=st.booleans())
    def connect(self, data: st.DataObject, variadic: bool) -> None:
        ids = sorted(self.document.network.nodes)
        if ids:
            source, target = data.draw(st.sampled_from(ids)), data.draw(st.sampled_from(ids))
            self.step(lambda network: edits.connect(network, source=source, target=target, variadic=variadic))

    @rule(data=st.data())
    def disconnect(self, data: st.DataObject) -> None:
        if self.document.network.edges:
            edge = data.draw(st.sampled_from(self.document.network.edges))
            self.step(lambda network: edits.disconnect(network, [edge]))

    @rule(data=st.data(), name=st.sampled_from(["x", "y", "conv", "a"]))
    def rename(self, data: st.DataObject, name: str) -> None:
        if self.document.network.nodes:
            node_id = data.draw(st.sampled_from(sorted(self.document.network.nodes)))
            self.step(lambda network: edits.rename(network, node_id, name))

    @rule()
    def undo(self) -> None:
        self.document.undo()
        self.place = max(0, self.place - 1)

    @rule()
    def redo(self) -> None:
        self.document.redo()
        self.place = min(len(self.shown) - 1, self.place + 1)

    @invariant()
    def the_document_shows_what_history_says(self) -> None:
        assert self.document.network is self.shown[self.place]

    @invariant()
    def a_view_that_follows_changes_shows_the_document(self) -> None:
        assert self.view == dict(self.document.network.nodes)

    @invariant()
    def every_wire_has_its_nodes_and_a_slot_of_its_own(self) -> None:
        network = self.document.network
        for edge in network.edges:
            assert {edge.source, edge.target} <= network.nodes.keys()
        held = [(edge.target, edge.slot) for edge in network.edges]
        assert len(held) == len(set(held))


TestHistory = History.TestCase
TestHistory.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)


def test_a_merged_step_is_called_what_was_done_last():
    document = open_document()
    for value in (1, 12):
        document.apply(
            lambda network, value=value: edits.set_params(network, "a", {"filters": value}),
            Message("Set filters to {value}", value=value),
            merge_key="a.filters",
        )
    assert [str(label) for label in document.labels] == ["Set filters to 12"]


def test_another_project_shares_no_node_with_the_one_before_even_where_ids_are_the_same():
    document = open_document("a>b b>c")
    change = document.open(Project(network=network_of("a>b b>d")))
    assert set(change.removed) == {"a", "b", "c"}
    assert set(change.added) == {"a", "b", "d"}
    assert not change.updated
    assert len(change.wires_removed) == len(change.wires_added) == 2


def test_a_bounded_history_forgets_the_oldest_steps_only():
    document = open_document()
    document.depth = 3
    states = []
    for value in range(6):
        set_filters(document, value, key="")
        states.append(document.network)
    assert len(document.labels) == 3
    while document.can_undo:
        document.undo()
    assert document.network is states[2]
    while document.can_redo:
        document.redo()
    assert document.network is states[-1]


def test_lowering_the_depth_keeps_what_can_be_redone():
    document = open_document()
    for value in range(6):
        set_filters(document, value, key="")
    last = document.network
    document.go_to(2)
    document.depth = 1
    assert (document.position, len(document.labels)) == (0, 4)
    document.go_to(4)
    assert document.network is last
    document.depth = 0
    for value in range(50):
        set_filters(document, value, key="")
    assert len(document.labels) == 54

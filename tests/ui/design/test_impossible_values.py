"""Values that cannot be, typed into the real inspector: one plain sentence there, and a network that is edited on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import rename
from cnnstudio.core.message import Message
from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.design.inspector.axis_editors import editor_for
from cnnstudio.ui.design.inspector.inspector import Inspector
from cnnstudio.ui.design.problem_card import ProblemCard
from cnnstudio.ui.session import Session
from tests.ui.design.inspecting import field, only_one, retype, shown_inspector

IMAGE, VECTOR = [12, 10, 6], [12]
Row = tuple[str, list[int], dict[str, object], str, str, str]
REFUSED: tuple[Row, ...] = (
    ("Conv2D", IMAGE, {}, "filters", "0", "filters is 0; it must be a whole number, 1 or more."),
    ("Conv2D", IMAGE, {}, "filters", "-5", "filters is -5; it must be a whole number, 1 or more."),
    ("Conv2D", IMAGE, {}, "filters", "many", "Type a whole number, such as 3."),
    ("Conv2D", IMAGE, {}, "filters", "3.5", "Type a whole number, such as 3."),
    ("Conv2D", IMAGE, {}, "filters", "", "Type a whole number, such as 3."),
    ("Conv2D", IMAGE, {}, "filters", "99999999999", "filters is 99999999999; it must be 2,147,483,647 or less."),
    ("Conv2D", IMAGE, {}, "kernel_size", "0", "kernel_size is 0; every size must be a whole number, 1 or more."),
    ("Conv2D", IMAGE, {}, "strides", "-1", "strides is -1; every size must be a whole number, 1 or more."),
    ("Conv2D", IMAGE, {"padding": 1}, "padding_H", "-1", "padding is -1; there cannot be fewer than 0 pixels on a side."),
    ("ZeroPadding2D", IMAGE, {}, "padding_H", "-2", "padding is -2; there cannot be fewer than 0 pixels on a side."),
    ("Conv2DTranspose", IMAGE, {}, "output_padding", "-1", "output_padding is -1; every size must be a whole number, 0 or more."),
    ("Dropout", VECTOR, {}, "rate", "1.5", "rate is 1.5; it must be a number from 0 to 1."),
    ("Dropout", VECTOR, {}, "rate", "half", "Type a number, such as 0.5."),
    ("GaussianDropout", VECTOR, {}, "rate", "1", "rate is 1; it must be a number, 0 or more and less than 1."),
    ("BatchNormalization", IMAGE, {}, "momentum", "2", "momentum is 2; it must be a number from 0 to 1."),
    ("BatchNormalization", IMAGE, {}, "epsilon", "-1", "epsilon is -1; it must be a number, 0 or more."),
    ("Softmax", IMAGE, {}, "axis", "last", "Type the number of an axis, such as -1."),
    ("LayerNormalization", IMAGE, {}, "axis", "", "Type the number of an axis, such as -1, or several, such as 1, 2."),
    ("RandomZoom", IMAGE, {}, "height_factor", "-2", "height_factor is -2; it must be a number or a pair of numbers, more than -1 and at most 1."),
    ("RandomRotation", IMAGE, {}, "factor", "7 8 9", "factor is 7, 8, 9; it must be a number or a pair of numbers."),
    ("FixedFilter2D", IMAGE, {"filter": "own"}, "kernel", "1 2; 3", "kernel is '1 2; 3'; it must be rows of as many numbers each, as in -1 0 1; -2 0 2; -1 0 1."),
    ("Input", [], {"shape": [8, 8, 3]}, "shape", "0 0", "shape is 0, 0; every number must be a whole number, 1 or more."),
    ("Input", [], {"shape": [8, 8, 3]}, "shape", "", "shape is empty; it must have 1 to 4 numbers."),
    ("Input", [], {"shape": [8, 8, 3]}, "shape", "big", "Type whole numbers, such as 28 × 28 × 1."),
    ("TextVectorization", [], {}, "vocabulary", "a b a", "vocabulary is 'a b a'; it must be words parted by spaces, each of them once."),
)  # fmt: skip
"""Layer, its input, its parameters, the field, what is typed, and the sentence below the field."""
BLAMED: tuple[Row, ...] = (
    ("Conv2D", IMAGE, {"filters": 6}, "groups", "4", "6 input channels do not divide into 4 groups. Its input comes from in0."),
    ("Conv2D", IMAGE, {"groups": 2, "filters": 6}, "filters", "7", "7 filters do not divide into 2 groups."),
    ("Conv2D", IMAGE, {"strides": 2}, "dilation_rate", "2", "Strides of 2×2 and a dilation of 2×2 do not go together."),
    ("Conv2D", IMAGE, {}, "kernel_size", "13", "The 13×13 window is larger than the 12×10 input. Its input comes from in0."),
    ("Conv2DTranspose", IMAGE, {"strides": 2}, "output_padding", "2", "An output padding of 2 is not less than the stride."),
    ("MaxPooling2D", IMAGE, {"padding": 1}, "padding_H", "3", "A padding of 3 lets a window of 2 lie wholly outside the input."),
    ("GroupNormalization", IMAGE, {}, "groups", "4", "6 channels do not divide into 4 groups. Its input comes from in0."),
    ("ChannelShuffle", IMAGE, {}, "groups", "4", "6 channels do not divide into 4 groups. Its input comes from in0."),
    ("Cropping2D", IMAGE, {}, "cropping_H", "7", "Cropping leaves nothing of the 12×10 input. Its input comes from in0."),
    ("Reshape", VECTOR, {}, "target_shape", "5 3", "12 values (12) do not fit the target shape 5×3. Its input comes from in0."),
    ("Permute", VECTOR, {}, "dims", "2 1", "The order 2, 1 does not name each of the 1 axes once."),
    ("Normalization", IMAGE, {}, "mean", "0.5", "Mean and variance go together; one of them is missing."),
    ("Softmax", IMAGE, {}, "axis", "7", "Softmax has no axis 7: its input has the axes 1 to 3."),
    ("Dot", VECTOR, {}, "axes", "5", "Dot has no axis 5: its input has the axes 1 to 1."),
)  # fmt: skip
"""Values that the layer could take elsewhere: they reach the network, and the sentence is in a card of the inspector."""


def opened(qtbot: QtBot, kind: str, shape: list[int], params: dict[str, object]) -> tuple[Session, Inspector]:
    """The inspector of a layer `it` behind inputs of that shape, all of its fields to be seen."""
    spec = catalogue()[kind]
    nodes = [
        Node(id=f"in{slot}", type="Input", params=Params(shape=shape))
        for slot in range(max(1, spec.minimum_inputs) if shape else 0)
    ]
    wires = [Edge(source=node.id, target="it", slot=slot) for slot, node in enumerate(nodes)]
    session = Session(catalogue())
    network = Network.of([*nodes, Node(id="it", type=kind, params=Params(params))], wires)
    session.document.open(Project(name="impossible", network=network))
    inspector = shown_inspector(qtbot, session, "it")
    more = inspector.findChild(QToolButton, "moreParameters")
    if more is not None and not more.isChecked():
        more.click()
    return session, inspector


def typed_into(qtbot: QtBot, row: Row) -> tuple[Session, Inspector, QLineEdit]:
    """The layer of a row, after its text was typed into its field."""
    kind, shape, params, name, text, _ = row
    session, inspector = opened(qtbot, kind, shape, params)
    typed = field(inspector, f"param_{name}")
    retype(qtbot, typed, text)
    return session, inspector, typed


def spec_name(field: str) -> str:
    """The parameter of a field: one of several fields is called after its axis too."""
    return field.removesuffix("_H")


def seen(inspector: Inspector, wanted: Callable[[QLabel], bool]) -> list[str]:
    """The texts of the labels on the screen that are wanted."""
    return [label.text() for label in inspector.findChildren(QLabel) if label.isVisible() and wanted(label)]


def is_refusal(label: QLabel) -> bool:
    """Whether it stands below a field."""
    return label.objectName().startswith("error_")


def is_fault(label: QLabel) -> bool:
    """Whether it stands in the card of a problem and names an error."""
    card = label.parentWidget()
    while card is not None and not isinstance(card, ProblemCard):
        card = card.parentWidget()
    return card is not None and "Error" in label.text()


def assert_goes_on(session: Session) -> None:
    """The network can be changed and taken back as if nothing had been typed."""
    session.apply(lambda network: rename(network, "it", "still here"), Message("Rename"))
    assert session.network.nodes["it"].label == "still here"
    session.undo()
    assert session.network.nodes["it"].label != "still here"


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: f"{row[0]}.{row[3]} {row[4]}")
def test_a_value_that_no_layer_takes_gets_one_sentence_below_its_field(qtbot: QtBot, row: Row) -> None:
    session, inspector, typed = typed_into(qtbot, row)

    assert only_one(qtbot, lambda: seen(inspector, is_refusal)) == row[-1]
    assert typed.property("invalid") is True
    assert session.analysis.ok
    assert_goes_on(session)


@pytest.mark.parametrize("row", BLAMED, ids=lambda row: f"{row[0]}.{row[3]} {row[4]}")
def test_a_value_that_does_not_fit_gets_one_sentence_in_the_inspector(qtbot: QtBot, row: Row) -> None:
    session, inspector, typed = typed_into(qtbot, row)

    # what was wrong before anything was typed may still be said for a turn
    qtbot.waitUntil(lambda: [text.endswith(f": {row[-1]}") for text in seen(inspector, is_fault)] == [True])
    assert not session.analysis.ok
    faults = {problem.param for problem in session.analysis.of("it") if problem.severity == "error"}
    assert (typed.property("invalid") is True) == (faults <= {spec_name(row[3])})
    assert_goes_on(session)


@pytest.mark.parametrize(
    ("kind", "name", "typed", "kept"),
    [
        ("Softmax", "axis", "2", 2),
        ("BatchNormalization", "axis", "1", 1),
        ("LayerNormalization", "axis", "1, 2", [1, 2]),
        ("LayerNormalization", "axis", "-2", -2),
        ("Concatenate", "axis", "1", 1),
        ("Dot", "axes", "2 3", [2, 3]),
    ],
)
def test_the_number_of_an_axis_is_typed(qtbot: QtBot, kind: str, name: str, typed: str, kept: object) -> None:
    session, _, number = typed_into(qtbot, (kind, [6, 6, 6], {}, name, typed, ""))
    assert session.network.nodes["it"].params.to_json()[name] == kept
    assert session.analysis.ok
    if isinstance(kept, int):
        qtbot.keyClick(number, Qt.Key.Key_Up)
        assert session.network.nodes["it"].params.to_json().get(name, -1) == kept + 1


def test_every_field_reads_back_what_it_shows(qtbot: QtBot) -> None:
    for kind, layer in catalogue().items():
        for spec in layer.params:
            editor = editor_for(spec)
            qtbot.addWidget(editor)
            heard: list[object] = []
            editor.edited.connect(heard.append)
            editor.unreadable.connect(heard.append)
            default = spec.check(spec.default)
            editor.show_value(default)
            for line in editor.findChildren(QLineEdit):
                if line.isVisibleTo(editor):
                    heard.clear()
                    line.textEdited.emit(line.text())
                    (value,) = heard
                    read = spec.check(value)  # type: ignore[arg-type]
                    assert read == (pytest.approx(default) if isinstance(default, float) else default), (
                        kind,
                        spec.name,
                    )

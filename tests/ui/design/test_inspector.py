"""The inspector, used as a user does: typing into its fields changes the network, nonsense is answered in words."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from cnnstudio.core.edits import add, replace_type, set_params
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.core.params import Params
from cnnstudio.ui.design.design_workspace import INSPECTOR_WIDTH
from cnnstudio.ui.design.inspector.inspector import Inspector
from cnnstudio.ui.design.problem_card import ProblemCard
from cnnstudio.ui.session import Session
from cnnstudio.ui.shape_text import shape_order
from tests.ui.design.inspecting import field, retype, shown_inspector


@pytest.fixture
def inspector(qtbot: QtBot, session: Session) -> Inspector:
    return shown_inspector(qtbot, session, "conv1")


def error(inspector: Inspector, name: str) -> str:
    label = inspector.findChild(QLabel, f"error_{name}")
    assert isinstance(label, QLabel)
    return label.text() if label.isVisibleTo(inspector) else ""


def value(session: Session, node: str, name: str) -> object:
    return session.network.nodes[node].params.to_json().get(name)


def choose(box: QComboBox, text: str) -> None:
    index = box.findText(text)
    assert index >= 0, text
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_typing_a_number_changes_the_network_at_once(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    retype(qtbot, field(inspector, "param_filters"), "16")
    assert value(session, "conv1", "filters") == 16
    assert session.analysis.nodes["conv1"].output_shape == (24, 24, 16)


def test_typing_one_value_is_one_step_of_undo(qtbot: QtBot, session: Session, inspector: Inspector) -> None:
    before = session.network
    retype(qtbot, field(inspector, "param_filters"), "128")
    assert value(session, "conv1", "filters") == 128
    session.undo()
    assert session.network is before
    qtbot.waitUntil(lambda: field(inspector, "param_filters").text() == "6")


@pytest.mark.parametrize("typed", ["abc", "0", "-3", ".5", ""])
def test_nonsense_is_answered_in_words_and_changes_nothing(
    qtbot: QtBot, session: Session, inspector: Inspector, typed: str
) -> None:
    retype(qtbot, field(inspector, "param_filters"), "7")
    retype(qtbot, field(inspector, "param_filters"), typed)
    assert error(inspector, "filters").endswith(".")
    assert value(session, "conv1", "filters") == 7
    assert session.analysis.ok


def test_leaving_a_field_with_nonsense_puts_the_value_back(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    filters = field(inspector, "param_filters")
    retype(qtbot, filters, "abc")
    assert error(inspector, "filters")
    filters.clearFocus()
    assert filters.text() == "6"
    assert error(inspector, "filters") == ""


def test_arrow_keys_step_a_number(qtbot: QtBot, session: Session, inspector: Inspector) -> None:
    filters = field(inspector, "param_filters")
    filters.setFocus()
    qtbot.keyClick(filters, Qt.Key.Key_Up)
    assert value(session, "conv1", "filters") == 7
    qtbot.keyClick(filters, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert value(session, "conv1", "filters") == 1  # never below the smallest
    assert filters.text() == "1"


def test_linked_axes_keep_one_value_and_unlinked_ones_their_own(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    retype(qtbot, field(inspector, "param_kernel_size"), "7")
    assert value(session, "conv1", "kernel_size") == [7, 7]
    size_editor = field(inspector, "param_kernel_size").parentWidget()
    assert isinstance(size_editor, QWidget)
    link = size_editor.findChild(QToolButton)
    assert isinstance(link, QToolButton)
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    retype(qtbot, field(inspector, "param_kernel_size_W"), "3")
    assert value(session, "conv1", "kernel_size") == [7, 3]
    assert session.analysis.nodes["conv1"].output_shape == (22, 26, 6)


def test_padding_is_a_word_a_number_or_sides(qtbot: QtBot, session: Session, inspector: Inspector) -> None:
    box = inspector.findChild(QComboBox, "param_padding")
    assert isinstance(box, QComboBox)
    choose(box, "same")
    assert value(session, "conv1", "padding") == "same"
    choose(box, "P pixels")
    retype(qtbot, field(inspector, "param_padding_H"), "2")
    assert value(session, "conv1", "padding") == 2
    assert session.analysis.nodes["conv1"].output_shape == (28, 28, 6)
    choose(box, "each side")
    retype(qtbot, field(inspector, "param_padding_side_right"), "5")
    assert value(session, "conv1", "padding") == [[2, 2], [2, 5]]
    assert session.analysis.nodes["conv1"].output_shape == (28, 31, 6)


def test_a_choice_and_a_flag_reach_the_network(qtbot: QtBot, session: Session, inspector: Inspector) -> None:
    box = inspector.findChild(QComboBox, "param_activation")
    assert isinstance(box, QComboBox)
    choose(box, "tanh")
    assert value(session, "conv1", "activation") == "tanh"
    flag = inspector.findChild(QCheckBox, "param_use_bias")
    assert isinstance(flag, QCheckBox)
    qtbot.keyClick(flag, Qt.Key.Key_Space)
    assert value(session, "conv1", "use_bias") is False
    assert session.analysis.nodes["conv1"].param_count == 150


def test_reset_gives_a_parameter_its_default_back(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    reset = inspector.findChild(QToolButton, "reset_filters")
    assert isinstance(reset, QToolButton)
    assert reset.isVisible()
    qtbot.mouseClick(reset, Qt.MouseButton.LeftButton)
    assert "filters" not in session.network.nodes["conv1"].params
    qtbot.waitUntil(lambda: not reset.isVisible())
    assert field(inspector, "param_filters").text() == "32"


def test_the_input_shape_is_typed_in_the_order_in_which_shapes_are_shown(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    session.select(["image"])
    shape = field(inspector, "param_shape")
    retype(qtbot, shape, "32x32x3")
    assert value(session, "image", "shape") == [32, 32, 3]
    shape_order().choose(True)
    try:
        retype(qtbot, shape, "1 20 24")
        assert value(session, "image", "shape") == [20, 24, 1]
    finally:
        shape_order().choose(False)


def test_an_edit_elsewhere_shows_in_the_form_and_keeps_the_focus(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    filters = field(inspector, "param_filters")
    filters.setFocus()
    session.apply(lambda n: set_params(n, "conv1", {"filters": 9}), Message("Set filters"))
    qtbot.waitUntil(lambda: filters.text() == "9")
    assert filters.hasFocus()


def test_renaming_reaches_the_network_and_a_taken_name_is_refused(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    name = field(inspector, "nodeName")
    retype(qtbot, name, "first")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert session.network.nodes["conv1"].label == "first"
    with qtbot.waitSignal(session.refused) as refused:
        retype(qtbot, name, "conv2")
        qtbot.keyClick(name, Qt.Key.Key_Return)
    assert "conv2" in refused.args[0]
    assert name.text() == "first"


def test_the_formula_card_shows_the_users_numbers(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    text = inspector.findChild(QLabel, "formulaText")
    notes = inspector.findChild(QLabel, "formulaNotes")
    assert isinstance(text, QLabel)
    assert isinstance(notes, QLabel)
    assert text.text() == "⌊(28 − 5 + 2·0) / 1⌋ + 1 = <b>24</b>"
    session.apply(
        lambda n: set_params(n, "conv1", {"strides": [2, 2], "dilation_rate": [1, 1]}), Message("Stride")
    )
    qtbot.waitUntil(lambda: "= <b>12</b>" in text.text())
    assert "1 pixel dropped at the bottom and at the right" in notes.text()


def test_the_lectures_padding_stands_beside_keras_same_where_they_differ(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    notes = inspector.findChild(QLabel, "formulaNotes")
    assert isinstance(notes, QLabel)
    session.apply(
        lambda n: set_params(
            set_params(n, "image", {"shape": [224, 224, 3]}),
            "conv1",
            {"kernel_size": [11, 11], "strides": [4, 4], "padding": "same"},
        ),
        Message("AlexNet's first layer"),
    )
    qtbot.waitUntil(lambda: "<b>56</b>" in notes.text())
    assert "pads 3 before and 4 after" in notes.text()


@pytest.mark.parametrize(
    ("unknown", "wanted", "answer"), [("K", "20", "9"), ("S", "12", "2"), ("P", "28", "2")]
)
def test_solving_finds_the_value_and_puts_it_in(
    qtbot: QtBot, session: Session, inspector: Inspector, unknown: str, wanted: str, answer: str
) -> None:
    box = inspector.findChild(QComboBox, "solveFor")
    apply = inspector.findChild(QPushButton, "solveApply")
    assert isinstance(box, QComboBox)
    assert isinstance(apply, QPushButton)
    choose(box, unknown)
    QTest.keyClicks(field(inspector, "solveWanted"), wanted)
    assert apply.text() == f"Use {answer}"
    qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
    shape = session.analysis.nodes["conv1"].output_shape
    assert shape is not None
    assert shape[:2] == (int(wanted), int(wanted))


def test_solving_for_the_impossible_says_what_is_near(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    box = inspector.findChild(QComboBox, "solveFor")
    answer = inspector.findChild(QLabel, "solveAnswer")
    assert isinstance(box, QComboBox)
    assert isinstance(answer, QLabel)
    choose(box, "S")
    QTest.keyClicks(field(inspector, "solveWanted"), "13")
    assert answer.text() == "No S gives 13. Nearest: S = 2 gives 12, S = 1 gives 24."


def test_all_answers_are_told_and_the_first_ones_are_a_click_away(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    session.apply(lambda n: set_params(n, "conv1", {"kernel_size": 3, "strides": 2}), Message("Stride"))
    qtbot.waitUntil(lambda: field(inspector, "solveWanted").placeholderText() == "13")
    answer = inspector.findChild(QLabel, "solveAnswer")
    box = inspector.findChild(QComboBox, "solveFor")
    assert isinstance(answer, QLabel)
    assert isinstance(box, QComboBox)
    choose(box, "K")
    QTest.keyClicks(field(inspector, "solveWanted"), "12")
    assert answer.text() == "→ K = <b>5 or 6</b>"
    second = inspector.findChild(QPushButton, "solveApply1")
    assert isinstance(second, QPushButton)
    qtbot.mouseClick(second, Qt.MouseButton.LeftButton)
    assert value(session, "conv1", "kernel_size") == [6, 6]
    qtbot.waitUntil(lambda: field(inspector, "solveWanted").placeholderText() == "12")
    choose(box, "S")
    field(inspector, "solveWanted").clear()
    QTest.keyClicks(field(inspector, "solveWanted"), "1")
    assert answer.text() == "→ S = <b>23 or more</b>"


def test_axes_of_different_size_are_solved_one_by_one(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    axis = inspector.findChild(QComboBox, "solveAxis")
    box = inspector.findChild(QComboBox, "solveFor")
    apply = inspector.findChild(QPushButton, "solveApply")
    assert isinstance(axis, QComboBox)
    assert isinstance(box, QComboBox)
    assert isinstance(apply, QPushButton)
    assert not axis.isVisible()
    session.apply(
        lambda n: set_params(set_params(n, "image", {"shape": [28, 40, 1]}), "conv1", {"padding": "same"}),
        Message("Wide pictures"),
    )
    qtbot.waitUntil(axis.isVisible)
    choose(axis, "width")
    choose(box, "P")
    QTest.keyClicks(field(inspector, "solveWanted"), "36")
    qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
    assert value(session, "conv1", "padding") == [[2, 2], [0, 0]]
    shape = session.analysis.nodes["conv1"].output_shape
    assert shape is not None
    assert shape[:2] == (28, 36)


def test_dilation_and_transposed_convolution_are_solved_too(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    box = inspector.findChild(QComboBox, "solveFor")
    apply = inspector.findChild(QPushButton, "solveApply")
    assert isinstance(box, QComboBox)
    assert isinstance(apply, QPushButton)
    choose(box, "D")
    QTest.keyClicks(field(inspector, "solveWanted"), "20")
    assert apply.text() == "Use 2"
    session.apply(
        lambda n: replace_type(
            n, "conv1", type="Conv2DTranspose", params=Params(filters=6, kernel_size=[4, 4])
        ),
        Message("Turn around"),
    )
    qtbot.waitUntil(lambda: field(inspector, "solveWanted").placeholderText() == "31")
    choose(box, "S")
    field(inspector, "solveWanted").clear()
    QTest.keyClicks(field(inspector, "solveWanted"), "58")
    qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
    shape = session.analysis.nodes["conv1"].output_shape
    assert shape is not None
    assert shape[:2] == (58, 58)


def test_costs_write_the_product_out(session: Session, inspector: Inspector) -> None:
    line = inspector.findChild(QWidget, "costParameters")
    assert isinstance(line, QWidget)
    texts = [label.text() for label in line.findChildren(QLabel)]
    assert "5·5·1·6 + 6 = 156" in texts


def test_a_parameter_at_fault_is_marked_and_the_problem_told(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    retype(qtbot, field(inspector, "param_kernel_size"), "99")
    qtbot.waitUntil(lambda: field(inspector, "param_kernel_size").property("invalid") is True)

    def told() -> str:
        return " ".join(label.text() for label in inspector.findChildren(QLabel) if label.isVisible())

    qtbot.waitUntil(lambda: "larger than the 28×28 input" in told())
    retype(qtbot, field(inspector, "param_kernel_size"), "5")
    qtbot.waitUntil(lambda: not field(inspector, "param_kernel_size").property("invalid"))


def test_no_field_moves_when_a_problem_comes_or_goes(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    def place() -> int:
        strides = field(inspector, "param_strides")
        return strides.mapTo(inspector, strides.rect().topLeft()).y()

    def has_problem() -> bool:
        return any(card.problem.severity == "error" for card in inspector.findChildren(ProblemCard))

    qtbot.waitUntil(lambda: field(inspector, "param_strides").isVisible())
    before = place()
    session.apply(lambda network: set_params(network, "conv1", {"kernel_size": [99, 99]}), Message("Set"))
    qtbot.waitUntil(has_problem)
    assert abs(place() - before) < 40  # a card above the form would push it down by some 100 pixels


def test_every_layer_of_the_catalogue_gets_a_form(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    for layer_type, spec in session.catalogue.items():
        node = Node(id=f"x_{layer_type}", type=layer_type)
        session.apply(lambda n, node=node: add(n, [node]), Message("Add"))
        session.select([node.id])
        for param in spec.params:
            assert inspector.findChild(QWidget, f"reset_{param.name}") is not None, (layer_type, param.name)


def test_nothing_selected_shows_the_network_in_figures(
    qtbot: QtBot, session: Session, inspector: Inspector
) -> None:
    session.select([])
    shown = {label.text() for label in inspector.findChildren(QLabel) if label.isVisible()}
    assert {"LeNet-5", "44,426", "28 × 28 × 1"} <= shown


def test_several_selected_show_what_they_have_together(session: Session, inspector: Inspector) -> None:
    session.select(["conv1", "conv2"])
    shown = {label.text() for label in inspector.findChildren(QLabel) if label.isVisible()}
    assert "2 layers selected" in shown
    assert "2,572" in shown


def names(inspector: Inspector) -> set[str]:
    """All labels as they are read."""
    return {label.text().replace("\u200b", "") for label in inspector.findChildren(QLabel)}


def test_long_names_of_parameters_break_instead_of_pushing_fields_out(
    session: Session, inspector: Inspector, qtbot: QtBot
) -> None:
    session.apply(
        lambda network: replace_type(network, "conv1", type="SeparableConv2D", params=Params()),
        Message("Swap"),
    )
    qtbot.waitUntil(lambda: "depthwise_initializer" in names(inspector))

    def folds() -> list[QToolButton]:
        buttons = inspector.findChildren(QToolButton)
        return [button for button in buttons if "More" in button.text() and button.isVisible()]

    qtbot.waitUntil(lambda: len(folds()) == 1)  # a new form is shown a turn after it is made
    qtbot.mouseClick(folds()[0], Qt.MouseButton.LeftButton)
    area = inspector.findChild(QScrollArea)
    assert isinstance(area, QScrollArea)
    inside = area.widget()
    qtbot.waitUntil(lambda: inside.height() > area.viewport().height())  # unfolded, and the bar beside it
    qtbot.waitUntil(lambda: inside.minimumSizeHint().width() <= area.viewport().width())


@pytest.mark.parametrize(
    ("layer_type", "name", "value", "whole"),
    [
        ("RandomFlip", "mode", "horizontal_and_vertical", True),
        ("TextVectorization", "standardize", "lower_and_strip_punctuation", False),
    ],
)
def test_long_words_of_a_choice_can_be_read(
    session: Session, inspector: Inspector, layer_type: str, name: str, value: str, whole: bool
) -> None:
    node = Node(id="x", type=layer_type, params=Params({name: value}))
    session.apply(lambda network: add(network, [node]), Message("Add"))
    session.select(["x"])
    box = inspector.findChild(QComboBox, f"param_{name}")
    assert isinstance(box, QComboBox)
    assert box.currentText() == value
    assert box.toolTip() == value
    if whole:
        row = box.parentWidget().parentWidget()
        row.resize(INSPECTOR_WIDTH - 32, row.sizeHint().height())
        row.layout().activate()
        box.parentWidget().layout().activate()
        assert box.width() >= box.sizeHint().width()
    box.showPopup()
    assert box.view().width() >= box.view().sizeHintForColumn(0)
    box.hidePopup()

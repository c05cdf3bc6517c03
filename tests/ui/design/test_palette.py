"""The palette: found by typing, inserted by key and double-click, dragged with the layer's MIME data."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QLineEdit, QTreeView
from pytestqt.qtbot import QtBot

from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas.mime import dragged_layer_type
from cnnstudio.ui.design.palette import Palette


@pytest.fixture
def palette(qtbot: QtBot) -> Palette:
    made = Palette(catalogue())
    qtbot.addWidget(made)
    made.resize(220, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _search(palette: Palette) -> QLineEdit:
    found = palette.findChild(QLineEdit, "paletteSearch")
    assert isinstance(found, QLineEdit)
    return found


def _tree(palette: Palette) -> QTreeView:
    found = palette.findChild(QTreeView, "paletteList")
    assert isinstance(found, QTreeView)
    return found


def _layer(tree: QTreeView, name: str) -> QModelIndex:
    model = tree.model()
    for row in range(model.rowCount()):
        head = model.index(row, 0)
        for inner in range(model.rowCount(head)):
            index = model.index(inner, 0, head)
            if index.data() == name:
                return index
    raise AssertionError(f"{name} is not in the palette")


def test_every_layer_of_the_catalogue_is_shown(palette: Palette) -> None:
    assert sorted(palette.shown_types) == sorted(catalogue())


@pytest.mark.parametrize(
    ("typed", "first"),
    [("conv2d", "Conv2D"), ("maxpool", "MaxPooling2D"), ("flatt", "Flatten"), ("dens", "Dense")],
)
def test_typing_and_enter_inserts_the_best_match(
    qtbot: QtBot, palette: Palette, typed: str, first: str
) -> None:
    qtbot.keyClicks(_search(palette), typed)
    with qtbot.waitSignal(palette.insert_requested) as asked:
        qtbot.keyClick(_search(palette), Qt.Key.Key_Return)
    assert asked.args == [first]
    assert all(typed in name.casefold() for name in palette.shown_types[:1])


def test_a_category_and_a_keyword_find_layers_too(qtbot: QtBot, palette: Palette) -> None:
    qtbot.keyClicks(_search(palette), "pooling")
    found = set(palette.shown_types)
    assert {"MaxPooling2D", "GlobalAveragePooling2D"} <= found
    assert "Conv2D" not in found


def test_a_search_that_finds_nothing_says_so_and_inserts_nothing(qtbot: QtBot, palette: Palette) -> None:
    qtbot.keyClicks(_search(palette), "xyzzy")
    with qtbot.assertNotEmitted(palette.insert_requested):
        qtbot.keyClick(_search(palette), Qt.Key.Key_Return)
    assert palette.shown_types == ()


def test_escape_clears_the_search(qtbot: QtBot, palette: Palette) -> None:
    qtbot.keyClicks(_search(palette), "dense")
    qtbot.keyClick(_search(palette), Qt.Key.Key_Escape)
    assert _search(palette).text() == ""
    assert sorted(palette.shown_types) == sorted(catalogue())


def test_the_arrow_keys_lead_from_the_search_into_the_list_and_back(qtbot: QtBot, palette: Palette) -> None:
    search, tree = _search(palette), _tree(palette)
    search.setFocus()
    qtbot.waitUntil(search.hasFocus)
    qtbot.keyClick(search, Qt.Key.Key_Down)
    assert tree.hasFocus()
    assert tree.currentIndex().data() == palette.shown_types[0]
    with qtbot.waitSignal(palette.insert_requested) as asked:
        qtbot.keyClick(tree, Qt.Key.Key_Return)
    assert asked.args == [palette.shown_types[0]]
    qtbot.keyClick(tree, Qt.Key.Key_Up)
    assert search.hasFocus()


def test_a_double_click_inserts(qtbot: QtBot, palette: Palette) -> None:
    tree = _tree(palette)
    index = _layer(tree, "Conv2D")
    tree.scrollTo(index)
    place = tree.visualRect(index).center()
    qtbot.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(palette.insert_requested) as asked:
        qtbot.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == ["Conv2D"]


def test_a_double_click_on_a_category_inserts_nothing(qtbot: QtBot, palette: Palette) -> None:
    tree = _tree(palette)
    place = tree.visualRect(tree.model().index(0, 0)).center()
    assert tree.indexAt(place) == tree.model().index(0, 0)
    with qtbot.assertNotEmitted(palette.insert_requested):
        qtbot.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))


def test_what_is_dragged_is_the_layer_type(palette: Palette) -> None:
    tree = _tree(palette)
    index = _layer(tree, "BatchNormalization")
    assert tree.model().flags(index) & Qt.ItemFlag.ItemIsDragEnabled
    assert dragged_layer_type(tree.model().mimeData([index])) == "BatchNormalization"

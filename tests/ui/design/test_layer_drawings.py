"""The drawings beside the layers' help: every layer has one, it can be seen in both themes, and it is shown where one looks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QTreeView
from pytestqt.qtbot import QtBot

from cnnstudio.core import drawings
from cnnstudio.core.block_drawing import MOST_TILES, block_layout
from cnnstudio.core.block_edits import set_repeat
from cnnstudio.core.block_specs import spec_of
from cnnstudio.core.drawings import (
    BlockLayout,
    ChannelKernels,
    Drawing,
    GroupedChannels,
    SlidingWindow,
)
from cnnstudio.core.edits import add, set_params
from cnnstudio.core.message import Message
from cnnstudio.core.network import Block, Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.layers import catalogue
from cnnstudio.layers.arguments import ACTIVATIONS
from cnnstudio.layers.convolution.fixed_filter2d import KERNELS
from cnnstudio.ui.block_layers import with_blocks
from cnnstudio.ui.design.inspector.inspector import Inspector
from cnnstudio.ui.design.layer_card import LayerCard
from cnnstudio.ui.design.palette import Palette
from cnnstudio.ui.drawings import paint_drawing
from cnnstudio.ui.drawings.kinds import PAINTERS
from cnnstudio.ui.drawings.layer_drawing import LayerDrawing, drawing_of
from cnnstudio.ui.drawings.sketch import HEIGHT, WIDTH
from cnnstudio.ui.session import Session
from cnnstudio.ui.theme import DARK, LIGHT, Theme
from cnnstudio.zoo.blocks import block_templates

LAYERS = [*with_blocks(catalogue()).values()]
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    *(("Activation", {"activation": name}) for name in ACTIVATIONS),
    *(("FixedFilter2D", {"filter": name}) for name in KERNELS),
    *(("Conv2D", {"kernel_size": kernel}) for kernel in (1, 2, 4, 5, 11)),
    *(("Conv1D", {"kernel_size": kernel, "strides": 2}) for kernel in (1, 2, 5, 9)),
    *(("Conv2D", {"dilation_rate": rate, "kernel_size": kernel}) for rate in (2, 4) for kernel in (2, 3, 5)),
    ("Conv3D", {"kernel_size": 1}),
    ("Conv2D", {"strides": 4}),
    ("Conv2D", {"groups": 2}),
    ("GroupNormalization", {"groups": -1}),
    ("GroupNormalization", {"groups": 1}),
    ("UpSampling2D", {"interpolation": "bilinear"}),
    ("RandomFlip", {"mode": "vertical"}),
    ("RandomFlip", {"mode": "horizontal"}),
]
MARGIN = 20


def _ink(drawing: Drawing, theme: Theme) -> tuple[int, int]:
    """How many pixels of a drawing are not background: within its bounds, and outside."""
    image = QImage(int(WIDTH) + 2 * MARGIN, int(HEIGHT) + 2 * MARGIN, QImage.Format.Format_RGB32)
    image.fill(theme.color("surface"))
    background = QColor(theme.surface).rgb()
    painter = QPainter(image)
    paint_drawing(painter, QRectF(MARGIN, MARGIN, WIDTH, HEIGHT), drawing, theme, QApplication.font())
    painter.end()
    inside = image.copy(MARGIN, MARGIN, int(WIDTH), int(HEIGHT))
    return _count(inside, background), _count(image, background) - _count(inside, background)


def _count(image: QImage, background: int) -> int:
    return int(np.count_nonzero(np.frombuffer(image.constBits(), "uint32") != background))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_every_layer_has_a_drawing_that_can_be_seen_and_is_not_cut_off(
    qapp: QApplication, theme: Theme
) -> None:
    assert [layer.type for layer in LAYERS if not isinstance(layer.drawing, Drawing)] == []
    ink = {layer.type: _ink(layer.drawing, theme) for layer in LAYERS if layer.drawing is not None}
    assert {kind: inside for kind, (inside, _) in ink.items() if inside < 500} == {}
    assert {kind: outside for kind, (_, outside) in ink.items() if outside} == {}


def test_drawings_follow_parameters_and_stay_on_the_paper(qapp: QApplication) -> None:
    ink: dict[Drawing, tuple[int, int]] = {}
    for kind, params in VARIANTS:
        spec = catalogue()[kind]
        drawing = spec.drawing_for(spec.arguments(Params(**params)))
        assert drawing is not None
        ink[drawing] = _ink(drawing, LIGHT)
    assert [drawing for drawing, (inside, outside) in ink.items() if inside < 300 or outside] == []
    assert len(ink) > 40


def test_no_kind_of_drawing_is_left_without_a_painter() -> None:
    kinds = {kind for kind in vars(drawings).values() if isinstance(kind, type) and issubclass(kind, Drawing)}
    assert set(PAINTERS) == kinds - {Drawing}


def test_wrong_parameters_leave_the_general_drawing() -> None:
    node = Node(id="conv", type="Conv2D", params=Params(kernel_size="large"))
    assert drawing_of(catalogue()["Conv2D"], node) == SlidingWindow(rank=2)


def test_the_inspector_shows_the_drawing_with_the_layers_own_parameters(
    qtbot: QtBot, session: Session
) -> None:
    inspector = Inspector(session)
    qtbot.addWidget(inspector)
    inspector.resize(300, 900)
    inspector.show()
    shown = inspector.findChild(LayerDrawing, "layerDrawing")
    assert shown is not None
    conv = next(node for node in session.network.nodes.values() if node.type == "Conv2D")
    session.select([conv.id])
    assert shown.isVisible()
    assert shown.drawing == SlidingWindow(rank=2, kernel=5)
    box = inspector.findChild(QComboBox, "param_activation")
    assert box is not None
    session.apply(lambda network: set_params(network, conv.id, {"strides": 2}), Message("Set strides"))
    qtbot.waitUntil(lambda: shown.drawing == SlidingWindow(rank=2, kernel=5, strides=2))
    session.apply(lambda network: set_params(network, conv.id, {"groups": 2}), Message("Set groups"))
    qtbot.waitUntil(lambda: shown.drawing == GroupedChannels())
    pixels = shown.grab().toImage()
    assert (
        len({pixels.pixel(x, y) for x in range(0, pixels.width(), 3) for y in range(0, pixels.height(), 3)})
        > 5
    )


@pytest.fixture
def palette(qtbot: QtBot) -> Palette:
    made = Palette(catalogue())
    qtbot.addWidget(made)
    made.resize(220, 600)
    with qtbot.waitExposed(made):
        made.show()
    return made


def _rest_on(palette: Palette, place: int) -> QPoint:
    """Let the pointer rest on the layer in this row of the first category."""
    tree = palette.findChild(QTreeView, "paletteList")
    assert tree is not None
    index = tree.model().index(place, 0, tree.model().index(1, 0))
    point = tree.visualRect(index).center()
    viewport = tree.viewport()
    QApplication.sendEvent(viewport, QHelpEvent(QHelpEvent.Type.ToolTip, point, viewport.mapToGlobal(point)))
    return point


def test_resting_on_a_layer_of_the_palette_shows_its_card(qtbot: QtBot, palette: Palette) -> None:
    point = _rest_on(palette, 3)
    card = palette.findChild(LayerCard, "layerCard")
    assert card is not None
    assert card.isVisible()
    assert card.accessibleName() == "DepthwiseConv2D"
    drawing = card.findChild(LayerDrawing)
    assert drawing is not None
    assert drawing.drawing == ChannelKernels(rank=2)
    tree = palette.findChild(QTreeView, "paletteList")
    assert tree is not None
    QTest.mouseMove(tree.viewport(), point + QPoint(0, 60))
    qtbot.waitUntil(card.isHidden)


@pytest.mark.parametrize("way", ["key", "press"])
def test_the_card_goes_when_something_is_done(qtbot: QtBot, palette: Palette, way: str) -> None:
    point = _rest_on(palette, 0)
    card = palette.findChild(LayerCard, "layerCard")
    tree = palette.findChild(QTreeView, "paletteList")
    assert card is not None
    assert tree is not None
    assert card.isVisible()
    if way == "key":
        QTest.keyClick(tree, Qt.Key.Key_Down)
    else:
        QTest.mousePress(tree.viewport(), Qt.MouseButton.LeftButton, pos=point)
    qtbot.waitUntil(card.isHidden)


def _drawn(node: Node) -> BlockLayout:
    drawing = block_layout(node, catalogue())
    assert drawing is not None
    return drawing


def test_a_block_s_drawing_has_its_layers_and_its_wires() -> None:
    node = block_templates()["Inception block"].node("block", channels=192)
    assert node.block is not None
    inside, drawing = node.block.network, _drawn(node)
    assert [tile.type for tile in drawing.tiles] == [inner.type for inner in inside.nodes.values()]
    types = [(drawing.tiles[a].type, drawing.tiles[b].type) for a, b in drawing.wires]
    assert types == [(inside.nodes[e.source].type, inside.nodes[e.target].type) for e in inside.edges]
    assert {"1×1", "3×3", "5×5"} <= {tile.mark for tile in drawing.tiles}
    assert len({tile.across for tile in drawing.tiles}) >= 4  # its branches lie beside each other


def test_a_block_that_repeats_another_is_drawn_as_that_one_so_many_times() -> None:
    drawing = _drawn(block_templates()["Dense block"].node("block"))
    assert drawing.repeat > 1
    assert "Concatenate" in {tile.type for tile in drawing.tiles}


def test_empty_blocks_and_blocks_of_very_many_layers_have_no_drawing() -> None:
    layers = [Node(id=f"relu{number}", type="ReLU") for number in range(MOST_TILES + 1)]
    for inside in (Network(), Network.of(layers)):
        node = Node(id="block", type="Block", block=Block(network=inside))
        assert block_layout(node, catalogue()) is None
        assert drawing_of(spec_of(catalogue(), node), node) is None


@pytest.mark.parametrize("inside", ["lone", "crossed"])
def test_blocks_that_people_make_stay_on_the_paper(qapp: QApplication, inside: str) -> None:
    one = [Node(id="relu", type="ReLU", position=(0, 0))]
    many = [Node(id=f"n{n}", type="Strange", position=(n % 7 * 900, n // 7 * 4000)) for n in range(50)]
    edges = [Edge(source=f"n{n}", target=f"n{n * 3 % 50}", slot=n) for n in range(1, 50)]
    network = Network.of(one) if inside == "lone" else Network.of(many, edges)
    drawing = _drawn(Node(id="block", type="Block", block=Block(network=network, repeat=3)))
    seen, outside = _ink(drawing, LIGHT)
    assert seen > 300
    assert outside == 0


def test_the_inspector_draws_the_selected_block_as_it_is_now(qtbot: QtBot, session: Session) -> None:
    inspector = Inspector(session)
    qtbot.addWidget(inspector)
    inspector.show()
    node = block_templates()["Residual block"].node("block", channels=16, position=(0, 900))
    session.apply(lambda network: add(network, [node]), Message("Add a block"))
    session.select(["block"])
    shown = inspector.findChild(LayerDrawing, "layerDrawing")
    assert shown is not None
    assert shown.isVisible()
    assert shown.drawing == _drawn(node)
    session.apply(lambda network: set_repeat(network, "block", 3), Message("Repeat"))
    qtbot.waitUntil(lambda: isinstance(shown.drawing, BlockLayout) and shown.drawing.repeat == 3)

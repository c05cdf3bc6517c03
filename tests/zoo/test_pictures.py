"""Every network as the canvas draws it: no wire over a card, no wires that cross, in a layout made quickly."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.layout import arrange
from cnnstudio.core.network import Network
from cnnstudio.core.project import Project
from cnnstudio.layers import catalogue
from cnnstudio.ui.canvas import CanvasView
from cnnstudio.ui.canvas.diagram import Diagram, Wire
from cnnstudio.ui.canvas.geometry import Point
from cnnstudio.ui.session import Session
from cnnstudio.zoo import templates

NETWORKS: dict[str, tuple[str, dict[str, object]]] = {
    **{name: (name, {}) for name in templates()},
    "googlenet with heads": ("googlenet", {"auxiliary_heads": True}),
    "unet, valid": ("unet", {"padding": "valid", "input_shape": [188, 188, 1]}),
    "unet with batch norm": ("unet", {"batch_norm": True}),
    "text-cnn, six phrases": ("text-cnn", {"phrases": [2, 3, 4, 5, 6, 7]}),
    "gcn without dropout": ("gcn", {"dropout": 0}),
}


def drawn(network: Network) -> Diagram:
    diagram = Diagram()
    for node_id, (x, y) in arrange(network).items():
        diagram.put_card(node_id, x, y, len(network.inputs(node_id)))
    for node_id in network.nodes:
        for port, edge in enumerate(network.inputs(node_id)):
            diagram.put_wire(edge, port)
    diagram.route(network.edges)
    return diagram


def turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def cross(one: Wire, other: Wire) -> bool:
    """Whether two wires run through each other; those that part at one output may touch there."""
    return any(
        turn(a, b, c) * turn(a, b, d) < -1e-6 and turn(c, d, a) * turn(c, d, b) < -1e-6
        for a, b in pairwise(one.points)
        for c, d in pairwise(other.points)
    )


@pytest.mark.parametrize("label", NETWORKS)
def test_the_wires_of_a_network_cross_neither_cards_nor_each_other(label: str) -> None:
    name, params = NETWORKS[label]
    network = templates()[name].build(**params)
    diagram = drawn(network)
    over_cards = [
        (edge.source, edge.target, node_id)
        for edge, wire in diagram.wires.items()
        for node_id in diagram.cards_in(wire.rect)
        if node_id not in (edge.source, edge.target)
        and any(
            min(a[1], b[1]) < diagram.cards[node_id].rect.bottom
            and max(a[1], b[1]) > diagram.cards[node_id].rect.top
            and min(a[0], b[0]) < diagram.cards[node_id].rect.right
            and max(a[0], b[0]) > diagram.cards[node_id].rect.left
            for a, b in pairwise(wire.points)
        )
    ]
    assert not over_cards
    crossing = {
        frozenset((wire.number, other.number)): (wire.edge, other.edge)
        for wire in diagram.wires.values()
        for other in diagram.wires_in(wire.rect)
        if other.number != wire.number and other.edge.source != wire.edge.source and cross(wire, other)
    }
    assert not crossing


def test_the_trunk_of_every_residual_network_is_one_straight_line() -> None:
    for name in ("resnet18", "resnet50", "densenet121", "googlenet"):
        network = templates()[name].build()
        at = arrange(network)
        trunk = [n for n, node in network.nodes.items() if node.type in {"Add", "Concatenate"}]
        assert {at[node_id][0] for node_id in ["image", *trunk, "classes"]} == {at["image"][0]}, name


def test_a_network_opened_after_another_with_the_same_names_is_laid_out_as_if_it_were_the_first(
    qtbot: QtBot,
) -> None:
    session = Session(catalogue())
    view = CanvasView(session)
    qtbot.addWidget(view)
    for name in ("resnet34", "resnet50", "lenet5", "lenet5-batchnorm", "resnet18"):
        network = templates()[name].build()
        session.document.open(Project(network=network))
        shown = {node_id: (card.x, card.y) for node_id, card in view.canvas.diagram.cards.items()}
        assert shown == arrange(network), name

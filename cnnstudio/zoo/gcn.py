"""A graph convolutional network: nodes learn from their neighbours. Kipf & Welling 2016. Standard library only."""

from __future__ import annotations

from typing import cast

from cnnstudio.core.message import Message
from cnnstudio.core.network import Network
from cnnstudio.core.parameters import Arguments, IntParam, IntsParam
from cnnstudio.zoo.draft import Draft
from cnnstudio.zoo.template import Template
from cnnstudio.zoo.template_params import classes_parameter, dropout_parameter


def gcn(args: Arguments) -> Network:
    """Two graph convolutions over the same edges: 23,063 parameters on the Cora papers (2,708 nodes, 7 classes)."""
    draft = Draft()
    nodes, _ = cast("tuple[int, int]", args["input_shape"])
    features = draft.add("Input", "features", shape=args["input_shape"])
    edges = draft.add("Input", "edges", after=(), shape=(nodes, nodes))

    def drop(name: str, after: str) -> str:
        if not args.number("dropout"):
            return after
        return draft.add("Dropout", name, after=after, rate=args["dropout"])

    hidden = draft.add(
        "GraphConvolution",
        "graph1",
        after=(drop("dropout1", features), edges),
        units=args["width"],
        activation="relu",
    )
    draft.add(
        "GraphConvolution",
        "classes",
        after=(drop("dropout2", hidden), edges),
        units=args["classes"],
        activation="softmax",
    )
    return draft.network()


TEMPLATES = (
    Template(
        name="gcn",
        title="Graph network",
        description=Message("Every node of a graph is told apart by itself and by what its neighbours know."),
        parameters=(
            IntsParam(
                name="input_shape",
                default=(2708, 1433),
                minimum_length=2,
                maximum_length=2,
                help=Message("Nodes of the graph, and features of each node."),
            ),
            classes_parameter(7),
            IntParam(name="width", default=16, help=Message("Features that a node has in the middle.")),
            dropout_parameter(),
        ),
        network=gcn,
    ),
)

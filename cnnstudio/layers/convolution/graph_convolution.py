"""GraphConvolution: every node of a graph gathers what its neighbours know."""

from __future__ import annotations

from typing import ClassVar

from cnnstudio.core.drawings import Drawing, GraphNeighbours
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, BoolParam, ChoiceParam, IntParam, ParamSpec
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Fields, Formula, LayerSpec, Shape, Shapes, Weight
from cnnstudio.layers.arguments import keras_arguments, weight_params
from cnnstudio.layers.torch_calls import with_activation
from cnnstudio.layers.wording import join, require_channels, shape_text


class GraphConvolution(LayerSpec):
    """`activation(Â X W + b)`: features X `(nodes, features)`, edges A `(nodes, nodes)`. Kipf & Welling 2017.

    Â is A, with each node joined to itself, divided by the nodes' degrees. Weights: kernel `(features, units)`, bias.
    """

    type: ClassVar[str] = "GraphConvolution"
    category: ClassVar[str] = "convolution"
    prefix: ClassVar[str] = "graph"
    order: ClassVar[int] = 90
    keywords: ClassVar[tuple[str, ...]] = ("gcn", "network", "edges", "adjacency", "neighbours", "gnn")
    minimum_inputs: ClassVar[int] = 2
    maximum_inputs: ClassVar[int | None] = 2
    drawing: ClassVar[Drawing] = GraphNeighbours()
    help: ClassVar[Message] = Message(
        "A convolution on a graph. Its first input holds the features of every node, its second the edges: a table "
        "of nodes by nodes with 1 where two are joined. Each node gets the weighted mean of its neighbours' features, "
        "and then a dense layer that all nodes share."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        IntParam(name="units", default=16, help=Message("How many features every node gets.")),
        ChoiceParam(
            name="normalize",
            default="symmetric",
            choices=("symmetric", "mean", "none"),
            help=Message(
                "'symmetric' divides by the roots of both nodes' degrees, 'mean' by the receiving node's degree, "
                "'none' adds neighbours up."
            ),
        ),
        BoolParam(
            name="self_loops", default=True, help=Message("Whether a node counts among its own neighbours.")
        ),
        *weight_params(),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        features, edges = inputs
        for slot, shape, wanted in ((0, features, "nodes × features"), (1, edges, "nodes × nodes")):
            if len(shape) != 2:
                raise ShapeError(
                    Message(
                        "{layer} needs {wanted} as input {number}; it gets {shape}.",
                        layer=self.type,
                        wanted=wanted,
                        number=slot + 1,
                        shape=shape_text(shape),
                    ),
                    code="shape.rank",
                    hint=Message("Wire the nodes' features first, then the table of edges."),
                    slot=slot,
                )
        require_channels(self.type, features)
        counts = {size for size in (features[0], *edges) if size is not None}
        if len(counts) > 1:
            raise ShapeError(
                Message(
                    "{layer} gets features of {nodes} nodes and edges of {edges}.",
                    layer=self.type,
                    nodes="?" if features[0] is None else features[0],
                    edges=shape_text(edges),
                ),
                code="shape.mismatch",
                hint=Message("Give the table of edges a row and a column for every node."),
                slot=1,
            )
        return (features[0], args.integer("units"))

    def weights(self, inputs: Shapes, args: Arguments) -> tuple[Weight, ...]:
        units = args.integer("units")
        kernel = Weight("kernel", (require_channels(self.type, inputs[0]), units))
        return (kernel, Weight("bias", (units,))) if args.flag("use_bias") else (kernel,)

    def macs(self, inputs: Shapes, args: Arguments) -> int:
        nodes, units = inputs[0][0] or 0, args.integer("units")
        return nodes * require_channels(self.type, inputs[0]) * units + nodes * nodes * units

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return None

    def formula(self, inputs: Shapes, args: Arguments) -> tuple[Formula, ...]:
        (nodes, features), units = inputs[0], args.integer("units")
        count = "?" if nodes is None else nodes
        return (
            Formula(
                "nodes", f"({count}×{count}) · ({count}×{features}) · ({features}×{units}) = {count}×{units}"
            ),
        )

    def describe(self, args: Arguments) -> str:
        normalize = args.text("normalize")
        return join(
            str(args.integer("units")),
            None if normalize == "symmetric" else "sum" if normalize == "none" else normalize,
            args.optional_text("activation"),
        )

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return (Call("custom.GraphConvolution", keras_arguments(self, args, always=("units",))),)

    def torch(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...] | None:
        arguments: dict[str, object] = {
            "in_features": require_channels(self.type, inputs[0]),
            "out_features": args.integer("units"),
        }
        if args.text("normalize") != "symmetric":
            arguments["normalize"] = args.text("normalize")
        if not args.flag("self_loops"):
            arguments["self_loops"] = False
        arguments["bias"] = args.flag("use_bias")
        return with_activation(
            (Call("custom.GraphConvolution", Params(arguments)),), args.optional_text("activation")
        )

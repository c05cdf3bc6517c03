"""Blocks as layers: what an editor asks of a node's kind - parameters, number of inputs, shape - answered for blocks.

Nothing is built from these: the analysis and the engine know the layers inside alone. Standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import ClassVar

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.block_drawing import block_layout
from cnnstudio.core.blocks import BLOCK_INPUT, BLOCK_OUTPUT, REPEAT, exposed_targets, inlets
from cnnstudio.core.drawings import BlockEnd, Drawing
from cnnstudio.core.levels import block_summary, exposed_value, level_analysis
from cnnstudio.core.message import Message
from cnnstudio.core.network import BLOCK, Block, Edge, Network, Node
from cnnstudio.core.parameters import Arguments, ParamSpec
from cnnstudio.core.params import Params, Value
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, Catalogue, LayerSpec, Shape, Shapes


class BlockInput(LayerSpec):
    """Where a wire comes into a block."""

    type: ClassVar[str] = BLOCK_INPUT
    category: ClassVar[str] = "block"
    prefix: ClassVar[str] = "input"
    minimum_inputs: ClassVar[int] = 0
    maximum_inputs: ClassVar[int | None] = 0
    order: ClassVar[int] = 0
    drawing: ClassVar[Drawing] = BlockEnd(inwards=True)
    help: ClassVar[Message] = Message(
        "Where a wire comes into the block. A block with several of these has several inputs, in this order."
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        raise ShapeError(Message("BlockInput belongs inside a block."), code="block.misplaced")

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return ()


class BlockOutput(LayerSpec):
    """What comes out of a block."""

    type: ClassVar[str] = BLOCK_OUTPUT
    category: ClassVar[str] = "block"
    prefix: ClassVar[str] = "output"
    order: ClassVar[int] = 1
    drawing: ClassVar[Drawing] = BlockEnd(inwards=False)
    help: ClassVar[Message] = Message(
        "What is wired to this comes out of the block. A block with several of these has several outputs."
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        return inputs[0]

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return ()


class BlockSpec(LayerSpec):
    """One block as a layer: its repeat and its exposed parameters, each checked as the inner one is."""

    type: ClassVar[str] = BLOCK
    category: ClassVar[str] = "block"
    prefix: ClassVar[str] = "block"
    help: ClassVar[Message] = Message(
        "A network in one node. Open it to see and change its layers; what it exposes can be set here, and with "
        "repeat several copies follow one another, each with weights of its own."
    )

    def __init__(self, node: Node, catalogue: Catalogue) -> None:
        self._block = node.block or Block(network=Network())
        self._catalogue = catalogue
        count = len(inlets(self._block.network))
        self.minimum_inputs = count  # type: ignore[misc]  # each block has its own number
        self.maximum_inputs = count  # type: ignore[misc]  # each block has its own number
        self.params = tuple(self.params_by_name.values())  # type: ignore[misc]  # each block has its own

    @cached_property
    def drawing(self) -> Drawing | None:  # type: ignore[override]  # each block has its own
        """What the block holds."""
        return block_layout(Node(id=self.prefix, type=BLOCK, block=self._block), self._catalogue)

    def drawing_for(self, args: Arguments) -> Drawing | None:
        node = Node(id=self.prefix, type=BLOCK, params=Params(args.values), block=self._block)
        return block_layout(node, self._catalogue)

    @cached_property
    def params_by_name(self) -> Mapping[str, ParamSpec]:
        found: dict[str, ParamSpec] = {REPEAT.name: replace(REPEAT, advanced=False)}
        for name in self._block.exposed:
            spec = _exposed_spec(self._block, name, self._catalogue)
            if spec is not None:
                default = exposed_value(self._block, name, self._catalogue)
                found[name] = replace(spec, name=name, default=default, advanced=False)
        return found

    def value(self, node: Node, name: str) -> Value:
        """A parameter as it is in force."""
        if name == REPEAT.name:
            return self._block.repeat
        return node.params[name] if name in node.params else exposed_value(self._block, name, self._catalogue)

    def arguments(self, params: Params) -> Arguments:
        return Arguments(dict(params))

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        node = Node(id=self.prefix, type=BLOCK, params=Params(args.values), block=self._block)
        return output_of_block(node, inputs, self._catalogue)

    def describe(self, args: Arguments) -> str:
        node = Node(id=self.prefix, type=BLOCK, params=Params(args.values), block=self._block)
        return block_summary(node, self._catalogue)

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        return ()


def spec_of(catalogue: Catalogue, node: Node) -> LayerSpec | None:
    """What kind of layer a node is; for a block, one made for it alone."""
    if node.block is not None and node.type == BLOCK:
        return BlockSpec(node, catalogue)
    return catalogue.get(node.type)


def output_of_block(node: Node, inputs: Shapes, catalogue: Catalogue) -> Shape:
    """What a block puts out when it is fed these shapes. Raises ShapeError for the first thing wrong inside."""
    sources = [
        Node(id=f"source{number}", type="Input", params=Params(shape=list(shape)))
        for number, shape in enumerate(inputs)
    ]
    edges = [Edge(source=source.id, target=node.id, slot=slot) for slot, source in enumerate(sources)]
    network = Network.of([*sources, node], edges)
    analysis = level_analysis(Analyser(catalogue).analyse(network), network, (), catalogue)
    for problem in analysis.diagnostics:
        if problem.severity == "error":
            raise ShapeError(problem.message, code=problem.code, hint=problem.hint)
    output = analysis.nodes[node.id].output_shape
    if output is None:
        raise ShapeError(Message("This block has no output."), code="block.output")
    return output


def _exposed_spec(block: Block, name: str, catalogue: Catalogue) -> ParamSpec | None:
    """The inner parameter that an exposed one sets first."""
    for inner_id, param in exposed_targets(block, name):
        inner = block.network.nodes.get(inner_id)
        if inner is None:
            continue
        if inner.block is not None:
            if param == REPEAT.name and param not in inner.block.exposed:
                return REPEAT
            return _exposed_spec(inner.block, param, catalogue)
        spec = catalogue.get(inner.type)
        return spec.params_by_name.get(param) if spec is not None else None
    return None

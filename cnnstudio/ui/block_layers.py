"""What can be put on the canvas beside the layers: a block's ends, and blocks ready-made. No Qt."""

from __future__ import annotations

from types import MappingProxyType

from cnnstudio.core.block_drawing import block_layout
from cnnstudio.core.block_specs import BlockInput, BlockOutput, output_of_block
from cnnstudio.core.drawings import Drawing
from cnnstudio.core.levels import block_summary
from cnnstudio.core.network import Node
from cnnstudio.core.parameters import Arguments
from cnnstudio.core.spec import Call, Catalogue, LayerSpec, Shape, Shapes
from cnnstudio.zoo.blocks import BlockTemplate, block_templates

BLOCK_ENDS = frozenset({BlockInput.type, BlockOutput.type})
"""What stands inside blocks alone."""


class ReadyBlock(LayerSpec):
    """A ready-made block as something to place: what it puts out, behind what it can follow."""

    def __init__(self, template: BlockTemplate, layers: Catalogue, order: int) -> None:
        self.template = template
        self.type = template.name  # type: ignore[misc]  # one class for all blocks
        self.category = "block"  # type: ignore[misc]  # as above
        self.prefix = template.prefix  # type: ignore[misc]  # as above
        self.help = template.help  # type: ignore[misc]  # as above
        self.keywords = template.keywords  # type: ignore[misc]  # as above
        self.order = 10 + order  # type: ignore[misc]  # as above
        self.minimum_inputs = template.inputs  # type: ignore[misc]  # as above
        self.maximum_inputs = template.inputs  # type: ignore[misc]  # as above
        self._layers = layers
        self._outputs: dict[Shapes, Shape] = {}
        self._drawing: Drawing | None = None

    @property
    def drawing(self) -> Drawing | None:  # type: ignore[override]  # made when it is first looked at
        """The block's own layers."""
        if self._drawing is None:
            self._drawing = block_layout(self.template.node("block"), self._layers)
        return self._drawing

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:  # noqa: ARG002 - the base's signature
        known = self._outputs.get(inputs)
        if known is None:
            node = self.template.node("block", channels=inputs[0][-1] if inputs and inputs[0] else None)
            known = self._outputs[inputs] = output_of_block(node, inputs, self._layers)
        return known

    def describe(self, args: Arguments) -> str:  # noqa: ARG002 - as above
        return block_summary(self.template.node("block"), self._layers)

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:  # noqa: ARG002 - as above
        return ()


def with_blocks(layers: Catalogue) -> Catalogue:
    """The layers, the ends of blocks, and the ready-made blocks under their names."""
    ready = {
        name: ReadyBlock(template, layers, number)
        for number, (name, template) in enumerate(block_templates().items())
    }
    ends: dict[str, LayerSpec] = {spec.type: spec for spec in (BlockInput(), BlockOutput())}
    return MappingProxyType({**layers, **ends, **ready})


def new_node(spec: LayerSpec, node_id: str, channels: int | None) -> Node:
    """A node of this kind with its defaults; a ready-made block suits the channels that come in."""
    if isinstance(spec, ReadyBlock):
        return spec.template.node(node_id, channels=channels)
    return Node(id=node_id, type=spec.type)

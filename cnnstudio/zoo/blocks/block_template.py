"""What a ready-made block is: a name, and a function that makes it for the channels that come in. Standard library only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from cnnstudio.core.layout import arrange
from cnnstudio.core.message import Message
from cnnstudio.core.network import BLOCK, Block, Network, Node, Position
from cnnstudio.core.params import Params
from cnnstudio.zoo.draft import Draft

USUAL_CHANNELS = 64
"""What is assumed where the channels that come in are not known."""

FEW = 16
"""Fewer channels than this are a picture's: a block that may choose its width does not go by them."""

Exposed = Mapping[str, tuple[str, ...]]
"""A parameter of the block to the inner ones that it sets: `{"filters": ("conv1.filters", "conv2.filters")}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockTemplate:
    """A block that opens ready-made, such as an Inception block."""

    name: str
    prefix: str
    """What ids of such a block start with."""
    help: Message
    make: Callable[[int], Block]
    """The block for so many channels."""
    inputs: int = 1
    keywords: tuple[str, ...] = ()
    order: int = 50

    def block(self, channels: int | None = None) -> Block:
        """The block, laid out, with sizes that suit what comes in."""
        made = self.make(channels or USUAL_CHANNELS)
        return replace(made, network=_laid_out(made.network))

    def node(self, node_id: str, *, channels: int | None = None, position: Position | None = None) -> Node:
        """A node that holds the block."""
        return Node(id=node_id, type=BLOCK, position=position, block=self.block(channels))


def wide(channels: int) -> int:
    """How many filters suit a block that need not keep the channels that come in."""
    return channels if channels >= FEW else USUAL_CHANNELS


def finished(draft: Draft, exposed: Exposed, *, repeat: int = 1) -> Block:
    """What was written down as a block: its last layer is the output."""
    draft.add("BlockOutput", "output")
    return Block(
        network=draft.network(),
        repeat=repeat,
        exposed=Params({name: list(targets) for name, targets in exposed.items()}),
    )


def begun() -> Draft:
    """A draft that starts with the block's one input."""
    draft = Draft()
    draft.add("BlockInput", "input")
    return draft


def normalised(
    draft: Draft,
    name: str,
    layer: str = "Conv2D",
    *,
    after: str | None = None,
    relu: bool = True,
    **params: object,
) -> str:
    """A convolution without bias, batch normalisation and, unless told otherwise, ReLU."""
    draft.add(layer, name, after=after, use_bias=False, **params)
    last = draft.add("BatchNormalization", f"{name}_norm")
    return draft.add("ReLU", f"{name}_relu") if relu else last


def _laid_out(network: Network) -> Network:
    nodes = {
        node_id: replace(node, block=replace(node.block, network=_laid_out(node.block.network)))
        if node.block is not None
        else node
        for node_id, node in network.nodes.items()
    }
    places = arrange(network)
    return Network.of(
        [replace(node, position=places[node_id]) for node_id, node in nodes.items()], network.edges
    )

"""What one says about a network in a line: parameters, work, depth, how far it sees. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.analysis import Analyser, Analysis
from cnnstudio.core.network import Network
from cnnstudio.layers import catalogue


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkFacts:
    """`depth`: kernels on the longest way from input to output, as papers count (ResNet-50 has 50)."""

    parameters: int
    """All weights, moving statistics included."""
    trainable: int
    macs: int
    """Multiply-accumulates for one image."""
    depth: int
    receptive_field: tuple[int, ...]
    """Pixels of the input, per axis, that one unit of the last map sees; empty where no window looks at the input."""


def facts(network: Network) -> NetworkFacts:
    """The facts of a network, blocks and all."""
    analysis = Analyser(catalogue()).analyse(network)
    return NetworkFacts(
        parameters=analysis.total_params,
        trainable=analysis.trainable_params,
        macs=analysis.macs,
        depth=_depth(analysis.expanded.network, analysis),
        receptive_field=_receptive_field(analysis),
    )


def _depth(network: Network, analysis: Analysis) -> int:
    depths: dict[str, int] = {}
    for node_id in analysis.order:
        own = any(weight.name.endswith("kernel") for weight in analysis.nodes[node_id].weights)
        before = max((depths.get(edge.source, 0) for edge in network.inputs(node_id)), default=0)
        depths[node_id] = before + own
    return max(depths.values(), default=0)


def _receptive_field(analysis: Analysis) -> tuple[int, ...]:
    seen = [
        tuple(field.size for field in result.fields) for result in analysis.nodes.values() if result.fields
    ]
    largest = max(seen, default=())
    return largest if any(size > 1 for size in largest) else ()

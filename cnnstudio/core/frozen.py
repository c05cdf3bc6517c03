"""Layers that do not learn, as the analysis tells of them: their weights count as not trained."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.params import Params


def frozen_nodes(training: Params) -> frozenset[str]:
    """The ids that the `frozen` setting of a project names; nothing where it is no list of names."""
    named = training.get("frozen", ())
    if isinstance(named, str):
        named = (named,)
    return (
        frozenset(name for name in named if isinstance(name, str))
        if isinstance(named, tuple)
        else frozenset()
    )


def is_frozen(address: str, frozen: Collection[str]) -> bool:
    """Whether a layer of the expanded network is named, or stands in a block that is."""
    return address in frozen or any(address.startswith((f"{name}/", f"{name}#")) for name in frozen)


def with_frozen(analysis: Analysis, frozen: Collection[str]) -> Analysis:
    """The analysis with the weights of frozen layers not trained, and their settings saying so."""
    if not frozen:
        return analysis
    nodes = dict(analysis.nodes)
    fewer = 0
    for address, known in analysis.nodes.items():
        if not known.weights or not is_frozen(address, frozen):
            continue
        fewer += known.trainable_count
        nodes[address] = replace(
            known,
            weights=tuple(replace(weight, trainable=False) for weight in known.weights),
            summary=f"frozen · {known.summary}" if known.summary else "frozen",
        )
    return replace(analysis, nodes=nodes, trainable_params=analysis.trainable_params - fewer)

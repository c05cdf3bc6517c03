"""Names that Keras and TensorFlow accept, made from the labels that people give. Standard library only."""

from __future__ import annotations

import re

from cnnstudio.core.network import Network

_REFUSED = re.compile(r"[^A-Za-z0-9_.>-]")
_REFUSED_AT_START = re.compile(r"^[^A-Za-z0-9.]")


def layer_names(network: Network) -> dict[str, str]:
    """Node id to the Keras name of its main layer: the node's label, with what Keras refuses replaced by `_`."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for node in network.nodes.values():
        wanted = clean_name(node.label)
        name, number = wanted, 1
        while name in taken:
            number += 1
            name = f"{wanted}_{number}"
        taken.add(name)
        names[node.id] = name
    return names


def clean_name(label: str) -> str:
    """A label as TensorFlow takes it for a scope: ASCII letters, digits and `_ . - >`."""
    name = _REFUSED.sub("_", label)
    if _REFUSED_AT_START.match(name):
        name = "layer" + name
    return name or "layer"

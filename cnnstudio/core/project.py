"""A project: a network, the data it is for, and how to train it, as one immutable value. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass, field

from cnnstudio.core.network import Network
from cnnstudio.core.params import EMPTY, Params

MOST_LAYERS = 5_000
"""What the window opens, and edits make, at most: five times the largest networks people publish.

More of them cannot be answered at the speed of a hand.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What a project file holds. `data` and `training` are read by `cnnstudio.data` and `cnnstudio.runs`."""

    name: str = ""
    network: Network = field(default_factory=Network)
    data: Params = EMPTY
    training: Params = EMPTY
    extra: Params = EMPTY
    """Top-level keys that this version does not know; written back unchanged."""
    network_extra: Params = EMPTY
    """Keys of the `network` object that this version does not know."""

"""Blocks ready to be placed as one node, opened and edited: `block_templates()`. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from cnnstudio.zoo.blocks.block_template import BlockTemplate

__all__ = ["BlockTemplate", "block_templates"]


@cache
def block_templates() -> Mapping[str, BlockTemplate]:
    """Every block by name, in teaching order. Found in this folder: a module's `BLOCKS`."""
    found: list[BlockTemplate] = []
    for info in iter_modules(__path__, f"{__name__}."):
        found += getattr(import_module(info.name), "BLOCKS", ())
    found.sort(key=lambda block: (block.order, block.name))
    return MappingProxyType({block.name: block for block in found})

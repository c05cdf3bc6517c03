"""All layers: one class in one file of a category's folder, found here by itself. Standard library only."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from cnnstudio.core.spec import Catalogue, LayerSpec

CATEGORIES = (
    "input",
    "convolution",
    "pooling",
    "activation",
    "normalisation",
    "regularisation",
    "shape",
    "merging",
    "dense",
    "augmentation",
    "attention",
)
"""The folders, in the palette's order."""


@cache
def catalogue() -> Catalogue:
    """Every layer type by name: categories in the palette's order, inside one by `order`, then by name."""
    found: dict[str, LayerSpec] = {}
    for category in CATEGORIES:
        layers = sorted(_layers_in(category), key=lambda layer: (layer.order, layer.type))
        found.update({layer.type: layer for layer in layers})
    return MappingProxyType(found)


def _layers_in(category: str) -> list[LayerSpec]:
    package = import_module(f"{__name__}.{category}")
    layers: list[LayerSpec] = []
    for info in iter_modules(package.__path__, f"{package.__name__}."):
        layers += [
            thing()
            for thing in vars(import_module(info.name)).values()
            if isinstance(thing, type) and issubclass(thing, LayerSpec) and thing.__module__ == info.name
        ]
    return layers

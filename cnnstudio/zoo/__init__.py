"""Networks built from layers, ready to open: `templates()`. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from cnnstudio.zoo.template import Template, ZooError

__all__ = ["Template", "ZooError", "templates"]

_ORDER = (
    "simple-cnn",
    "two-conv-cnn",
    "lenet5",
    "lenet5-sigmoid",
    "lenet5-batchnorm",
    "alexnet",
    "alexnet-gray",
    "vgg",
    "vgg11",
    "vgg13",
    "vgg16",
    "vgg19",
    "nin",
    "googlenet",
    "plain18",
    "plain34",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "resnet152",
    "densenet121",
    "squeezenet",
    "mobilenet-v1",
    "shufflenet-v1",
    "deformable-lenet",
    "dilated-context",
    "unet",
    "text-cnn",
    "gcn",
)


@cache
def templates() -> Mapping[str, Template]:
    """Every template by name, in teaching order. Found in this folder: a module's `TEMPLATES`."""
    found: dict[str, Template] = {}
    for info in iter_modules(__path__, f"{__name__}."):
        for template in getattr(import_module(info.name), "TEMPLATES", ()):
            found[template.name] = template
    places = {name: place for place, name in enumerate(_ORDER)}
    ordered = sorted(found.values(), key=lambda t: (places.get(t.name, len(places)), t.name))
    return MappingProxyType({template.name: template for template in ordered})

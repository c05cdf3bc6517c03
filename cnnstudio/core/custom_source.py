"""The text of the modules that define custom layers, for source that is written out. Nothing of them is imported."""

from __future__ import annotations

import re
from pathlib import Path

_ENGINE = Path(__file__).resolve().parent.parent / "engine"
_FOLDER = _ENGINE / "custom_layers"


def custom_layer_source(class_name: str, folder: Path = _FOLDER) -> str:
    """The module that defines a custom layer's class. Raises LookupError when there is none."""
    defines = re.compile(rf"^class {re.escape(class_name)}\b", re.MULTILINE)
    for path in sorted(folder.glob("*.py")):
        module = path.read_text("utf-8")
        if defines.search(module):
            return module
    raise LookupError(f"No custom layer is called {class_name}.")


def torch_layer_source(class_name: str) -> str:
    """The same for a layer of our own that PyTorch lacks."""
    return custom_layer_source(class_name, _ENGINE / "torch_layers")

"""All export formats by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cnnstudio.engine.exporting.format import ExportFormat
from cnnstudio.engine.exporting.keras_file import KerasFile
from cnnstudio.engine.exporting.litert import LiteRT
from cnnstudio.engine.exporting.onnx_file import OnnxFile
from cnnstudio.engine.exporting.python_script import PythonScript
from cnnstudio.engine.exporting.saved_model import SavedModel
from cnnstudio.engine.exporting.torch_text import TorchText
from cnnstudio.engine.exporting.weights import Weights

FORMATS: Mapping[str, ExportFormat] = MappingProxyType(
    {
        one.name: one
        for one in (KerasFile(), Weights(), SavedModel(), OnnxFile(), LiteRT(), PythonScript(), TorchText())
    }
)

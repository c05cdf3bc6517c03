"""ONNX: one file for ONNX Runtime and most other programs."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from cnnstudio.engine.exporting.format import Arrays, ExportFormat, Trained, as_arrays, by_name
from cnnstudio.engine.exporting.plain_operations import with_plain_operations


class OnnxFile(ExportFormat):
    """Takes batches of any size, channels last as in Keras."""

    name: ClassVar[str] = "onnx"
    suffix: ClassVar[str] = ".onnx"
    tolerance: ClassVar[float] = 1e-4

    def write(self, trained: Trained, path: Path) -> None:
        with_plain_operations(trained.model).export(path, format="onnx", verbose=False)

    def outputs(self, trained: Trained, path: Path, inputs: Arrays) -> Arrays | None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        names = [one.name for one in session.get_inputs()]
        return as_arrays(session.run(None, by_name(trained, names, inputs)))

"""PyTorch source of the architecture. Text alone: weights would need their axes moved."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from cnnstudio.core.custom_source import torch_layer_source
from cnnstudio.core.message import Message
from cnnstudio.core.torch_writer import torch_source
from cnnstudio.engine.exporting.format import Arrays, ExportFormat, Trained
from cnnstudio.engine.failures import EngineError
from cnnstudio.layers import catalogue


class TorchText(ExportFormat):
    """An `nn.Module` with fresh weights."""

    name: ClassVar[str] = "torch"
    suffix: ClassVar[str] = ".py"
    needs_project: ClassVar[bool] = True

    def write(self, trained: Trained, path: Path) -> None:
        if trained.project is None:
            raise EngineError(Message("There is no project to write the source from."))
        source = torch_source(
            trained.project.network, catalogue(), name=trained.project.name, custom_source=torch_layer_source
        )
        path.write_text(source, "utf-8")

    def outputs(self, trained: Trained, path: Path, inputs: Arrays) -> Arrays | None:
        compile(path.read_text("utf-8"), path.name, "exec")  # there is no PyTorch to run it with
        return None

    def note(self, trained: Trained) -> Message:
        return Message("The architecture alone, with fresh weights; it was not run.")

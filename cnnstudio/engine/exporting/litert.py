"""LiteRT (`.tflite`): one file for phones, browsers and microcontrollers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.engine.exporting.format import Arrays, ExportFormat, Trained, by_name
from cnnstudio.engine.exporting.plain_operations import for_inference


class LiteRT(ExportFormat):
    """32-bit floats, not quantised."""

    name: ClassVar[str] = "litert"
    suffix: ClassVar[str] = ".tflite"
    tolerance: ClassVar[float] = 1e-4

    def write(self, trained: Trained, path: Path) -> None:
        for_inference(trained.model).export(path, format="litert", verbose=False)

    def outputs(self, trained: Trained, path: Path, inputs: Arrays) -> Arrays | None:
        from ai_edge_litert.interpreter import Interpreter

        interpreter = Interpreter(model_path=str(path), num_threads=1)
        ((key, signature),) = interpreter.get_signature_list().items()
        runner = interpreter.get_signature_runner(key)
        given = by_name(trained, signature["inputs"], inputs)
        rows: list[list[Any]] = []
        for number in range(len(inputs[0])):  # one image at a time, as its programs do
            found = runner(**{name: one[number : number + 1] for name, one in given.items()})
            names = sorted(found, key=lambda name: int(name.rpartition("_")[2] or 0))
            rows.append([found[name] for name in names])
        return [np.concatenate(column) for column in zip(*rows, strict=True)]

    def note(self, trained: Trained) -> Message:
        return Message("It takes one image at a time unless its input is resized.")

"""LiteRT (`.tflite`): one file for phones, browsers and microcontrollers."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.engine.exporting.format import Arrays, ExportFormat, Trained


class LiteRT(ExportFormat):
    """32-bit floats, not quantised."""

    name: ClassVar[str] = "litert"
    suffix: ClassVar[str] = ".tflite"
    tolerance: ClassVar[float] = 1e-4

    def write(self, trained: Trained, path: Path) -> None:
        trained.model.export(path, format="litert", verbose=False)

    def outputs(self, trained: Trained, path: Path, inputs: Arrays) -> Arrays | None:
        from ai_edge_litert.interpreter import Interpreter

        interpreter = Interpreter(model_path=str(path), num_threads=1)
        places = interpreter.get_input_details()
        rows: list[list[Any]] = []
        for number in range(len(inputs[0])):  # one image at a time, as its programs do
            for place, one in zip(places, inputs, strict=True):
                interpreter.resize_tensor_input(place["index"], [1, *one.shape[1:]])
            interpreter.allocate_tensors()
            for place, one in zip(places, inputs, strict=True):
                interpreter.set_tensor(place["index"], one[number : number + 1])
            interpreter.invoke()
            outputs = interpreter.get_output_details()
            rows.append([interpreter.get_tensor(place["index"]).copy() for place in outputs])
        return [np.concatenate(column) for column in zip(*rows, strict=True)]

    def note(self, trained: Trained) -> Message:
        return Message("It takes one image at a time unless its input is resized.")

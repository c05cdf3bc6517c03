"""`.weights.h5`: the weights alone, for a model that is built by code."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import keras

from cnnstudio.core.message import Message
from cnnstudio.engine.exporting.format import Arrays, ExportFormat, Trained, as_arrays


class Weights(ExportFormat):
    """All weights, moving statistics included."""

    name: ClassVar[str] = "weights"
    suffix: ClassVar[str] = ".weights.h5"

    def write(self, trained: Trained, path: Path) -> None:
        trained.model.save_weights(path)

    def outputs(self, trained: Trained, path: Path, inputs: Arrays) -> Arrays | None:
        fresh = keras.models.clone_model(trained.model)
        fresh.load_weights(path)
        return as_arrays(fresh.predict_on_batch(inputs if len(inputs) > 1 else inputs[0]))

    def note(self, trained: Trained) -> Message:
        return Message("Load it with load_weights() into the same network, as the command code prints it.")

"""`.keras`: the whole model in one file, for Keras 3 with any backend."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import keras

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.engine.exporting.format import Arrays, ExportFormat, Trained, as_arrays, custom_layers_of


class KerasFile(ExportFormat):
    """Architecture and weights, without the optimizer's state."""

    name: ClassVar[str] = "keras"
    suffix: ClassVar[str] = ".keras"

    def write(self, trained: Trained, path: Path) -> None:
        keras.Model(trained.model.inputs, trained.model.outputs, name=trained.model.name).save(path)

    def outputs(self, trained: Trained, path: Path, inputs: Arrays) -> Arrays | None:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
        return as_arrays(model.predict_on_batch(inputs if len(inputs) > 1 else inputs[0]))

    def note(self, trained: Trained) -> Message:
        own = custom_layers_of(trained.model)
        if not own:
            return NO_MESSAGE
        return Message(
            "Keras alone cannot load it: import cnnstudio.engine.custom_layers first (it has {layers}), "
            "or take the format python, which brings them along.",
            layers=", ".join(own),
        )

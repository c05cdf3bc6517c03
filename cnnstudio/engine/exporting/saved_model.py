"""SavedModel: a folder for TensorFlow Serving and TensorFlow without Keras."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

import tensorflow as tf

from cnnstudio.engine.exporting.format import Arrays, ExportFormat, Trained, as_arrays
from cnnstudio.engine.exporting.plain_operations import for_inference


class SavedModel(ExportFormat):
    """A folder whose signature `serve` takes a batch of any size."""

    name: ClassVar[str] = "saved_model"
    suffix: ClassVar[str] = ""

    def write(self, trained: Trained, path: Path) -> None:
        for_inference(trained.model).export(path, format="tf_saved_model", verbose=False)

    def outputs(self, trained: Trained, path: Path, inputs: Arrays) -> Arrays | None:
        loaded = tf.saved_model.load(str(path))  # its variables live as long as this reference
        tensors = [tf.convert_to_tensor(one) for one in inputs]
        return as_arrays(loaded.serve(tensors if len(tensors) > 1 else tensors[0]))

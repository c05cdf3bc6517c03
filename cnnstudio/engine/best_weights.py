"""Putting the weights of a run's best model into a network that was built of the run's project."""

from __future__ import annotations

import zipfile
import zlib

import keras

from cnnstudio.core.message import Message
from cnnstudio.engine.failures import EngineError
from cnnstudio.runs.run_folder import RunFolder

DAMAGED = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error)
"""What Keras raises for a model file that is damaged, or is of another network."""


def refuse_without_model(folder: RunFolder) -> None:
    """Raise EngineError when the run has no model yet."""
    if not folder.has_model:
        raise EngineError(
            Message("The run has no model yet: no epoch has ended."),
            Message("Train it for at least one epoch."),
        )


def put_best_weights(model: keras.Model, folder: RunFolder) -> None:
    """Give `model` the weights in the run's model.keras; code in the file is never run. Raises EngineError."""
    refuse_without_model(folder)
    try:
        model.load_weights(folder.model)
    except DAMAGED as error:
        raise EngineError(
            Message("model.keras does not fit project.cnn or is damaged."),
            Message("Copy the whole run folder again, or train anew."),
        ) from error

"""The state of a training in one file: weights, moving statistics, random states, optimizer, and what was finished.

Plain NumPy arrays without pickles. Exact: a run that goes on from it computes what it would have computed.
"""

from __future__ import annotations

import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.atomic_file import sync_folder
from cnnstudio.core.message import Message
from cnnstudio.engine.failures import EngineError
from cnnstudio.runs.tables import Row

_META = "meta"
KEPT_ROWS = 200
"""Rows of history.csv in a checkpoint: what is written with every epoch does not grow with their number."""
_BROKEN = (
    OSError, ValueError, KeyError, TypeError, EOFError, NotImplementedError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What reading a damaged archive raises."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedEpoch:
    """The last epoch in a checkpoint. Epoch 0: none was finished, and there is no checkpoint either."""

    epoch: int
    step: int
    metrics: dict[str, float] = field(default_factory=dict)
    learning_rate: float = 0.0
    seconds: float = 0.0
    best_epoch: int = 0
    best_metrics: dict[str, float] = field(default_factory=dict)
    total_seconds: float = 0.0
    history: tuple[Row, ...] = ()
    """The rows of history.csv up to this epoch. A checkpoint holds the last KEPT_ROWS of them, whatever a kill kept
    from being written into the table; the table, which is exact too, holds the others (`whole_history`)."""


def save_checkpoint(path: Path, values: Sequence[NDArray[Any]], finished: FinishedEpoch) -> None:
    """Write the values of a model's variables, then its optimizer's, whole or not at all. Raises OSError."""
    arrays = {f"v{number}": value for number, value in enumerate(values)}
    told = {item.name: getattr(finished, item.name) for item in fields(finished)}
    arrays[_META] = np.frombuffer(json.dumps(told).encode("utf-8"), np.uint8)
    with replacing(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # its stub takes allow_pickle for one of the arrays


def whole_history(finished: FinishedEpoch, written: Sequence[Row]) -> tuple[Row, ...]:
    """The rows of all finished epochs, for whoever decides by the epochs that were: those of the checkpoint, and before
    them those that were `written` into history.csv. Rows that neither has are missing.
    """
    rows = {int(row.get("epoch", 0)): row for row in (*written, *finished.history)}
    return tuple(rows[epoch] for epoch in sorted(rows) if 0 < epoch <= finished.epoch)


def read_finished(path: Path) -> FinishedEpoch:
    """What a checkpoint says was finished. Raises EngineError when it cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            told = json.loads(bytes(arrays[_META]))
        told["history"] = tuple(told.get("history", ()))
        return FinishedEpoch(**told)
    except _BROKEN as error:
        raise _unreadable(error) from error


def load_checkpoint(path: Path, model: keras.Model) -> FinishedEpoch:
    """Put a checkpoint's state into a compiled model of the same network. Raises EngineError."""
    optimizer = model.optimizer
    if not optimizer.built:
        optimizer.build(model.trainable_variables)
    variables = [*model.variables, *optimizer.variables]
    try:
        with np.load(path, allow_pickle=False) as arrays:
            values = [arrays[f"v{number}"] for number in range(len(arrays.files) - 1)]
    except _BROKEN as error:
        raise _unreadable(error) from error
    if [value.shape for value in values] != [tuple(variable.shape) for variable in variables]:
        raise EngineError(
            Message("The run's saved state does not fit its network."),
            Message("It was written by another version, or project.cnn was changed. Start a new run."),
        )
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
    return read_finished(path)


def save_model(path: Path, model: keras.Model) -> None:
    """Write a model without its optimizer as a `.keras` file, whole or not at all. Raises OSError."""
    bare = keras.Model(model.input, model.output, name=model.name)
    with replacing(path) as temporary:
        bare.save(temporary)


def is_whole(path: Path) -> bool:
    """Whether a `.keras` file or a checkpoint is there and every byte of it is as it was written."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.testzip() is None
    except _BROKEN:
        return False


class replacing:  # noqa: N801 - reads as a verb: with replacing(path) as temporary
    """A name beside `path` to write to; on success it takes `path`'s place, on failure it vanishes.

    What took the place is on the disk, so that a power cut leaves the old file or the new one.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=path.suffix, dir=path.parent)
        os.close(handle)
        self._temporary = Path(name)

    def __enter__(self) -> Path:
        return self._temporary

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._temporary.chmod(0o644)
            with self._temporary.open("rb+") as file:
                os.fsync(file.fileno())
            self._temporary.replace(self._path)
            sync_folder(self._path.parent)
        else:
            self._temporary.unlink(missing_ok=True)


def _unreadable(error: Exception) -> EngineError:
    return EngineError(
        Message("The run's saved state cannot be read: {reason}", reason=str(error)),
        Message("Start a new run; the model of its best epoch may still be good."),
    )

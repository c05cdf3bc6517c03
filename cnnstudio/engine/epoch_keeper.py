"""Puts finished epochs on disk while the next one is already training: one thread, one epoch at a time, in order.

An epoch's checkpoint, its model and its row in history.csv are written in this order; the row makes it finished.
Whoever goes on from a checkpoint makes up for what a kill kept from being written after it.
"""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnnstudio.engine.checkpoint import KEPT_ROWS, FinishedEpoch, save_checkpoint, save_model
from cnnstudio.runs.run_folder import CHECKPOINT, MODEL
from cnnstudio.runs.run_writer import RunWriter, history_row
from cnnstudio.runs.tables import Row

Arrays = list[NDArray[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptEpoch:
    """An epoch with copies of all variables of its model and its optimizer, which go on changing."""

    finished: FinishedEpoch
    model: Arrays
    optimizer: Arrays
    is_best: bool
    averaged: Arrays | None = None
    """The model's variables with averaged weights, which are what the best model is made of where there are any."""


class EpochKeeper:
    """The one who writes epochs into a run folder. `written` is called from its thread after each.

    `spare` is a model like the trained one; the best epochs' weights go through it into model.keras. `history` holds
    the rows of the epochs that were finished before.
    """

    def __init__(
        self,
        writer: RunWriter,
        spare: keras.Model,
        written: Callable[[KeptEpoch], None],
        history: Sequence[Row] = (),
    ) -> None:
        self._writer = writer
        self._history = deque(history, maxlen=KEPT_ROWS)
        self._spare = spare
        self._written = written
        self._waiting: queue.Queue[KeptEpoch | None] = queue.Queue(maxsize=1)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="epoch-keeper", daemon=True)
        self._thread.start()

    def keep(self, epoch: KeptEpoch) -> None:
        """Hand an epoch over; waits only when the one before the last is still being written.

        Raises what went wrong with an earlier one.
        """
        self._check()
        self._waiting.put(epoch)

    def close(self) -> None:
        """Wait until everything is on disk. Raises what went wrong. Safe to call twice."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()
        self._check()

    def _check(self) -> None:
        error, self._error = self._error, None
        if error is not None:
            raise error

    def _work(self) -> None:
        while (epoch := self._waiting.get()) is not None:
            if self._error is not None:
                continue
            try:
                self._write(epoch)
            except BaseException as error:  # noqa: BLE001 - raised in the training's thread
                self._error = error

    def _write(self, epoch: KeptEpoch) -> None:
        folder = self._writer.path
        finished = epoch.finished
        self._history.append(row_of(finished))
        finished = replace(finished, history=tuple(self._history))
        save_checkpoint(folder / CHECKPOINT, [*epoch.model, *epoch.optimizer], finished)
        if epoch.is_best:
            for variable, value in zip(self._spare.variables, epoch.averaged or epoch.model, strict=True):
                variable.assign(value)
            save_model(folder / MODEL, self._spare)
        self._writer.end_epoch(self._history[-1])
        self._writer.update(
            epochs_done=finished.epoch,
            best_epoch=finished.best_epoch,
            metrics=finished.best_metrics,
            seconds=round(finished.total_seconds, 3),
        )
        self._written(epoch)


def row_of(finished: FinishedEpoch) -> Row:
    """An epoch as a row of history.csv."""
    return history_row(finished.epoch, finished.metrics, finished.learning_rate, finished.seconds)


def copies(variables: list[Any]) -> Arrays:
    """The variables' values now, as arrays of their own."""
    return [
        np.array(keras.ops.convert_to_numpy(keras.ops.convert_to_tensor(variable)), copy=True)
        for variable in variables
    ]

"""What happens between batches and epochs of a `fit`: telling, pausing, stopping. It must cost the training nothing.

Keras would turn every batch's logs into numbers at once, which waits for the device each time, and may call
callbacks from other threads, which then cannot hold the training. So this takes the place of Keras's own list of
callbacks: logs are kept as they are and turned into numbers ten times a second.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, Protocol

import keras

from cnnstudio.engine.averaging import AveragedWeights
from cnnstudio.engine.control import RunControl

_TELL_EVERY = 0.1
"""Seconds between two reports of batches."""
_OF_AN_END = ("accuracy", "f1", "mae")


Notes = Callable[[int], list[dict[str, float]]]
"""The logs after each of the first so many steps of the last call, where one call of Keras's runs several."""


class FitListener(Protocol):
    """Who is told what happens. All are called from the training's own thread."""

    def on_batches(
        self,
        epoch: int,
        first_step: int,
        losses: list[float],
        accuracies: list[float],
        images_per_second: float,
    ) -> None:
        """Some batches ended. Epochs and steps count from 1."""

    def on_pause(self) -> None:
        """The training holds."""

    def on_continue(self) -> None:
        """The training goes on."""

    def on_validation(self) -> None:
        """The epoch's batches are done; validation begins."""

    def on_epoch(self, epoch: int, step: int, metrics: dict[str, float], seconds: float) -> None:
        """An epoch ended. `seconds` leaves pauses out."""


class FitCallbacks(keras.callbacks.CallbackList):  # type: ignore[misc]  # Keras ships no types
    """Pass it to `fit(callbacks=…)`. `set_epoch` is told each epoch's number (from 0) before its first batch."""

    def __init__(
        self,
        model: keras.Model,
        listener: FitListener,
        control: RunControl,
        set_epoch: Callable[[int], None],
        *,
        steps: int,
        batch_size: int,
        count: int,
        averaged: AveragedWeights | None = None,
        output: str = "",
        notes: Notes | None = None,
    ) -> None:
        """`output`: name of the main output where there are several; its metrics lose that name.

        `notes` tells of the single steps where several run in one call; each epoch begins with a new call.
        """
        super().__init__([], add_history=True, add_progbar=False, model=model)
        self._fitted = model
        self._listener = listener
        self._control = control
        self._set_epoch = set_epoch
        self._steps = steps
        self._batch_size = batch_size
        self._count = count
        self._averaged = averaged or AveragedWeights(model)
        self._output = output
        self._notes = notes
        self._stepped = 0
        """Batches of this epoch that were trained."""
        self._epoch = 0
        self._told = 0
        """Batches of this epoch that were told."""
        self._waiting: list[Any] = []
        self._last_tell = 0.0
        self._began = 0.0
        self._paused_seconds = 0.0
        self._sum_loss = self._sum_accuracy = 0.0
        self._seen = 0
        self.lost_step = 0
        """The first step whose loss was not a number; 0: none."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        self._epoch = epoch
        self._set_epoch(epoch)
        self._told = self._seen = self._stepped = 0
        self._sum_loss = self._sum_accuracy = 0.0
        self._began = self._last_tell = time.perf_counter()
        self._paused_seconds = 0.0
        super().on_epoch_begin(epoch, logs)

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Nothing."""

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        if self._notes is not None:
            end = min(batch + 1, self._steps)
            self._waiting += self._notes(end - self._stepped)
            self._stepped = end
        else:
            self._waiting.append(self._plain(logs) if self._output else logs)
        if time.perf_counter() - self._last_tell >= _TELL_EVERY:
            self._tell()
        if self._control.wanted:
            self._obey()

    def on_test_begin(self, logs: Any = None) -> None:
        self._tell()
        if self._control.stops_now or self.lost_step:
            self._fitted.stop_evaluating = True
        else:
            self._listener.on_validation()
        self._averaged.put_in()
        super().on_test_begin(logs)

    def on_test_end(self, logs: Any = None) -> None:
        super().on_test_end(logs)
        self._averaged.put_back()

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Nothing."""

    def on_test_batch_end(self, _batch: int, _logs: Any = None) -> None:
        if self._control.wanted:
            self._obey()
        if self._control.stops_now or self.lost_step:
            self._fitted.stop_evaluating = True

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self._tell()
        super().on_epoch_end(epoch, logs)
        if self._control.stops_now or self.lost_step:
            self._fitted.stop_training = True
            return  # cut short: not a finished epoch
        metrics = {name: float(value) for name, value in self._plain(logs or {}).items()}
        seconds = time.perf_counter() - self._began - self._paused_seconds
        self._listener.on_epoch(epoch + 1, (epoch + 1) * self._steps, metrics, seconds)
        if self._control.stops_after_epoch:
            self._fitted.stop_training = True

    def _plain(self, logs: Any) -> Any:
        """Logs of a network with several ends, the main one's metrics named as if there were no other."""
        if not self._output:
            return logs
        names = {f"{part}{self._output}_{name}": part + name for part in ("", "val_") for name in _OF_AN_END}
        return {names.get(name, name): value for name, value in logs.items()}

    def _obey(self) -> None:
        if self._control.is_paused:
            self._tell()
            self._listener.on_pause()
            start = time.perf_counter()
            self._control.wait_while_paused()
            held = time.perf_counter() - start
            self._paused_seconds += held
            self._last_tell += held
            if not self._control.stops_now:
                self._listener.on_continue()
        if self._control.stops_now:
            self._fitted.stop_training = True

    def _tell(self) -> None:
        """Turn the logs kept so far, running means of the epoch, into single batches' values, and report them."""
        now = time.perf_counter()
        waiting, self._waiting = self._waiting, []
        if not waiting:
            self._last_tell = now
            return
        losses: list[float] = []
        accuracies: list[float] = []
        images = 0
        for number, logs in enumerate(waiting, start=self._told):
            size = min(self._batch_size, self._count - number * self._batch_size)
            self._seen += size
            images += size
            total = float(logs["loss"]) * self._seen
            losses.append((total - self._sum_loss) / size)
            self._sum_loss = total
            if "accuracy" in logs:
                total = float(logs["accuracy"]) * self._seen
                accuracies.append(min(1.0, max(0.0, round((total - self._sum_accuracy) / size, 6))))
                self._sum_accuracy = total
        first = self._epoch * self._steps + self._told + 1
        self._told += len(waiting)
        speed = images / max(1e-9, now - self._last_tell)
        self._last_tell = now
        for number, loss in enumerate(losses):
            if not math.isfinite(loss) and not self.lost_step:
                self.lost_step = first + number
                self._fitted.stop_training = True
        self._listener.on_batches(self._epoch + 1, first, losses, accuracies, speed)

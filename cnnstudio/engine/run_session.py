"""One training from its start to its end: prepare, fit, keep every epoch, measure, end or fail in plain words."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import keras
import numpy as np

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.project import Project
from cnnstudio.data.problem import Cancelled
from cnnstudio.data.settings import DataSettings
from cnnstudio.engine.averaging import AveragedWeights, averaged_copies
from cnnstudio.engine.backend import begin_epoch, versions
from cnnstudio.engine.batches import TrainingBatches, naming_broken_files, ordered_batches
from cnnstudio.engine.best_epoch import BestEpoch
from cnnstudio.engine.checkpoint import FinishedEpoch, is_whole, load_checkpoint, save_model, whole_history
from cnnstudio.engine.class_weights import class_weights_of
from cnnstudio.engine.control import RunControl
from cnnstudio.engine.datasets import ImageData
from cnnstudio.engine.devices import keras_device
from cnnstudio.engine.epoch_keeper import EpochKeeper, KeptEpoch, copies
from cnnstudio.engine.failures import EngineError, explain
from cnnstudio.engine.fit_callbacks import FitCallbacks
from cnnstudio.engine.fitting import feed, fit
from cnnstudio.engine.heads import main_part
from cnnstudio.engine.initial_weights import take_weights
from cnnstudio.engine.judging import stops_after
from cnnstudio.engine.optimizers import inner_of
from cnnstudio.engine.preparing import Prepared, counts, prepare, read_images, spare_model, told_by
from cnnstudio.engine.run_listener import Emit, RunListener
from cnnstudio.engine.schedules import fall_on_plateau, rate_used
from cnnstudio.runs.curves import write_curves
from cnnstudio.runs.events import EpochEnded, Phase, PhaseChanged, RunEnded, RunState
from cnnstudio.runs.metrics.classification import confusion_matrix
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.run_folder import CHECKPOINT, MODEL, RunFolder
from cnnstudio.runs.run_writer import RunWriter
from cnnstudio.runs.tables import Row

_CURVES_EVERY = 60.0
"""Seconds between two drawings of curves.png while the run goes on."""


class RunSession:
    """One training from its start to its end; the listener of its own `fit`."""

    def __init__(
        self,
        project: Project,
        data_dir: Path,
        settings: DataSettings,
        plan: TrainingPlan,
        emit: Emit,
        control: RunControl,
        record: RunRecord,
    ) -> None:
        self._project = project
        self._data_dir = data_dir
        self._settings = settings
        self._plan = plan
        self._emit = emit
        self._control = control
        self._record = record
        self._run_id = record.run_id
        self._writer: RunWriter | None = None
        self._keeper: EpochKeeper | None = None
        self._steps = 0
        self._best = BestEpoch(by=plan.best_metric)
        self._history: list[Mapping[str, float]] = []
        """Metrics of the epochs so far: stopping and plateaus are decided by them alone."""
        self._seconds = 0.0
        self._last_curves = 0.0

    # -------------------------------------------------------------------------------------- start and end

    def guarded(self, work: Callable[[], RunRecord]) -> RunRecord:
        """Do `work`; whatever goes wrong is written into the run folder, emitted, and raised in plain words."""
        try:
            return work()
        except Cancelled:
            return self._end("stopped", Message("Stopped before training began."))
        except BaseException as error:
            self._close_keeper(error)
            explained = explain(error)
            if self._writer is not None:
                self._fail(error, explained)
            self._emit(
                RunEnded(
                    run_id=self._run_id,
                    state="failed",
                    message=explained.message,
                    hint=explained.hint,
                    best_epoch=self._best.epoch,
                    metrics=self._best.metrics,
                    seconds=self._seconds,
                )
            )
            if isinstance(error, Exception) and not hasattr(error, "message"):
                raise explained from error
            raise
        finally:
            if self._writer is not None:
                self._writer.close()

    def start(self, run_dir: Path) -> RunRecord:
        """A new run."""
        data, shape = self._read()
        prepared = self._build(data)
        taken = None
        if self._plan.initial_weights:
            taken = take_weights(prepared.model, Path(self._plan.initial_weights))
        self._writer = RunWriter.create(
            run_dir,
            replace(
                self._record,
                classes=told_by(data),
                task=data.task,
                started_from=taken.to_json() if taken is not None else {},
                input_shape=shape,
                device=_device_text(prepared),
                parameters=int(prepared.model.count_params()),
                data={**self._record.data, **counts(data)},
            ),
            self._project,
        )
        self._writer.log(str(data.keeping.message))
        for problem in data.left_out:
            self._writer.log(f"left out: {problem.path}: {problem.message}")
        for line in taken.lines() if taken is not None else ():
            self._writer.log(line)
        return self._fit(prepared, data, FinishedEpoch(epoch=0, step=0))

    def go_on(self, folder: RunFolder) -> RunRecord:
        """A run that exists."""
        data, shape = self._read()
        record = folder.record
        if record.classes and told_by(data) != record.classes:
            raise EngineError(
                Message("The data folder has other classes than the run was trained on."),
                Message("Choose the folder with the classes {classes}.", classes=", ".join(record.classes)),
            )
        prepared = self._build(data)
        finished = FinishedEpoch(epoch=0, step=0)
        if (folder.path / CHECKPOINT).is_file():
            finished = load_checkpoint(folder.path / CHECKPOINT, prepared.model)
            finished = replace(finished, history=whole_history(finished, folder.history()))
        self._writer = RunWriter.reopen(
            folder, epochs_done=finished.epoch, last_step=finished.step, history=finished.history
        )
        self._best = BestEpoch(finished.best_epoch, dict(finished.best_metrics), self._plan.best_metric)
        self._make_up_for_model(prepared.model, finished)
        self._seconds = finished.total_seconds
        self._writer.update(
            plan=self._plan,
            device=_device_text(prepared),
            input_shape=shape,
            data={**record.data, "path": str(self._data_dir), **counts(data)},
            versions=versions(),
            epochs_done=finished.epoch,
            best_epoch=self._best.epoch,
            metrics=self._best.metrics,
        )
        self._writer.log(str(data.keeping.message))
        self._writer.log(f"resumed after epoch {finished.epoch}" if finished.epoch else "started again")
        if self._plan.backend != record.plan.backend:
            self._writer.log(f"went on with {self._plan.backend} after {record.plan.backend}")
        return self._fit(prepared, data, finished)

    # -------------------------------------------------------------------------------------- steps

    def _read(self) -> tuple[ImageData, tuple[int, int, int]]:
        return read_images(
            self._project,
            self._data_dir,
            self._settings,
            say=partial(self._phase, "preparing"),
            cancelled=lambda: self._control.stops_now,
        )

    def _build(self, data: ImageData) -> Prepared:
        self._phase("building", Message("Building the network"))
        return prepare(self._project, self._plan, data)

    def _make_up_for_model(self, model: keras.Model, finished: FinishedEpoch) -> None:
        """See to it that model.keras holds the best epoch, whatever a kill or a damaged disk did to it.

        `model` is as the last finished epoch left it. When that is not the best one, and the best one's file is
        damaged, the last one takes its place.
        """
        path = self._open_writer.path / MODEL
        if not finished.epoch or (finished.best_epoch != finished.epoch and is_whole(path)):
            return
        if finished.best_epoch != finished.epoch:
            self._open_writer.log(f"{MODEL} was damaged: epoch {finished.epoch} takes the place of the best")
            self._best = BestEpoch(finished.epoch, dict(finished.metrics), self._plan.best_metric)
        averaged = AveragedWeights(model)
        averaged.put_in()
        save_model(path, model)
        averaged.put_back()

    def _fit(self, prepared: Prepared, data: ImageData, finished: FinishedEpoch) -> RunRecord:
        writer = self._open_writer
        model, head = prepared.model, prepared.head
        source = feed(prepared, self._project.network, self._plan, data, self._record.pixels)
        batches = source.training
        self._steps = batches.steps
        self._history = [_numbers(row) for row in finished.history]
        weights = class_weights_of(self._plan, data, head)
        writer.update(steps_per_epoch=batches.steps)
        self._last_curves = time.monotonic()
        self._keeper = EpochKeeper(
            writer, spare_model(self._project, self._plan), self._written, finished.history
        )
        listener = RunListener(writer, self._emit, self._run_id, partial(self.finished_epoch, model))
        callbacks = FitCallbacks(
            model,
            listener,
            self._control,
            partial(self._begin_epoch, batches),
            steps=batches.steps,
            batch_size=batches.batch_size,
            count=batches.count,
            averaged=AveragedWeights(model),
            output=head.output,
            notes=source.notes,
        )
        self._phase("training", NO_MESSAGE, remark=_remark(data))
        ended = finished.epoch >= self._plan.epochs or stops_after(self._plan, self._history)
        if not ended and not self._control.stops_after_epoch:
            fit(
                prepared,
                source,
                callbacks,
                epochs=self._plan.epochs,
                finished=finished.epoch,
                class_weight=weights,
            )
        self._keeper.close()
        if callbacks.lost_step:
            epoch = (callbacks.lost_step - 1) // self._steps + 1
            raise EngineError(
                Message(
                    "The loss was no longer a number in epoch {epoch} (batch {step}).",
                    epoch=epoch,
                    step=callbacks.lost_step,
                ),
                Message("Use a smaller learning rate, or add batch normalisation. Finished epochs are kept."),
            )
        return self._finish(prepared, data)

    def _begin_epoch(self, batches: TrainingBatches, epoch: int) -> None:
        batches.begin_epoch(epoch)
        begin_epoch(self._plan.seed, epoch)

    def finished_epoch(
        self, model: keras.Model, epoch: int, step: int, metrics: dict[str, float], seconds: float
    ) -> None:
        """Hand an epoch over to be put on disk; it is told of when it is there."""
        self._seconds += seconds
        is_best = self._best.offer(epoch, metrics)
        optimizer = inner_of(model.optimizer)
        rate = rate_used(optimizer)
        self._history.append(metrics)
        fall_on_plateau(self._plan, optimizer, self._history)
        if stops_after(self._plan, self._history):
            model.stop_training = True
        finished = FinishedEpoch(
            epoch=epoch,
            step=step,
            metrics=metrics,
            learning_rate=rate,
            seconds=seconds,
            best_epoch=self._best.epoch,
            best_metrics=self._best.metrics,
            total_seconds=self._seconds,
        )
        assert self._keeper is not None
        self._keeper.keep(
            KeptEpoch(
                finished=finished,
                model=copies(model.variables),
                optimizer=copies(model.optimizer.variables),
                averaged=averaged_copies(model) if is_best and self._plan.use_ema else None,
                is_best=is_best,
            )
        )
        self._phase("training", NO_MESSAGE)

    def _written(self, kept: KeptEpoch) -> None:
        """Tell of an epoch that is on disk. Called from the keeper's thread."""
        finished = kept.finished
        self._emit(
            EpochEnded(
                run_id=self._run_id,
                epoch=finished.epoch,
                step=finished.step,
                metrics=finished.metrics,
                learning_rate=finished.learning_rate,
                seconds=finished.seconds,
                is_best=kept.is_best,
            )
        )
        now = time.monotonic()
        if now - self._last_curves > _CURVES_EVERY:
            write_curves(self._open_writer.path)
            self._last_curves = now

    def _finish(self, prepared: Prepared, data: ImageData) -> RunRecord:
        writer = self._open_writer
        model, head = prepared.model, prepared.head
        self._phase("evaluating", Message("Measuring the best epoch"))
        if self._best.epoch:
            keras.Model(model.input, model.output).load_weights(writer.path / MODEL)
        else:  # stopped in the first epoch: what there is, is the result
            save_model(writer.path / MODEL, model)
        measured = data.validation if len(data.validation) else data.train
        with keras.device(keras_device(prepared.device)), naming_broken_files(measured):
            batches = ordered_batches(
                measured, head, pixels=self._record.pixels, batch_size=self._plan.batch_size
            )
            outputs = main_part(model, head).predict(batches, verbose=0)
        if head.task == "classification":
            guesses = head.probabilities(np.asarray(outputs, np.float32)).argmax(axis=1)
            matrix = confusion_matrix(measured.labels, guesses, len(data.classes))
            writer.write_confusion(matrix.tolist(), data.classes)
        self._phase("saving", Message("Drawing the curves"))
        done = writer.record.epochs_done
        if self._control.stops_after_epoch and done < self._plan.epochs:
            text = Message("Stopped after {done} of {epochs} epochs.", done=done, epochs=self._plan.epochs)
            return self._end("stopped", text)
        if done < self._plan.epochs:
            return self._end(
                "finished",
                Message(
                    "Finished after {epochs} epochs: {metric} made no more progress.",
                    epochs=done,
                    metric=self._plan.stopping_metric,
                ),
            )
        return self._end("finished", Message("Finished {epochs} epochs.", epochs=done))

    def _end(self, state: RunState, message: Message) -> RunRecord:
        record = replace(self._record, state=state)
        if self._writer is not None:
            self._writer.update(state=state, process=None, seconds=round(self._seconds, 3))
            write_curves(self._writer.path)
            self._writer.log(str(message))
            record = self._writer.record
        self._emit(
            RunEnded(
                run_id=self._run_id,
                state=state,
                message=message,
                best_epoch=self._best.epoch,
                metrics=self._best.metrics,
                seconds=self._seconds,
            )
        )
        return record

    def _close_keeper(self, error: BaseException) -> None:
        """Put on disk what was finished before `error`."""
        try:
            if self._keeper is not None:
                self._keeper.close()
        except Exception as second:  # noqa: BLE001 - the first error is the one to tell of
            error.add_note(f"An epoch could not be written: {second}")

    def _fail(self, error: BaseException, explained: EngineError) -> None:
        """Leave word of a failure in the run folder, as far as it can still be written."""
        writer = self._open_writer
        failure = {"message": str(explained.message), "hint": str(explained.hint)}
        try:
            writer.log_error(error)
            writer.update(state="failed", process=None, failure=failure, seconds=round(self._seconds, 3))
            write_curves(writer.path)
        except Exception as second:  # noqa: BLE001 - a full disk must not hide why the run failed
            error.add_note(f"The run folder could not be written either: {second}")

    # -------------------------------------------------------------------------------------- small things

    @property
    def _open_writer(self) -> RunWriter:
        assert self._writer is not None
        return self._writer

    def _phase(self, phase: Phase, message: Message, *, remark: Message = NO_MESSAGE) -> None:
        self._emit(
            PhaseChanged(
                run_id=self._run_id,
                phase=phase,
                message=message,
                remark=remark,
                steps_per_epoch=self._steps,
                epochs=self._plan.epochs,
            )
        )


def _numbers(row: Row) -> dict[str, float]:
    """The metrics in a row of history.csv."""
    return {name: float(value) for name, value in row.items()}


def _remark(data: ImageData) -> Message:
    """What of the images' place makes the run slower than it could be."""
    return data.keeping.message if data.keeping.where == "nowhere" else NO_MESSAGE


def _device_text(prepared: Prepared) -> str:
    return f"{prepared.device.id}: {prepared.device.name}"

"""Training a project on a data folder into a run folder, and going on with a run. What the command line and the server call.

Everything is written as it comes: a kill at any instant keeps all finished epochs.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import keras
import numpy as np

from cnnstudio.core.analysis import Analyser
from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.data.problem import Cancelled
from cnnstudio.data.settings import DataSettings
from cnnstudio.engine.backend import be_deterministic, begin_epoch, versions, with_running_backend
from cnnstudio.engine.builder import build
from cnnstudio.engine.checkpoint import (
    FinishedEpoch,
    load_checkpoint,
    save_model,
)
from cnnstudio.engine.control import RunControl
from cnnstudio.engine.datasets import (
    ImageData,
    TrainingBatches,
    input_shape_of,
    ordered_batches,
    read_folder,
)
from cnnstudio.engine.devices import DeviceInfo, allow_memory_growth, choose_device, keras_device, processor
from cnnstudio.engine.epoch_keeper import EpochKeeper, KeptEpoch, copies
from cnnstudio.engine.evaluation import confusion_matrix
from cnnstudio.engine.failures import EngineError, explain
from cnnstudio.engine.fit_callbacks import FitCallbacks
from cnnstudio.engine.heads import Head, compile_model, head_of
from cnnstudio.engine.pixels import pixel_range
from cnnstudio.engine.run_listener import Emit, RunListener
from cnnstudio.layers import catalogue
from cnnstudio.runs.curves import write_curves
from cnnstudio.runs.events import EpochEnded, Phase, PhaseChanged, RunEnded, RunState
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.run_folder import CHECKPOINT, MODEL, RunFolder
from cnnstudio.runs.run_writer import RunWriter

_CURVES_EVERY = 60.0
"""Seconds between two drawings of curves.png while the run goes on."""


def train(
    project: Project,
    data_dir: Path,
    run_dir: Path,
    *,
    emit: Emit,
    control: RunControl | None = None,
    plan: TrainingPlan | None = None,
    run_id: str = "",
) -> RunRecord:
    """Train `project` on the images in `data_dir` and write `run_dir`, a new or empty folder.

    `plan` defaults to the project's training settings. Emits run events, the last one a RunEnded. Gives what
    run.json holds at the end; its `state` is `finished` or `stopped`. Raises EngineError, PlanError, RunFolderError
    and their like with a message and a cure; when the run folder exists by then, it says `failed` and why.
    """
    plan = with_running_backend(plan or TrainingPlan.from_json(project.training))
    run_id = run_id or uuid.uuid4().hex[:12]
    project = replace(project, training=Params(plan.to_json()))
    settings = DataSettings.from_json(project.data)
    record = RunRecord(
        run_id=run_id,
        name=project.name,
        plan=plan,
        seed=plan.seed,
        data={"path": str(data_dir), "settings": settings.to_json()},
        pixels=pixel_range(project.network),
        versions=versions(),
    )
    session = _Session(project, data_dir, settings, plan, emit, control or RunControl(), record)
    return session.guarded(lambda: session.start(run_dir))


def resume(
    run_dir: Path,
    *,
    emit: Emit,
    control: RunControl | None = None,
    data_dir: Path | None = None,
    epochs: int = 0,
) -> RunRecord:
    """Go on with a run after its last finished epoch, up to `epochs` in all (0: as planned).

    `data_dir` is where the images are now; None: where they were. Emits and raises as `train`.
    """
    folder = RunFolder.open(run_dir)
    if folder.is_live:
        raise EngineError(
            Message("The run is being trained by another process."),
            Message("Wait for its end, or stop it first."),
        )
    if not (run_dir / CHECKPOINT).is_file():
        raise EngineError(
            Message("The run was over before its first epoch ended, so there is nothing to go on from."),
            Message("Start a new run."),
        )
    record = folder.record
    # the saved state is plain arrays: any backend can go on from it
    plan = replace(record.plan, epochs=epochs or record.plan.epochs, backend=keras.backend.backend())
    settings = DataSettings.from_json(_settings_of(record))
    where = data_dir or Path(str(record.data.get("path", "")))
    project = replace(folder.project(), training=Params(plan.to_json()))
    session = _Session(project, where, settings, plan, emit, control or RunControl(), record)
    return session.guarded(lambda: session.go_on(folder))


class _Session:
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
        self._best_epoch = 0
        self._best_metrics: dict[str, float] = {}
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
                    best_epoch=self._best_epoch,
                    metrics=self._best_metrics,
                    seconds=self._seconds,
                )
            )
            if isinstance(error, Exception) and not hasattr(error, "message"):
                raise explained from error
            raise
        finally:
            if self._writer is not None:
                self._writer.close()

    def _spare(self) -> keras.Model:
        """A model of the same network, for writing one epoch's weights while the next is training."""
        with keras.device(processor()):
            return build(
                self._project.network,
                catalogue(),
                name=self._project.name or None,
                mixed_precision=self._plan.mixed_precision,
            )

    def start(self, run_dir: Path) -> RunRecord:
        """A new run."""
        data, shape = self._read()
        device, model, head = self._build(data)
        self._writer = RunWriter.create(
            run_dir,
            replace(
                self._record,
                classes=data.classes,
                input_shape=shape,
                device=f"{device.id}: {device.name}",
                parameters=int(model.count_params()),
                data={**self._record.data, **_counts(data)},
            ),
            self._project,
        )
        for problem in data.left_out:
            self._writer.log(f"left out: {problem.path}: {problem.message}")
        return self._fit(model, head, data, device, epochs_done=0)

    def go_on(self, folder: RunFolder) -> RunRecord:
        """A run that exists."""
        data, shape = self._read()
        record = folder.record
        if record.classes and data.classes != record.classes:
            raise EngineError(
                Message("The data folder has other classes than the run was trained on."),
                Message("Choose the folder with the classes {classes}.", classes=", ".join(record.classes)),
            )
        device, model, head = self._build(data)
        finished = load_checkpoint(folder.path / CHECKPOINT, model)
        self._writer = RunWriter.reopen(folder, epochs_done=finished.epoch, last_step=finished.step)
        rows = folder.history()
        if not rows or int(rows[-1]["epoch"]) < finished.epoch:  # killed between the checkpoint and the row
            self._writer.end_epoch(finished.epoch, finished.metrics, finished.learning_rate, finished.seconds)
        self._best_epoch, self._best_metrics = finished.best_epoch, finished.best_metrics
        self._seconds = finished.total_seconds
        self._writer.update(
            plan=self._plan,
            device=f"{device.id}: {device.name}",
            input_shape=shape,
            data={**record.data, "path": str(self._data_dir), **_counts(data)},
            versions=versions(),
            epochs_done=finished.epoch,
            best_epoch=self._best_epoch,
            metrics=self._best_metrics,
        )
        self._writer.log(f"resumed after epoch {finished.epoch}")
        if self._plan.backend != record.plan.backend:
            self._writer.log(f"went on with {self._plan.backend} after {record.plan.backend}")
        return self._fit(model, head, data, device, epochs_done=finished.epoch)

    # -------------------------------------------------------------------------------------- steps

    def _read(self) -> tuple[ImageData, tuple[int, int, int]]:
        self._phase("preparing", Message("Reading the images"))
        analysis = Analyser(catalogue()).analyse(self._project.network)
        shapes = {node_id: node.output_shape for node_id, node in analysis.nodes.items()}
        if not analysis.ok:
            build(self._project.network, catalogue())  # raises, naming the layer
        shape = input_shape_of(self._project.network, shapes)
        last = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal last
            now = time.perf_counter()
            if now - last >= 0.2:
                last = now
                share = round(100 * done / max(1, total))
                self._phase("preparing", Message("Reading the images: {percent} %", percent=share))

        cancelled = lambda: self._control.stops_now  # noqa: E731
        data = read_folder(self._data_dir, self._settings, shape, progress=progress, cancelled=cancelled)
        if not len(data.train):
            raise EngineError(
                Message("There are no images to train on."),
                Message("Use a smaller validation share, or put more images into the folder."),
            )
        return data, shape

    def _build(self, data: ImageData) -> tuple[DeviceInfo, keras.Model, Head]:
        self._phase("building", Message("Building the network"))
        allow_memory_growth()
        device = choose_device(self._plan.device)
        if self._plan.deterministic:
            be_deterministic()
        keras.utils.set_random_seed(self._plan.seed)
        with keras.device(keras_device(device)):
            model = build(
                self._project.network,
                catalogue(),
                name=self._project.name or None,
                mixed_precision=self._plan.mixed_precision,
            )
            head = head_of(model, len(data.classes), self._plan.loss)
            compile_model(model, head, self._plan)
        return device, model, head

    def _fit(
        self, model: keras.Model, head: Head, data: ImageData, device: DeviceInfo, *, epochs_done: int
    ) -> RunRecord:
        writer = self._open_writer
        pixels = self._record.pixels
        batches = TrainingBatches(
            data.train, head, batch_size=self._plan.batch_size, seed=self._plan.seed, pixels=pixels
        )
        self._steps = batches.steps
        writer.update(steps_per_epoch=batches.steps)
        validation = None
        if len(data.validation):
            validation = ordered_batches(
                data.validation, head, pixels=pixels, batch_size=self._plan.batch_size
            )
        self._last_curves = time.monotonic()
        self._keeper = EpochKeeper(writer, self._spare(), self._written)
        listener = RunListener(writer, self._emit, self._run_id, partial(self.finished_epoch, model))
        callbacks = FitCallbacks(
            model,
            listener,
            self._control,
            partial(self._begin_epoch, batches),
            steps=batches.steps,
            batch_size=batches.batch_size,
            count=batches.count,
        )
        self._phase("training", NO_MESSAGE)
        if epochs_done < self._plan.epochs and not self._control.stops_after_epoch:
            with keras.device(keras_device(device)):
                model.fit(
                    batches.dataset(),
                    initial_epoch=epochs_done,
                    epochs=self._plan.epochs,
                    validation_data=validation,
                    callbacks=callbacks,
                    shuffle=False,
                    verbose=0,
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
        return self._finish(model, head, data, device)

    def _begin_epoch(self, batches: TrainingBatches, epoch: int) -> None:
        batches.begin_epoch(epoch)
        begin_epoch(self._plan.seed, epoch)

    def finished_epoch(
        self, model: keras.Model, epoch: int, step: int, metrics: dict[str, float], seconds: float
    ) -> None:
        """Hand an epoch over to be put on disk; it is told of when it is there."""
        self._seconds += seconds
        is_best = self._is_best(metrics)
        if is_best:
            self._best_epoch, self._best_metrics = epoch, metrics
        rate = float(f"{float(model.optimizer.learning_rate):.7g}")  # as written, not as float32 has it
        finished = FinishedEpoch(
            epoch=epoch,
            step=step,
            metrics=metrics,
            learning_rate=rate,
            seconds=seconds,
            best_epoch=self._best_epoch,
            best_metrics=self._best_metrics,
            total_seconds=self._seconds,
        )
        assert self._keeper is not None
        self._keeper.keep(
            KeptEpoch(
                finished=finished,
                model=copies(model.variables),
                optimizer=copies(model.optimizer.variables),
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

    def _finish(self, model: keras.Model, head: Head, data: ImageData, device: DeviceInfo) -> RunRecord:
        writer = self._open_writer
        self._phase("evaluating", Message("Measuring the best epoch"))
        if self._best_epoch:
            keras.Model(model.input, model.output).load_weights(writer.path / MODEL)
        else:  # stopped in the first epoch: what there is, is the result
            save_model(writer.path / MODEL, model)
        measured = data.validation if len(data.validation) else data.train
        with keras.device(keras_device(device)):
            batches = ordered_batches(
                measured, head, pixels=self._record.pixels, batch_size=self._plan.batch_size
            )
            outputs = model.predict(batches, verbose=0)
        guesses = head.probabilities(np.asarray(outputs, np.float32)).argmax(axis=1)
        matrix = confusion_matrix(measured.labels, guesses, len(data.classes))
        writer.write_confusion(matrix.tolist(), data.classes)
        self._phase("saving", Message("Drawing the curves"))
        done = writer.record.epochs_done
        if self._control.stops_after_epoch and done < self._plan.epochs:
            text = Message("Stopped after {done} of {epochs} epochs.", done=done, epochs=self._plan.epochs)
            return self._end("stopped", text)
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
                best_epoch=self._best_epoch,
                metrics=self._best_metrics,
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

    def _phase(self, phase: Phase, message: Message) -> None:
        self._emit(
            PhaseChanged(
                run_id=self._run_id,
                phase=phase,
                message=message,
                steps_per_epoch=self._steps,
                epochs=self._plan.epochs,
            )
        )

    def _is_best(self, metrics: Mapping[str, float]) -> bool:
        """By validation accuracy, ties by validation loss; without validation by loss."""
        return not self._best_epoch or _merit(metrics) > _merit(self._best_metrics)


def _merit(metrics: Mapping[str, float]) -> tuple[float, float]:
    if "val_accuracy" in metrics:
        return metrics["val_accuracy"], -metrics.get("val_loss", 0.0)
    return -metrics.get("val_loss", metrics.get("loss", 0.0)), 0.0


def _counts(data: ImageData) -> dict[str, object]:
    return {
        "train": len(data.train),
        "validation": len(data.validation),
        "test": len(data.test),
        "left_out": [problem.path for problem in data.left_out][:1000],
    }


def _settings_of(record: RunRecord) -> Mapping[str, object]:
    settings = record.data.get("settings", {})
    return settings if isinstance(settings, Mapping) else {}

"""A small engine that speaks the real protocol and writes real run folders, without Keras.

The networks it "trains" are not trained: it exists to drive the window's side at known speed.
`Train.data` steers it: `slow` sleeps between batches, `die` ends the process in the second epoch, `fail` fails,
`memory` has room for 16 images at once.
"""

from __future__ import annotations

import math
import os
import signal
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.project_file import parse_project
from cnnstudio.runs.events import BatchEnded, EpochEnded, PhaseChanged, RunEnded
from cnnstudio.runs.metrics.report import classification_report
from cnnstudio.runs.out_of_memory import OUT_OF_MEMORY
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.protocol import (
    Augment,
    Cancel,
    Continue,
    Evaluate,
    Export,
    Failure,
    FindLearningRate,
    Forecast,
    LimitImages,
    ListDevices,
    MeasureGradients,
    Pause,
    Predict,
    Progress,
    Quit,
    RateTried,
    ReadWeights,
    Ready,
    Reply,
    ResumeRun,
    StopAfterEpoch,
    StopNow,
    Train,
    Warm,
)
from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.run_folder import CHECKPOINT, RunFolder
from cnnstudio.runs.run_writer import RunWriter, history_row

STEPS = 25
DEVICES = ({"id": "cpu", "kind": "cpu", "name": "CPU · 2 cores", "memory_free": 2**30, "usable": True},)
FORECAST = {
    "training_bytes": 4_000_000,
    "largest_batch": 40,
    "images_per_second": 12345.0,
    "epoch_images_per_second": 10000.0,
}
CLASSES = ("cat", "dog", "owl")
CONFUSION = ((9, 1, 0), (0, 10, 0), (4, 0, 6))


def judged() -> dict[str, Any]:
    """An evaluation whose confusion is `CONFUSION`, as the real engine tells it."""
    cells = [(t, p) for t, row in enumerate(CONFUSION) for p, count in enumerate(row) for _ in range(count)]
    labels = np.array([true for true, _ in cells])
    probabilities = np.array([[0.8 if number == told else 0.1 for number in range(3)] for _, told in cells])
    guesses = [
        {"path": f"{CLASSES[t]}/{i}.png", "true": CLASSES[t], "predicted": CLASSES[p], "probability": 0.8}
        for i, (t, p) in enumerate(cells)
    ]
    return {
        "task": "classification",
        "images": len(cells),
        "loss": 0.5,
        "classes": list(CLASSES),
        **classification_report(labels, probabilities, CLASSES),
        "guesses": guesses,
        "mistakes": [guess for guess in guesses if guess["true"] != guess["predicted"]],
    }


def guess(path: str) -> dict[str, Any]:
    """What is said of a picture: the class it is named after, or that it is `broken`."""
    if "broken" in path:
        return {"path": path, "error": "The file is cut off.", "hint": "Copy it again."}
    name = Path(path).stem
    rest = [{"class": other, "probability": 0.1} for other in CLASSES if other != name]
    return {
        "path": path,
        "class": name,
        "probability": 0.8,
        "top": [{"class": name, "probability": 0.8}, *rest],
    }


def augmented(request: Augment) -> dict[str, Any]:
    """Black pictures, and after each draw as grey as the draw's number and the layers' say."""
    if not request.paths or "broken" in request.paths[0]:
        raise ValueError("Nothing can be read.")
    count, layers = len(request.paths), len(parse_project(request.project).network.nodes)
    after = np.full((count, request.times, 4, 6, 3), 10 * request.draw + layers, np.uint8)
    return {"before": np.zeros((count, 4, 6, 3), np.uint8), "after": after}


class StoppedError(Exception):
    """The run or the request ends here."""


class ScriptedEngine:
    """Answers one connection until told to quit."""

    def __init__(self, pipe: Connection) -> None:
        self.pipe = pipe
        self.waiting: list[Any] = []
        self.paused = False
        self.stop_after_epoch = False
        self.stop_now = False
        self.quitting = False
        self.cancelled: set[int] = set()
        self.limits: LimitImages | None = None

    def serve(self) -> None:
        while not self.quitting:
            if not self.waiting:
                self.hear(None)
                continue
            request = self.waiting.pop(0)
            try:
                value = self.work(request)
            except StoppedError:
                self.pipe.send(
                    Failure(request=request.request, message=Message("Cancelled."), cancelled=True)
                )
            except ValueError as error:
                self.pipe.send(Failure(request=request.request, message=Message("{text}", text=str(error))))
            else:
                self.pipe.send(Reply(request=request.request, value=value))

    def hear(self, timeout: float | None) -> None:
        while self.pipe.poll(timeout):
            message = self.pipe.recv()
            match message:
                case Pause():
                    self.paused = True
                case Continue():
                    self.paused = False
                case StopAfterEpoch():
                    self.stop_after_epoch = True
                case StopNow():
                    self.stop_now = True
                case LimitImages():
                    self.limits = message
                case Cancel():
                    self.cancelled.add(message.request)
                case Quit():
                    self.quitting = self.stop_now = True
                case _:
                    self.waiting.append(message)
            timeout = 0

    def work(self, request: Any) -> Any:
        match request:
            case Warm():
                self.pipe.send(Ready(versions={"keras": "3"}, devices=DEVICES, backend="tensorflow"))
                return None
            case ListDevices():
                return list(DEVICES)
            case Forecast():
                return FORECAST
            case Evaluate():
                return judged() if request.every_guess else {"accuracy": 0.9}
            case Predict():
                return [guess(path) for path in request.paths]
            case Export():
                return self.export(request)
            case Augment():
                return augmented(request)
            case ReadWeights() | MeasureGradients():
                raise ValueError("This engine has no weights.")
            case FindLearningRate():
                return self.find_rate(request)
            case Train():
                return self.train(request)
            case ResumeRun():
                return self.resume(request)
        raise ValueError(f"{type(request).__name__} is not in the script")

    def find_rate(self, request: FindLearningRate) -> dict[str, Any]:
        """A loss that falls around 0.003 and runs away at 1; on `slow` data the test never ends by itself."""
        rates = [10 ** (number / 10 - 6) for number in range(61)]
        losses = [2.3 - 1.8 / (1 + 0.003 / rate) + 3 * max(0.0, rate - 0.3) for rate in rates]
        for rate, loss in zip(rates, losses, strict=True):
            self.pipe.send(RateTried(request=request.request, rate=rate, loss=loss))
        while Path(request.data).name == "slow":
            self.hear(0.02)
            if request.request in self.cancelled:
                raise StoppedError
        return {"rates": rates, "losses": losses, "suggestion": 0.003, "diverged_at": 1.0}

    def export(self, request: Export) -> dict[str, Any]:
        for done in range(20):
            self.pipe.send(Progress(request=request.request, done=done, total=20, message=Message("Writing")))
            self.hear(0.02)
            if request.request in self.cancelled:
                raise StoppedError
        Path(request.path).write_bytes(b"model" * 200)
        return {
            "format": request.format,
            "path": request.path,
            "size": 1000,
            "largest_difference": 2e-8,
            "real": True,
            "images": 32,
        }

    def train(self, request: Train) -> dict[str, Any]:
        plan = TrainingPlan.from_json(request.plan)
        project = parse_project(request.project)
        record = RunRecord(
            run_id=request.run_id,
            name=project.name,
            plan=plan,
            classes=CLASSES,
            data={"path": request.data},
            steps_per_epoch=STEPS,
        )
        if request.data.endswith("fail"):
            message = Message("The loss is not a number since batch 3.")
            self.pipe.send(
                RunEnded(run_id=request.run_id, state="failed", message=message, hint=Message("Use less."))
            )
            raise ValueError(str(message))
        if request.data.endswith("memory") and plan.batch_size > 16:
            self.pipe.send(RunEnded(run_id=request.run_id, state="failed", message=OUT_OF_MEMORY))
            raise ValueError(str(OUT_OF_MEMORY))
        writer = RunWriter.create(Path(request.run_dir), record, project)
        return self.epochs(writer, plan, 1, request.data)

    def resume(self, request: ResumeRun) -> dict[str, Any]:
        folder = RunFolder.open(Path(request.run_dir))
        done = folder.record.epochs_done
        writer = RunWriter.reopen(folder, epochs_done=done, last_step=done * STEPS)
        return self.epochs(writer, folder.record.plan, done + 1, "")

    def epochs(self, writer: RunWriter, plan: TrainingPlan, first: int, data: str) -> dict[str, Any]:
        run_id = writer.record.run_id
        self.paused = self.stop_after_epoch = self.stop_now = False
        self.pipe.send(
            PhaseChanged(
                run_id=run_id,
                phase="training",
                remark=Message("No room was left.") if self.limits and not self.limits.file else NO_MESSAGE,
                steps_per_epoch=STEPS,
                epochs=plan.epochs,
            )
        )
        state = "finished"
        with writer:
            for epoch in range(first, plan.epochs + 1):
                self.batches(writer, epoch, data)
                if self.stop_now:
                    state = "stopped"
                    break
                self.end_epoch(writer, epoch)
                if self.stop_after_epoch:
                    state = "stopped"
                    break
            writer.update(state=state)
        self.pipe.send(
            RunEnded(
                run_id=run_id,
                state=state,  # type: ignore[arg-type]
                best_epoch=writer.record.best_epoch,
                metrics=writer.record.metrics,
            )
        )
        return writer.record.to_json()

    def batches(self, writer: RunWriter, epoch: int, data: str) -> None:
        run_id = writer.record.run_id
        for number in range(1, STEPS + 1):
            step = (epoch - 1) * STEPS + number
            if data.endswith("die") and epoch == 2 and number == 5:
                os.kill(os.getpid(), signal.SIGKILL)
            loss = math.exp(-step / 40)
            writer.add_batches(step, [loss], [1 - loss / 2])
            self.pipe.send(
                BatchEnded(
                    run_id=run_id,
                    epoch=epoch,
                    first_step=step,
                    losses=(loss,),
                    accuracies=(1 - loss / 2,),
                    images_per_second=3540.0,
                )
            )
            self.hear(0.02 if data.endswith("slow") else 0)
            if self.paused:
                self.pipe.send(PhaseChanged(run_id=run_id, phase="paused"))
                while self.paused and not self.stop_now:
                    self.hear(0.05)
                self.pipe.send(PhaseChanged(run_id=run_id, phase="training"))
            if self.stop_now:
                return

    def end_epoch(self, writer: RunWriter, epoch: int) -> None:
        loss = math.exp(-epoch * STEPS / 40)
        metrics = {
            "loss": loss,
            "accuracy": 1 - loss / 2,
            "val_loss": loss + 0.05,
            "val_accuracy": 0.95 - loss / 2,
        }
        writer.end_epoch(history_row(epoch, metrics, 0.001, 0.5))
        (writer.path / CHECKPOINT).write_bytes(b"state")
        writer.write_confusion(CONFUSION, CLASSES)
        writer.update(epochs_done=epoch, best_epoch=epoch, metrics=metrics)
        self.pipe.send(
            EpochEnded(
                run_id=writer.record.run_id,
                epoch=epoch,
                step=epoch * STEPS,
                metrics=metrics,
                learning_rate=0.001,
                seconds=0.5,
                is_best=True,
            )
        )


def serve(pipe: Connection) -> None:
    """Be the engine of one connection."""
    try:
        ScriptedEngine(pipe).serve()
    except (EOFError, OSError):
        return


def serve_unable(pipe: Connection) -> None:
    """Be an engine that answers but cannot load what it computes with."""
    while not isinstance(request := pipe.recv(), Quit):
        if isinstance(request, Warm):
            pipe.send(Failure(request=request.request, message=Message("Keras is not installed.")))


def serve_stuck(pipe: Connection) -> None:
    """Be an engine that never listens."""
    while True:
        time.sleep(3600)

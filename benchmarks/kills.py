"""Kills a training with SIGKILL at random moments, resumes it, and compares it with one that was never interrupted.

    python -m benchmarks.kills [--kills 20] [--seed 1] [--judged]

Three kinds in turn: the engine alone, the window's process alone, both at once. The run is deterministic and has every
kind of random state: shuffled batches, Dropout, noise and flips. Wanted: weights, optimizer, random states, tables,
best model and confusion matrix equal bit for bit, seconds left out; no epoch or batch twice or missing; no temporary
file left behind. With `--judged` the plan has what is decided by the epochs so far: the rate falls at plateaus, early
stopping ends the run, averaged weights make the best model. Exit status 1 when any of the runs differs.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import psutil
from PIL import Image

from cnnstudio.core.network import Edge, Network, Node
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import project_text
from cnnstudio.runs.engine_process import EngineProcess, EngineStoppedError
from cnnstudio.runs.protocol import Failure, Reply, Request, ResumeRun, Train
from cnnstudio.runs.run_folder import BATCHES, CHECKPOINT, CONFUSION, HISTORY, MODEL, RunFolder

KINDS = ("engine", "window", "both")
CLASSES = ("bars", "noise", "rows")
PATIENCE = 240.0
JUDGED: dict[str, object] = {
    "schedule": "plateau",
    "decay_epochs": 1,
    "decay_factor": 0.5,
    "stopping_metric": "val_loss",
    "stopping_min_delta": 0.1,
    "stopping_patience": 3,
    "use_ema": True,
    "ema_momentum": 0.9,
}
"""Settings by which epochs are judged: what they decide depends on every epoch before."""


def write_images(root: Path, each: int = 80) -> Path:
    """Three classes of 16×16 grey pictures."""
    generator = np.random.default_rng(11)
    for name in CLASSES:
        (root / name).mkdir(parents=True)
        for number in range(each):
            pixels = generator.integers(0, 90, (16, 16))
            if name == "bars":
                pixels[:, :: 2 + number % 2] += 150
            elif name == "rows":
                pixels[:: 2 + number % 2, :] += 150
            Image.fromarray(pixels.astype(np.uint8)).save(root / name / f"{number:03}.png")
    return root


def project(data: Path, epochs: int, **training: object) -> Project:
    """A small network with every kind of random state, trained deterministically."""
    layers = (
        ("image", "Input", {"shape": [16, 16, 1]}),
        ("flip", "RandomFlip", {}),
        ("noise", "GaussianNoise", {"stddev": 0.05}),
        ("conv", "Conv2D", {"filters": 8, "kernel_size": 3}),
        ("norm", "BatchNormalization", {}),
        ("relu", "ReLU", {}),
        ("pool", "MaxPooling2D", {}),
        ("flat", "Flatten", {}),
        ("drop", "Dropout", {"rate": 0.4}),
        ("classes", "Dense", {"units": len(CLASSES), "activation": "softmax"}),
    )
    nodes = [Node(id=name, type=kind, params=Params(params)) for name, kind, params in layers]
    edges = [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]
    return Project(
        name="Killed",
        network=Network.of(nodes, edges),
        data=Params(kind="image_folder", path=str(data), validation_split=0.25, seed=3),
        training=Params(
            {"epochs": epochs, "batch_size": 8, "learning_rate": 0.003, "deterministic": True, **training}
        ),
    )


class Killing:
    """The uninterrupted run of a project, and runs of it that are killed and resumed. One engine at a time."""

    def __init__(self, folder: Path, *, epochs: int = 30, seed: int = 1, **training: object) -> None:
        self.folder = folder
        self.data = write_images(folder / "images")
        self.project = project(self.data, epochs, **training)
        self.random = random.Random(seed)
        self.engine: EngineProcess | None = None
        self.reference = folder / "uninterrupted"
        self.seconds = self._finish(self.reference)
        self._finish(folder / "again")  # the same engine, which remembers a run by now
        self.check(folder / "again")

    def close(self) -> None:
        """End the engine."""
        if self.engine is not None:
            self.engine.close()
            self.engine = None

    def kill_and_resume(self, number: int, kind: str) -> str:
        """Kill run `number` at a random moment, resume it; what happened, in words. Raises AssertionError."""
        run = self.folder / f"run-{number}"
        after = self.random.uniform(0.02, 0.95) * self.seconds
        moved = self.random.random() < 0.3
        again = self.random.random() < 0.3
        if kind == "engine":
            self._kill_engine(run, after)
        else:
            run = self._kill_window(number, after, engine_too=kind == "both")
        kept = epochs_of(run)
        told = f"{kind} killed after {after:.2f} s, {kept} epochs kept"
        if again and (run / "run.json").is_file():
            after = self.random.uniform(0.02, 0.6) * self.seconds
            self._kill_engine(run, after)
            told += f"; engine killed again, {epochs_of(run)} kept"
        if moved and (run / "run.json").is_file():
            # as on another machine: other folders for the run and for its images
            other = self.folder / f"moved-{number}"
            shutil.move(run, other)
            shutil.copytree(self.data, self.folder / f"images-{number}")
            run, told = other, told + "; moved"
            self._finish(run, data=self.folder / f"images-{number}")
        else:
            self._finish(run)
        self.check(run)
        return told

    def check(self, run: Path) -> None:
        """Compare a run with the uninterrupted one, bit for bit. Raises AssertionError."""
        assert RunFolder.open(run).state == "finished", RunFolder.open(run).state
        assert_same_values(self.reference / CHECKPOINT, run / CHECKPOINT)
        for name in (BATCHES, CONFUSION):
            assert (self.reference / name).read_bytes() == (run / name).read_bytes(), f"{name} differs"
        assert without_seconds(self.reference / HISTORY) == without_seconds(run / HISTORY), "history.csv"
        assert weights_of(self.reference / MODEL) == weights_of(run / MODEL), "the best model differs"
        first, second = RunFolder.open(self.reference).record, RunFolder.open(run).record
        assert (first.best_epoch, first.metrics) == (second.best_epoch, second.metrics)
        left = [str(path) for path in run.rglob(".*")]
        assert not left, f"left behind: {left}"

    # --- the two processes -----------------------------------------------------------------------------

    def _request(self, run: Path, data: Path | None) -> Request:
        if self.engine is None:
            self.engine = EngineProcess(log=self.folder / "engine.log")
        number = self.engine.next_request()
        if (run / "run.json").is_file():
            return ResumeRun(
                request=number, run_id="killed", run_dir=str(run), data="" if data is None else str(data)
            )
        text = project_text(self.project)
        return Train(
            request=number, run_id="killed", project=text, data=str(data or self.data), run_dir=str(run)
        )

    def _finish(self, run: Path, data: Path | None = None) -> float:
        """Train or resume to the end; the seconds since the engine's first word."""
        request = self._request(run, data)
        assert self.engine is not None
        self.engine.send(request)
        start = 0.0
        while True:
            report = self.engine.receive(PATIENCE)
            start = start or time.monotonic()
            assert report is not None, "the engine said nothing for minutes"
            assert not isinstance(report, Failure), f"{report.message} {report.hint}"
            if isinstance(report, Reply):
                return time.monotonic() - start

    def _kill_engine(self, run: Path, after: float) -> None:
        request = self._request(run, None)
        engine, self.engine = self.engine, None
        assert engine is not None
        engine.send(request)
        end: float | None = None
        with contextlib.suppress(EngineStoppedError), engine:
            while not isinstance(engine.receive(0.005), Reply):
                # a fresh engine loads its libraries first: the clock starts with the first word
                end = end or time.monotonic() + after
                if time.monotonic() >= end:
                    os.kill(engine.pid, signal.SIGKILL)

    def _kill_window(self, number: int, after: float, *, engine_too: bool) -> Path:
        """Train in a window of its own and kill it; the run's folder."""
        self.close()
        runs = self.folder / f"window-{number}"
        project_file = self.folder / "killed.cnn"
        project_file.write_text(project_text(self.project), "utf-8")
        window = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.kills", "--window", str(project_file), str(runs)],
            start_new_session=True,
            cwd=Path(__file__).resolve().parents[1],
            stdout=subprocess.PIPE,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        assert window.stdout is not None
        with window, window.stdout:
            assert window.stdout.readline() == b"training\n"
            family = [psutil.Process(window.pid), *psutil.Process(window.pid).children(recursive=True)]
            time.sleep(after)
            if engine_too:
                os.killpg(window.pid, signal.SIGKILL)
            else:
                window.kill()
            window.wait()
        _, alive = psutil.wait_procs(family, timeout=PATIENCE)
        assert not alive, "an engine outlived its window"
        return runs / "killed-1"


def be_the_window(project_file: Path, runs: Path) -> int:
    """Train through the window's own objects, until killed. Says `training` when the run has begun."""
    from PySide6.QtWidgets import QApplication

    from cnnstudio.core.project_file import load_project
    from cnnstudio.layers import catalogue
    from cnnstudio.runs.engine_process import ENGINE
    from cnnstudio.ui.jobs import Jobs
    from cnnstudio.ui.session import Session
    from cnnstudio.ui.train.trainer import Trainer

    application = QApplication([])
    session = Session(catalogue())
    session.document.open(load_project(project_file))
    jobs = Jobs(ENGINE)
    trainer = Trainer(session, jobs, runs)

    def told() -> None:
        trainer.progressed.disconnect(told)
        sys.stdout.write("training\n")
        sys.stdout.flush()

    trainer.progressed.connect(told)
    jobs.became_ready.connect(lambda _ready: trainer.start())
    trainer.ended.connect(application.quit)
    jobs.start()
    application.exec()
    jobs.close()
    return 0


def epochs_of(run: Path) -> int:
    """Rows of history.csv."""
    return len(RunFolder.open(run).history()) if (run / "run.json").is_file() else 0


def without_seconds(path: Path) -> list[list[str]]:
    """A table's cells as they are written, but for the seconds, which no two runs share."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    column = rows[0].index("seconds")
    return [row[:column] + row[column + 1 :] for row in rows]


def assert_same_values(one: Path, other: Path) -> None:
    """Compare two checkpoints bit for bit."""
    with np.load(one) as first, np.load(other) as second:
        assert first.files == second.files
        for name in first.files:
            if name != "meta":
                assert first[name].dtype == second[name].dtype, name
                assert first[name].tobytes() == second[name].tobytes(), f"value {name} differs"


def weights_of(path: Path) -> dict[str, bytes]:
    """The arrays of a .keras file's HDF5 part, by name."""
    import io

    import h5py

    found: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5"))) as file:
        file.visititems(
            lambda name, item: (
                found.update({name: item[()].tobytes()}) if isinstance(item, h5py.Dataset) else None
            )
        )
    assert found
    return found


def main() -> int:
    """Kill and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--judged", action="store_true", help="with plateaus, early stopping and averages")
    parser.add_argument("--window", nargs=2, type=Path, metavar=("PROJECT", "RUNS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.window:
        return be_the_window(*arguments.window)
    equal = 0
    with tempfile.TemporaryDirectory() as folder:
        judged = JUDGED if arguments.judged else {}
        epochs = 60 if judged else 30
        killing = Killing(Path(folder), epochs=epochs, seed=arguments.seed, **judged)
        print(f"one uninterrupted run: {killing.seconds:.1f} s, {epochs_of(killing.reference)} epochs")
        try:
            for number in range(arguments.kills):
                try:
                    told = killing.kill_and_resume(number, KINDS[number % len(KINDS)])
                except AssertionError as error:
                    told = f"DIFFERENT: {error}"
                else:
                    equal += 1
                print(f"{number + 1:3}  {told}", flush=True)
        finally:
            killing.close()
    print(f"{equal} of {arguments.kills} resumed runs equal the uninterrupted one bit for bit")
    return 0 if equal == arguments.kills else 1


if __name__ == "__main__":
    sys.exit(main())

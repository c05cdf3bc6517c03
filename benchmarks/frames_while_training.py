"""Frames of the real window for a minute: the engine starts, TensorFlow is imported, LeNet-5 is traced and trained.

A precise 16 ms timer in the window's thread notes when it really fires: what is later than a frame, the user feels.
Goals: median 16 ms, 99th percentile at most 20 ms, worst at most 50 ms. References in the same minute: the same
window, idle; and a second process with such a timer and nothing else, which shows what the machine itself allows.
Needs a display (a virtual one will do); exit status 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
from PySide6.QtCore import QCoreApplication, QObject, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.data.sample import sample_folder
from cnnstudio.layers import catalogue
from cnnstudio.runs.engine_process import ENGINE
from cnnstudio.ui.housekeeping import Housekeeping
from cnnstudio.ui.jobs import Jobs
from cnnstudio.ui.main_window import MainWindow
from cnnstudio.ui.session import Session
from cnnstudio.ui.settings import Settings
from cnnstudio.ui.train.workspace import TrainWorkspace
from cnnstudio.zoo import templates

GOALS = {"median": 16.5, "p99": 20.0, "worst": 50.0}
IDLE_SECONDS = 10.0


class FrameClock(QObject):
    """Notes the milliseconds between two ticks, with the moment, what went on, and how long the thread really worked."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[tuple[float, float, str, float]] = []
        self.phase = "idle"
        self._last = 0.0
        self._worked = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(16)
        self._timer.timeout.connect(self._tick)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._worked = time.thread_time()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _tick(self) -> None:
        now = time.perf_counter()
        worked = time.thread_time()
        self.frames.append((now, 1000 * (now - self._last), self.phase, 1000 * (worked - self._worked)))
        self._last, self._worked = now, worked


class Minute(QObject):
    """Idle, engine start, training: one after the other."""

    def __init__(
        self, window: QWidget, train: TrainWorkspace, jobs: Jobs, clock: FrameClock, seconds: float
    ) -> None:
        super().__init__()
        self._window, self._train, self._jobs, self._clock = window, train, jobs, clock
        self._seconds = seconds
        self.steps = 0
        self.failure = ""
        jobs.became_ready.connect(self._on_ready)
        train.trainer.progressed.connect(self._on_progressed)
        train.trainer.refused.connect(self._on_refused)
        train.trainer.died.connect(self._on_refused)

    def begin(self) -> None:
        self._clock.start()
        QTimer.singleShot(int(1000 * IDLE_SECONDS), self._on_idle_over)

    def _on_idle_over(self) -> None:
        self._clock.phase = "engine start"
        self._jobs.start()
        QTimer.singleShot(int(1000 * self._seconds), self._on_over)

    def _on_ready(self) -> None:
        self._clock.phase = "building and tracing"
        self._train.start()

    def _on_progressed(self) -> None:
        run = self._train.trainer.run
        if run is not None and run.step:
            self._clock.phase = "training"
            self.steps = run.step

    def _on_refused(self, reason: object) -> None:
        self.failure = str(getattr(reason, "message", reason))
        self._on_over()

    def _on_over(self) -> None:
        self._clock.stop()
        QApplication.quit()


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def figures(frames: list[float]) -> dict[str, float]:
    return {"median": statistics.median(frames), "p99": percentile(frames, 0.99), "worst": max(frames)}


def bare_clock(seconds: float) -> int:
    """A timer in a process of its own that does nothing else; prints its figures."""
    application = QCoreApplication([])
    clock = FrameClock()
    clock.start()
    QTimer.singleShot(int(1000 * seconds), application.quit)
    application.exec()
    print(json.dumps(figures([frame for _, frame, _, _ in clock.frames])))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--slowest", type=int, default=0, help="list this many of the slowest frames")
    parser.add_argument("--bare", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.bare:
        return bare_clock(options.bare)
    width, height = (int(part) for part in options.size.split("x"))
    application = QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        session = Session(catalogue())
        settings = Settings(QSettings(f"{folder}/settings.ini", QSettings.Format.IniFormat))
        window = MainWindow(session, settings=settings)
        jobs = Jobs(ENGINE)
        train = TrainWorkspace(session, jobs, Path(folder) / "runs")
        window.add_workspace("train", "Train", "train", train)
        session.document.open(
            Project(
                name="LeNet-5",
                network=templates()["lenet5"].build(),
                data=Params(kind="image_folder", path=str(sample_folder())),
                training=Params(epochs=2000),
            )
        )
        window.resize(width, height)
        window.show()
        window.show_workspace("train")
        housekeeping = Housekeeping(window)
        housekeeping.begin()  # as the program does when its window stands
        clock = FrameClock()
        minute = Minute(window, train, jobs, clock, options.seconds)
        bare = subprocess.Popen(
            [sys.executable, __file__, "--bare", str(options.seconds)], stdout=subprocess.PIPE, text=True
        )
        QTimer.singleShot(1500, minute.begin)
        application.exec()
        train.trainer.stop_now()
        train.close_down()
        ended = jobs.close(20_000)
        window.close()
        machine = json.loads(bare.communicate()[0])
        return report(clock, minute, ended, options.slowest, machine)


def report(clock: FrameClock, minute: Minute, ended: bool, slowest: int, machine: dict[str, float]) -> int:
    if minute.failure or not minute.steps:
        print(f"The training did not run: {minute.failure or 'no batch came'}")
        return 1
    idle = figures([frame for _, frame, phase, _ in clock.frames if phase == "idle"])
    busy_frames = [frame for _, frame, phase, _ in clock.frames if phase != "idle"]
    busy = figures(busy_frames)
    print(
        f"{len(busy_frames)} frames, {minute.steps} batches trained, load average {psutil.getloadavg()[0]:.1f}"
    )
    print(f"{'':22}{'median':>9}{'p99':>9}{'worst':>9}   ms between two ticks of a 16 ms timer")
    for phase in ("idle", "engine start", "building and tracing", "training"):
        frames = [frame for _, frame, name, _ in clock.frames if name == phase]
        if frames:
            print(f"{phase:22}" + "".join(f"{value:9.1f}" for value in figures(frames).values()))
    print(f"{'all but idle':22}" + "".join(f"{value:9.1f}" for value in busy.values()))
    print(f"{'a bare timer':22}" + "".join(f"{value:9.1f}" for value in machine.values()))
    print(f"{'ratio to bare timer':22}" + "".join(f"{busy[name] / machine[name]:9.2f}" for name in busy))
    print(f"{'ratio to idle':22}" + "".join(f"{busy[name] / idle[name]:9.2f}" for name in busy))
    print(f"{'ratio to goal':22}" + "".join(f"{busy[name] / GOALS[name]:9.2f}" for name in busy))
    own = [worked for *_, phase, worked in clock.frames if phase != "idle"]
    print("the window's own work " + "".join(f"{value:8.1f} " for value in figures(own).values()))
    first = clock.frames[0][0]
    for moment, frame, phase, worked in sorted(clock.frames, key=lambda item: -item[1])[:slowest]:
        print(
            f"   {frame:6.1f} ms at {moment - first:6.2f} s, {phase}; the window's thread worked {worked:.1f} ms of it"
        )
    if not ended:
        print("The engine did not end in time.")
    return 0 if ended and all(busy[name] <= goal for name, goal in GOALS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())

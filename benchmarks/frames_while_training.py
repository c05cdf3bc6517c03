"""Frames of the real window for a minute: the engine starts, TensorFlow is imported, LeNet-5 is traced and trained.

A precise 16 ms timer in the window's thread notes when it really fires: what is later than a frame, the user feels.
Goals: median 16 ms, 99th percentile at most 20 ms, worst at most 50 ms. References in the same minute: the same
window, idle; and a second process with such a timer and nothing else, which shows what the machine itself allows.
Needs a display (a virtual one will do); exit status 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import psutil
from PySide6.QtCore import QObject, QSettings, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from benchmarks.frames import (
    BareClock,
    FrameClock,
    figures,
    is_good,
    print_figures,
    print_head,
    print_ratios,
)
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

IDLE_SECONDS = 10.0


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--slowest", type=int, default=0, help="list this many of the slowest frames")
    options = parser.parse_args()
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
        housekeeping.settle()
        clock = FrameClock()
        minute = Minute(window, train, jobs, clock, options.seconds)
        bare = BareClock(options.seconds)
        QTimer.singleShot(1500, minute.begin)
        application.exec()
        train.trainer.stop_now()
        train.close_down()
        ended = jobs.close(20_000)
        window.close()
        return report(clock, minute, ended, options.slowest, bare.figures())


def report(clock: FrameClock, minute: Minute, ended: bool, slowest: int, machine: dict[str, float]) -> int:
    if minute.failure or not minute.steps:
        print(f"The training did not run: {minute.failure or 'no batch came'}")
        return 1
    idle = figures(clock.of("idle"))
    busy_frames = [frame for _, frame, phase, _ in clock.frames if phase != "idle"]
    busy = figures(busy_frames)
    print(
        f"{len(busy_frames)} frames, {minute.steps} batches trained, load average {psutil.getloadavg()[0]:.1f}"
    )
    print_head()
    for phase in ("idle", "engine start", "building and tracing", "training"):
        if frames := clock.of(phase):
            print_figures(phase, figures(frames))
    print_figures("all but idle", busy)
    print_figures("a bare timer", machine)
    print_ratios(busy, idle, machine)
    print_figures(
        "the window's own work", figures([worked for *_, phase, worked in clock.frames if phase != "idle"])
    )
    clock.print_slowest(slowest)
    if not ended:
        print("The engine did not end in time.")
    return 0 if ended and is_good(busy) else 1


if __name__ == "__main__":
    sys.exit(main())

"""Frames of the whole program's window while everything runs at once: the doctor, a training run and predictions.

The window trains LeNet-5 on the sample, looks through a folder of many images again and again (decoding them and
searching for look-alikes, nothing remembered), and dropped pictures are classified every few seconds by the engine for
that; Data and Train are shown by turns, whose frames are told apart: one of them draws the whole window, and a click
may take 100 ms to be answered. The same clock as in `frames_while_training`, with the same goals. References
in the same run: the same window before all that, with nothing to do; and a bare timer in a second process.
Needs a display (a virtual one will do); exit status 1 when a goal is missed.

    python -m benchmarks.frames_under_load [--images FOLDER] [--seconds N] [--slowest N]

FOLDER holds one folder of images for each class, or train and test with such folders in them; Fashion-MNIST's 70,000,
as `python resources/make_sample.py folders FOLDER` lays them out, are made where none is named.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

import psutil

from benchmarks.frames import (
    BareClock,
    FrameClock,
    figures,
    is_good,
    print_figures,
    print_head,
    print_ratios,
)
from benchmarks.soak import until

if TYPE_CHECKING:
    from cnnstudio.app.studio import Studio

IDLE_SECONDS = 10.0
DROP_MS = 3_000
SHOW_MS = 5_000
PICTURES = 12
CHANGE_MS = 150
CHANGE_GOAL = 100.0
"""Milliseconds: what is answered within them, a person takes for answered at once."""


def opened(size: tuple[int, int]) -> Studio:
    """The whole program with a run behind it, whose model can be asked; its engine is warm and idle."""
    from cnnstudio.app.studio import Studio
    from cnnstudio.core.params import Params
    from cnnstudio.core.project import Project
    from cnnstudio.data.sample import sample_folder
    from cnnstudio.zoo import templates

    studio = Studio()
    studio.show()
    studio.window.resize(*size)
    studio.window.files.show_project(
        Project(
            name="LeNet-5",
            network=templates()["lenet5"].build(),
            data=Params(kind="image_folder", path=str(sample_folder())),
            training=Params(epochs=1),
        ),
        saved=True,
    )
    studio.window.show_workspace("train")
    until(lambda: studio.jobs.state == "ready" and not studio.jobs.busy)
    studio.train.start()
    until(lambda: not studio.train.trainer.is_training and not studio.jobs.busy)
    if studio.train.trainer.run is None or studio.train.trainer.run.state != "finished":
        raise SystemExit("The first training did not run.")
    return studio


def pass_time(seconds: float) -> None:
    """Let the window live, without a look at it now and then as `until` takes."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


class Load:
    """All at once, until it is ended."""

    def __init__(self, studio: Studio, images: Path, clock: FrameClock, cache: Path) -> None:
        from PySide6.QtCore import QTimer

        self._studio, self._images, self._clock, self._cache = studio, images, clock, cache
        self.steps = 0
        self.scans = 0
        self.looked_at = 0
        self.answers = 0
        self._pictures = list(islice(images.rglob("*.png"), PICTURES))
        self._drops = QTimer(interval=DROP_MS)
        self._drops.timeout.connect(self._on_drop)
        self._turns = QTimer(interval=SHOW_MS)
        self._turns.timeout.connect(self._on_turn)
        studio.train.trainer.progressed.connect(self._on_progressed)
        studio.data.scanned.connect(self._on_scanned)

    def begin(self) -> None:
        from PySide6.QtCore import QTimer

        from cnnstudio.core.params import Params

        self._studio.session.document.set_training(Params(epochs=2000))
        QTimer.singleShot(500, self._studio.train.start)
        QTimer.singleShot(1000, self._on_turn)
        QTimer.singleShot(1500, lambda: self._studio.data.choose_folder(self._images))
        self._drops.start()
        self._turns.start()

    def end(self) -> None:
        """Leave nothing that the window would ask about when it closes."""
        self._drops.stop()
        self._turns.stop()
        self._studio.data.scanned.disconnect(self._on_scanned)
        trainer = self._studio.train.trainer
        trainer.stop_now()
        until(lambda: not trainer.is_training)
        self._studio.session.document.mark_saved(self._studio.session.document.project)

    def _on_progressed(self) -> None:
        run = self._studio.train.trainer.run
        self.steps = run.step if run is not None else 0

    def _on_scanned(self, report: object) -> None:
        self.scans += 1
        self.looked_at = len(report.images)  # type: ignore[attr-defined]
        shutil.rmtree(self._cache / "cnnstudio" / "scans", ignore_errors=True)
        self._studio.data.choose_folder(self._images)

    def _on_drop(self) -> None:
        from cnnstudio.ui.train.predict_dialog import PredictDialog

        dialog = self._studio.window.findChild(PredictDialog)
        if dialog is not None:
            if not dialog.bar.isHidden():
                return  # the last ones are not answered yet
            self.answers += sum("top" in row.answer for row in dialog.rows)
        self._studio.window.file_drop.pictures_dropped.emit(self._pictures)

    def _on_turn(self) -> None:
        from PySide6.QtCore import QTimer

        shown = self._studio.data.isVisible()
        self._clock.phase = "changing workspace"
        QTimer.singleShot(CHANGE_MS, self._on_changed)
        self._studio.window.show_workspace("train" if shown else "data")

    def _on_changed(self) -> None:
        self._clock.phase = "under load"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=Path, help="a folder of many images; made when absent")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--slowest", type=int, default=0, help="list this many of the slowest frames")
    options = parser.parse_args()
    width, height = (int(part) for part in options.size.split("x"))
    with tempfile.TemporaryDirectory(prefix="cnnstudio-load-") as home:
        for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
            folder = Path(home) / variable.lower()
            folder.mkdir()
            os.environ[variable] = str(folder)
        images = options.images
        if images is None:
            images = Path(home) / "images"
            make = [sys.executable, str(CHECKOUT / "resources" / "make_sample.py"), "folders", str(images)]
            if subprocess.run(make, check=False).returncode:
                return 2
        from PySide6.QtWidgets import QApplication

        application = QApplication([])
        studio = opened((width, height))
        clock = FrameClock()
        load = Load(studio, images, clock, Path(os.environ["XDG_CACHE_HOME"]))
        clock.start()
        pass_time(IDLE_SECONDS)
        bare = BareClock(options.seconds)
        clock.phase = "under load"
        load.begin()
        pass_time(options.seconds)
        clock.stop()
        load.end()
        studio.window.close()
        application.processEvents()
        return report(clock, load, bare.figures(), options.slowest)


def report(clock: FrameClock, load: Load, machine: dict[str, float], slowest: int) -> int:
    idle, busy = figures(clock.of("idle")), figures(clock.of("under load"))
    print(
        f"{len(clock.of('under load'))} frames, {load.steps} batches trained, {load.scans} looks through"
        f" {load.looked_at:,} images, {load.answers} pictures classified, load average {psutil.getloadavg()[0]:.1f}"
    )
    print_head()
    print_figures("idle", idle)
    print_figures("under load", busy)
    print_figures("changing workspace", figures(clock.of("changing workspace")))
    print_figures("a bare timer", machine)
    print_ratios(busy, idle, machine)
    own = [worked for *_, phase, worked in clock.frames if phase == "under load"]
    print_figures("the window's own work", figures(own))
    clock.print_slowest(slowest)
    if not (load.steps and load.answers):
        print("Not everything ran: too short a time?")
        return 1
    return 0 if is_good(busy) and max(clock.of("changing workspace")) <= CHANGE_GOAL else 1


if __name__ == "__main__":
    sys.exit(main())

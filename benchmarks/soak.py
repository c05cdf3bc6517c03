"""Two hundred short runs in one real window: what is left of each run in memory, threads, processes, files and folders.

A tiny network is trained for one epoch on a few images, again and again, by clicks on Start in the whole program. After
some runs to warm up, nothing may grow: goals are 50 MB more in the window's process, and not one more thread, child
process, open file or entry of the temporary folder. The engine's process is told beside it: a run there makes a model
and traces it, and TensorFlow never lets go of one graph of each (a network's step, traced inside another function); the
goal is 2 MB a run. The reference for all figures is the same program after its warm-up. Exit status 1 when a goal is
missed. Linux only.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import psutil
from PIL import Image

if TYPE_CHECKING:
    from cnnstudio.app.studio import Studio

WINDOW_GOAL = 50.0
ENGINE_GOAL_PER_RUN = 2.0
CLASSES, IMAGES = 2, 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Memory in MB, and how many there are of what could leak."""

    window: float
    engine: float
    threads: int
    engine_threads: int
    children: int
    files: int
    engine_files: int
    temporary: int


def count(studio: Studio) -> Count:
    """What there is now."""
    gc.collect()
    window, engine = psutil.Process(), psutil.Process(studio.jobs.pid)
    return Count(
        window=window.memory_info().rss / 2**20,
        engine=engine.memory_info().rss / 2**20,
        threads=window.num_threads(),
        engine_threads=engine.num_threads(),
        children=len(window.children(recursive=True)),
        files=window.num_fds(),
        engine_files=engine.num_fds(),
        temporary=sum(1 for _ in Path(tempfile.gettempdir()).rglob("*")),
    )


def make_images(folder: Path) -> Path:
    """Two classes of noise, dark and bright."""
    random = np.random.default_rng(0)
    for number in range(CLASSES):
        (folder / f"class{number}").mkdir(parents=True)
        for index in range(IMAGES):
            pixels = random.integers(90 * number, 90 * number + 90, (8, 8)).astype(np.uint8)
            Image.fromarray(pixels).save(folder / f"class{number}" / f"{index}.png")
    return folder


def until(condition: Callable[[], bool], limit: float = 300.0) -> None:
    """Let the window work until `condition` holds."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    timer = QTimer(interval=5)
    end = time.monotonic() + limit
    timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)
    timer.start()
    loop.exec()
    timer.stop()
    if not condition():
        raise SystemExit("The program did not get there in time.")


def settle(milliseconds: int) -> None:
    """Let the window work for a while."""
    end = time.monotonic() + milliseconds / 1000
    until(lambda: time.monotonic() >= end)


def opened(folder: Path) -> Studio:
    """The whole program with a tiny network, its engine warm, the Train workspace in front."""
    from cnnstudio.app.studio import Studio
    from cnnstudio.core.network import Edge, Network, Node
    from cnnstudio.core.params import Params
    from cnnstudio.core.project import Project

    nodes = (
        Node(id="image", type="Input", params=Params(shape=(8, 8, 1))),
        Node(id="conv", type="Conv2D", params=Params(filters=4, kernel_size=3, activation="relu")),
        Node(id="flatten", type="Flatten"),
        Node(id="classes", type="Dense", params=Params(units=CLASSES, activation="softmax")),
    )
    edges = [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]
    studio = Studio()
    studio.show()
    studio.window.resize(1280, 720)
    studio.window.files.show_project(
        Project(
            name="Soak",
            network=Network.of(nodes, edges),
            data=Params(kind="image_folder", path=str(make_images(folder / "images"))),
            training=Params(epochs=1, batch_size=8),
        ),
        saved=True,
    )
    studio.window.show_workspace("train")
    until(lambda: studio.jobs.state == "ready" and not studio.jobs.busy)
    return studio


def kinds() -> Counter[str]:
    """How many Python objects there are of each type."""
    gc.collect()
    return Counter(f"{type(thing).__module__}.{type(thing).__name__}" for thing in gc.get_objects())


def line(name: str, values: Count) -> str:
    """One row of the table."""
    return f"{name:>10}" + "".join(f"{getattr(values, field.name):>15.0f}" for field in fields(Count))


def soak(studio: Studio, runs: int, warm: int) -> tuple[Count, Count, Counter[str]]:
    """Counts before and after, and what Python objects were added, the most numerous first."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QPushButton

    trainer = studio.train.trainer
    button = studio.window.findChild(QPushButton, "trainStart")
    print(f"{'run':>10}" + "".join(f"{field.name:>15}" for field in fields(Count)))
    before, known = None, Counter[str]()
    for number in range(1, warm + runs + 1):
        until(lambda: button.isVisible() and not studio.jobs.busy)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        until(lambda: not trainer.is_training)
        if trainer.run is None or trainer.run.state != "finished":
            raise SystemExit(f"Run {number} did not finish: {trainer.run and trainer.run.message}")
        if number == warm:
            settle(2000)
            before, known = count(studio), kinds()
            print(line("warm", before), flush=True)
        elif (number - warm) % 20 == 0:
            settle(500)
            print(line(str(number - warm), count(studio)), flush=True)
    settle(2000)
    assert before is not None
    after = count(studio)
    print(line("after", after))
    return before, after, kinds() - known


def main() -> int:
    """Print the table, what grew, and whether the goals are kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--warm", type=int, default=10)
    parser.add_argument(
        "--objects", type=int, default=0, help="list this many kinds of Python objects that grew"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cnnstudio-soak-") as home:
        for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "TMPDIR"):
            folder = Path(home) / variable.lower()
            folder.mkdir()
            os.environ[variable] = str(folder)
        tempfile.tempdir = None
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
        from PySide6.QtWidgets import QApplication

        application = QApplication([])
        studio = opened(Path(home))
        before, after, grown = soak(studio, options.runs, options.warm)
        studio.window.close()
        application.processEvents()
    for name, number in grown.most_common(options.objects):
        print(f"{number:>10} more {name}")
    window, engine = after.window - before.window, (after.engine - before.engine) / options.runs
    print(f"window {window:+.1f} MB, {window / WINDOW_GOAL:.2f} of the goal; engine {engine:+.2f} MB a run")
    leaks = [
        field.name
        for field in fields(Count)
        if field.name not in ("window", "engine") and getattr(after, field.name) > getattr(before, field.name)
    ]
    print("leaked: " + (", ".join(leaks) or "nothing"))
    return 0 if window < WINDOW_GOAL and engine < ENGINE_GOAL_PER_RUN and not leaks else 1


if __name__ == "__main__":
    sys.exit(main())

"""From the click on Train to the first batch, engine warm, against a plain Keras script that has imported Keras already.

Both read the sample's 4,000 images from their folders, build LeNet-5 and train one batch of 64. Goal: within 2 s.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 5
GOAL = 2.0

PLAIN = """
import os, sys, time
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
import keras
import numpy
from keras import layers
keras.Sequential([keras.Input((4,)), layers.Dense(1)]).predict(numpy.zeros((1, 4)), verbose=0)
class First(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        print("SECONDS", time.perf_counter() - start, flush=True)
        os._exit(0)
start = time.perf_counter()
data = keras.utils.image_dataset_from_directory(
    sys.argv[1], color_mode="grayscale", image_size=(28, 28), batch_size=64, validation_split=0.2, subset="training",
    seed=1, verbose=False).map(lambda x, y: (x / 255.0, y)).cache().prefetch(2)
model = keras.Sequential([
    keras.Input((28, 28, 1)), layers.Conv2D(6, 5, activation="relu"), layers.AveragePooling2D(2),
    layers.Conv2D(16, 5, activation="relu"), layers.AveragePooling2D(2), layers.Flatten(),
    layers.Dense(120, activation="relu"), layers.Dense(84, activation="relu"), layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(data, epochs=1, verbose=0, callbacks=[First()])
"""


def plain_seconds(folder: Path) -> float:
    """Seconds of the plain script from reading the folder to the end of the first batch."""
    done = subprocess.run(
        [sys.executable, "-c", PLAIN, str(folder)], capture_output=True, text=True, check=False
    )
    found = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("SECONDS")]
    if not found:
        raise SystemExit(done.stderr)
    return float(found[0])


def studio_seconds(folder: Path) -> list[float]:
    """Seconds from the click to the first batch in the window, of several runs in one warm studio."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QPushButton

    from cnnstudio.app.studio import Studio
    from cnnstudio.core.params import Params
    from cnnstudio.core.project import Project
    from cnnstudio.data.settings import DataSettings
    from cnnstudio.runs.events import BatchEnded
    from cnnstudio.zoo import templates

    application = QApplication.instance() or QApplication([])
    studio = Studio()
    studio.show()
    studio.session.document.open(
        Project(
            network=templates()["lenet5"].build(),
            data=Params(DataSettings(path=str(folder)).to_json()),
            training=Params(epochs=1, batch_size=64),
        )
    )
    studio.window.show_workspace("train")

    def until(condition: object, limit: float = 120) -> None:
        loop = QEventLoop()
        timer = QTimer(interval=2)
        end = time.monotonic() + limit
        timer.timeout.connect(lambda: loop.quit() if condition() or time.monotonic() > end else None)  # type: ignore[operator]
        timer.start()
        loop.exec()
        assert condition(), "the studio did not get there in time"  # type: ignore[operator]

    until(lambda: studio.jobs.state == "ready")
    until(lambda: not studio.jobs.busy)
    batches: list[float] = []

    def on_events(events: tuple[object, ...]) -> None:
        if any(isinstance(event, BatchEnded) for event in events):
            batches.append(time.perf_counter())

    studio.jobs.run_events.connect(on_events)
    seconds = []
    for _ in range(ROUNDS):
        batches.clear()
        button = studio.window.findChild(QPushButton, "trainStart")
        start = time.perf_counter()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        until(lambda: bool(batches))
        seconds.append(batches[0] - start)
        until(lambda: not studio.train.trainer.is_training)
    studio.window.close()
    application.processEvents()
    return seconds


def main() -> None:
    """Print both and their ratio."""
    home = tempfile.mkdtemp()
    os.environ.update(XDG_DATA_HOME=home, XDG_CONFIG_HOME=home)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from cnnstudio.data.sample import sample_folder

    folder = sample_folder()
    ours = studio_seconds(folder)
    reference = statistics.median(plain_seconds(folder) for _ in range(3))
    median = statistics.median(ours)
    print(
        f"studio, click to first batch  first {ours[0]:.2f} s, median of {ROUNDS} {median:.2f} s, slowest {max(ours):.2f} s"
    )
    print(f"goal {GOAL} s: {max(ours) / GOAL:.2f} of it at the slowest")
    print(f"plain Keras script            {reference:.2f} s   ratio {median / reference:.2f}")


if __name__ == "__main__":
    main()

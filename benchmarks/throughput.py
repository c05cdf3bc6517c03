"""Training throughput of a studio's run against a plain Keras script: same network, same images, same machine.

    python benchmarks/throughput.py [--data FOLDER] [--epochs N] [--rounds N] [--network lenet|vgg|residual] [--size N]

The plain script is what a practitioner writes: `image_dataset_from_directory(…).map(scale).cache().prefetch()`,
`compile`, `fit`. The studio's run writes its whole run folder: checkpoint, best model, tables, run.json, every epoch.
Rounds alternate, each in a process of its own. `steady` is images a second in all epochs but the first, everything
between the epochs included; `whole` is from the imported library to the trained model, reading the files included.
`work` is images for each second of processor time in the same epochs, which a busy machine disturbs less. The last
lines are the median over the rounds of studio / plain; at least 0.98 is wanted for `steady`. Every round has a seed of
its own for weights, order and split, so that the validation accuracies of the two can be compared: their difference
must be within its own noise, twice the standard error that the spread over the rounds gives it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

BATCH_SIZE = 64


def network(name: str, size: int, channels: int, classes: int):
    from cnnstudio.core.network import Edge, Network, Node
    from cnnstudio.core.params import Params

    nodes: list[Node] = []
    edges: list[Edge] = []

    def add(node_id: str, kind: str, *sources: str, **params: object) -> str:
        nodes.append(Node(id=node_id, type=kind, params=Params(params)))
        feeds = sources or ((nodes[-2].id,) if len(nodes) > 1 else ())
        edges.extend(Edge(source=s, target=node_id, slot=slot) for slot, s in enumerate(feeds))
        return node_id

    add("image", "Input", shape=[size, size, channels])
    if name == "lenet":
        add("conv1", "Conv2D", filters=6, kernel_size=5, padding="same", activation="relu")
        add("pool1", "MaxPooling2D")
        add("conv2", "Conv2D", filters=16, kernel_size=5, activation="relu")
        add("pool2", "MaxPooling2D")
        add("flatten", "Flatten")
        add("dense1", "Dense", units=120, activation="relu")
        add("dense2", "Dense", units=84, activation="relu")
    elif name == "vgg":
        for number, (filters, count) in enumerate(((32, 2), (64, 2)), 1):
            for letter in "abc"[:count]:
                add(
                    f"conv{number}{letter}",
                    "Conv2D",
                    filters=filters,
                    kernel_size=3,
                    padding="same",
                    activation="relu",
                )
            add(f"pool{number}", "MaxPooling2D")
        add("flatten", "Flatten")
        add("dense1", "Dense", units=128, activation="relu")
        add("dropout", "Dropout", rate=0.5)
    else:
        last = add("stem", "Conv2D", filters=16, kernel_size=3, padding="same", activation="relu")
        for number in range(1, 4):
            add(
                f"conv{number}a", "Conv2D", last, filters=16, kernel_size=3, padding="same", activation="relu"
            )
            add(f"conv{number}b", "Conv2D", filters=16, kernel_size=3, padding="same")
            add(f"add{number}", "Add", f"conv{number}b", last)
            last = add(f"relu{number}", "ReLU")
        add("pool", "GlobalAveragePooling2D")
    add("classes", "Dense", units=classes, activation="softmax")
    return Network.of(nodes, edges)


def run_studio(options: argparse.Namespace) -> dict[str, float]:
    from cnnstudio.core.params import Params
    from cnnstudio.core.project import Project
    from cnnstudio.engine.training import train
    from cnnstudio.runs.events import EpochEnded
    from cnnstudio.runs.plan import TrainingPlan

    classes = sum(1 for entry in options.data.iterdir() if entry.is_dir())
    project = Project(
        name="Benchmark",
        network=network(options.network, options.size, options.channels, classes),
        data=Params(validation_split=0.2, seed=options.seed),
    )
    ends: list[tuple[float, float]] = []

    def emit(event: object) -> None:
        if isinstance(event, EpochEnded):
            ends.append((time.perf_counter(), time.process_time()))

    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        record = train(
            project,
            options.data,
            Path(folder) / "run",
            emit=emit,
            plan=TrainingPlan(epochs=options.epochs, batch_size=BATCH_SIZE, seed=options.seed),
        )
        return result(start, ends, int(record.data["train"]), record.metrics)


def run_plain(options: argparse.Namespace) -> dict[str, float]:
    import keras
    import tensorflow as tf

    from cnnstudio.engine.builder import build
    from cnnstudio.layers import catalogue

    catalogue()
    keras.utils.set_random_seed(options.seed)
    start = time.perf_counter()
    training, validation = keras.utils.image_dataset_from_directory(
        options.data,
        image_size=(options.size, options.size),
        color_mode="grayscale" if options.channels == 1 else "rgb",
        batch_size=BATCH_SIZE,
        validation_split=0.2,
        subset="both",
        seed=options.seed,
        verbose=False,
    )
    count = len(training.file_paths)
    classes = len(training.class_names)

    def scale(images, labels):
        return images / 255.0, labels

    training = training.map(scale).cache().prefetch(tf.data.AUTOTUNE)
    validation = validation.map(scale).cache().prefetch(tf.data.AUTOTUNE)
    model = build(network(options.network, options.size, options.channels, classes), catalogue())
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    ends: list[tuple[float, float]] = []

    class Clock(keras.callbacks.Callback):
        def on_epoch_end(self, _epoch, _logs=None):
            ends.append((time.perf_counter(), time.process_time()))

    history = model.fit(
        training, validation_data=validation, epochs=options.epochs, callbacks=[Clock()], verbose=1
    )
    metrics = {name: values[-1] for name, values in history.history.items()}
    return result(start, ends, count, metrics)


def result(
    start: float, ends: list[tuple[float, float]], count: int, metrics: dict[str, float]
) -> dict[str, float]:
    return {
        "images": count,
        "steady": count * (len(ends) - 1) / (ends[-1][0] - ends[0][0]),
        "whole": count * len(ends) / (ends[-1][0] - start),
        "work": count * (len(ends) - 1) / (ends[-1][1] - ends[0][1]),
        "val_accuracy": round(metrics["val_accuracy"], 4),
    }


def in_own_process(kind: str, arguments: list[str]) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, __file__, "--only", kind, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def compared(studio: list[float], plain: list[float]) -> str:
    """Mean accuracies, their difference, and how large it may be by chance."""
    means = statistics.mean(studio), statistics.mean(plain)
    line = f"val_accuracy: studio {means[0]:.4f}, plain {means[1]:.4f}, difference {means[0] - means[1]:+.4f}"
    if len(studio) < 2:
        return line
    error = ((statistics.variance(studio) + statistics.variance(plain)) / len(studio)) ** 0.5
    verdict = "within" if abs(means[0] - means[1]) <= 2 * error else "NOT within"
    return f"{line}, {verdict} twice its standard error {error:.4f}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path, help="an image folder; default: the sample")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--network", choices=("lenet", "vgg", "residual"), default="lenet")
    parser.add_argument("--size", type=int, default=28)
    parser.add_argument("--channels", type=int, default=1)
    parser.add_argument("--only", choices=("studio", "plain"), help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.data is None:
        from cnnstudio.data.sample import sample_folder

        options.data = sample_folder()
    if options.only:
        print(json.dumps((run_studio if options.only == "studio" else run_plain)(options)))
        return 0
    ratios: dict[str, list[float]] = {"whole": [], "work": [], "steady": []}
    accuracies: dict[str, list[float]] = {"plain": [], "studio": []}
    for number in range(options.rounds):
        order = ("plain", "studio") if number % 2 == 0 else ("studio", "plain")
        found = {kind: in_own_process(kind, [*sys.argv[1:], f"--seed={number + 1}"]) for kind in order}
        for kind in ("plain", "studio"):
            values = found[kind]
            accuracies[kind].append(values["val_accuracy"])
            print(
                f"round {number + 1} {kind:6}: steady {values['steady']:9,.0f} img/s, whole {values['whole']:9,.0f} "
                f"img/s, work {values['work']:9,.0f} img/CPU s, val_accuracy {values['val_accuracy']:.3f}",
                flush=True,
            )
        for name, kept in ratios.items():
            kept.append(found["studio"][name] / found["plain"][name])
    for name, kept in ratios.items():
        shown = ", ".join(f"{ratio:.3f}" for ratio in kept)
        print(f"{name:6} studio / plain: median {statistics.median(kept):.3f} ({shown})")
    print(compared(accuracies["studio"], accuracies["plain"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())

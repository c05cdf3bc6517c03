"""Images a second of the studio's input pipeline against Keras's own, first epoch and later ones, no network in the way.

    python benchmarks/pipeline.py [--png FOLDER] [--epochs N] [--rounds N] [--count N]

Two kinds of data: all 60,000 Fashion-MNIST pictures (PNG 28×28; FOLDER as `python resources/make_sample.py folders
FOLDER` lays them out, else in a temporary place) and 2,000 generated photographs (JPEG 224×224). The references are
what practitioners write: `image_dataset_from_directory(…).map(scale).prefetch()`, and the same with `.cache()`.
An epoch is a pass over the training images and one over the validation images, as `fit` makes them; every batch is
really fetched. The first is from the bare folder to the last batch: listing, checking and decoding included. Each round
is a process of its own, each with nothing cached on disk; before its clock starts, each has seen 40 other images and
touched 2 GiB of memory, so that neither what TensorFlow does once nor the host of a virtual machine is measured.
Goals: the first epoch not slower than either reference, later ones at least 1.5 times as fast as decoding each time.
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
from itertools import pairwise
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

BATCH_SIZE = 64
_TOUCHED = 2 * 2**30
KINDS = ("studio", "plain", "cached")


def write_photographs(folder: Path, count: int) -> None:
    """Smooth colour fields with noise, as hard to decode as photographs of that size."""
    import numpy as np
    from PIL import Image

    generator = np.random.default_rng(7)
    for number in range(count):
        home = folder / f"class{number % 4}"
        home.mkdir(parents=True, exist_ok=True)
        small = generator.integers(0, 256, (9, 9, 3), np.uint8)
        smooth = np.asarray(Image.fromarray(small).resize((224, 224), Image.Resampling.BICUBIC), np.int16)
        noisy = np.clip(smooth + generator.normal(0, 12, (224, 224, 3)), 0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(home / f"{number:05}.jpg", quality=90)


def studio(data: Path, shape: tuple[int, int, int]) -> tuple[list[object], int]:
    from cnnstudio.data.settings import DataSettings
    from cnnstudio.engine.batches import OrderedBatches, TrainingBatches
    from cnnstudio.engine.datasets import read_folder
    from cnnstudio.engine.heads import Head

    images = read_folder(data, DataSettings(validation_split=0.2, seed=1), shape)
    head = Head(
        units=len(images.classes),
        activation="softmax",
        loss="sparse_categorical_crossentropy",
        one_hot=False,
    )
    batches = TrainingBatches(images.train, head, batch_size=BATCH_SIZE, seed=1, pixels="0..1")
    batches.begin_epoch(0)
    held = OrderedBatches(images.validation, head, batch_size=BATCH_SIZE, pixels="0..1")
    return [batches.dataset(), held.dataset()], batches.count + held.count


def keras_own(data: Path, shape: tuple[int, int, int], *, cached: bool) -> tuple[list[object], int]:
    import keras
    import tensorflow as tf

    datasets = keras.utils.image_dataset_from_directory(
        data,
        image_size=shape[:2],
        color_mode="grayscale" if shape[2] == 1 else "rgb",
        batch_size=BATCH_SIZE,
        validation_split=0.2,
        subset="both",
        seed=1,
        verbose=False,
    )
    scaled = [one.map(lambda images, labels: (images / 255.0, labels)) for one in datasets]
    ready = [(one.cache() if cached else one).prefetch(tf.data.AUTOTUNE) for one in scaled]
    return ready, sum(len(one.file_paths) for one in datasets)


def measure(kind: str, data: Path, shape: tuple[int, int, int], epochs: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as few:
        write_photographs(Path(few), 40)
        passes(kind, Path(few), shape, 1)
    touch_memory()
    count, seconds = passes(kind, data, shape, epochs)
    return {"first": count / seconds[0], "later": count * (epochs - 1) / sum(seconds[1:])}


def touch_memory() -> None:
    """A virtual machine is given memory when it first touches it: that takes longer than all use of it, and is its host's."""
    import numpy as np

    np.ones(_TOUCHED, np.uint8)


def passes(kind: str, data: Path, shape: tuple[int, int, int], epochs: int) -> tuple[int, list[float]]:
    """How many images there are, and the seconds that each epoch took; the first with all that comes before it."""
    ends = [time.perf_counter()]
    datasets, count = (
        studio(data, shape) if kind == "studio" else keras_own(data, shape, cached=kind == "cached")
    )
    for _ in range(epochs):
        seen = sum(int(labels.shape[0]) for dataset in datasets for _, labels in dataset)  # type: ignore[attr-defined]
        assert seen == count, (seen, count)
        ends.append(time.perf_counter())
    return count, [end - start for start, end in pairwise(ends)]


def in_own_process(kind: str, data: Path, shape: tuple[int, int, int], epochs: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as cache:
        done = subprocess.run(
            [
                *(sys.executable, __file__, "--only", kind, "--png", str(data), "--epochs", str(epochs)),
                *("--shape", *map(str, shape)),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            check=True,
            env={**os.environ, "XDG_CACHE_HOME": cache},
        )
    return json.loads(done.stdout.splitlines()[-1])


def compare(title: str, data: Path, shape: tuple[int, int, int], epochs: int, rounds: int) -> None:
    print(f"{title}, batches of {BATCH_SIZE}, {epochs} epochs, {rounds} rounds; images a second")
    found: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for number in range(rounds):
        for kind in KINDS if number % 2 == 0 else reversed(KINDS):
            found[kind].append(in_own_process(kind, data, shape, epochs))
    for kind in KINDS:
        first, later = (statistics.median(one[name] for one in found[kind]) for name in ("first", "later"))
        print(f"  {kind:8} first {first:10,.0f}   later {later:10,.0f}", flush=True)
    for reference in ("plain", "cached"):
        ratios = {
            name: statistics.median(
                mine[name] / theirs[name]
                for mine, theirs in zip(found["studio"], found[reference], strict=True)
            )
            for name in ("first", "later")
        }
        print(f"  studio / {reference}: first {ratios['first']:.2f}, later {ratios['later']:.2f}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--png", type=Path, help="a folder of PNG 28×28 in class folders, or with train/")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=2000, help="how many photographs")
    parser.add_argument("--skip", choices=("png", "jpeg"), default="")
    parser.add_argument("--only", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--shape", type=int, nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(options.only, options.png, tuple(options.shape), options.epochs)))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        if options.skip != "png":
            png = options.png
            if png is None:
                png = Path(folder) / "fashion"
                maker = CHECKOUT / "resources" / "make_sample.py"
                subprocess.run(
                    [sys.executable, str(maker), "folders", str(png)], check=True, stdout=subprocess.DEVNULL
                )
            png = png / "train" if (png / "train").is_dir() else png
            compare("60,000 PNG 28×28×1", png, (28, 28, 1), options.epochs, options.rounds)
        if options.skip != "jpeg":
            photographs = Path(folder) / "photographs"
            write_photographs(photographs, options.count)
            compare(
                f"{options.count:,} JPEG 224×224×3",
                photographs,
                (224, 224, 3),
                options.epochs,
                options.rounds,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())

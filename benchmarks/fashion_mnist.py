"""How well LeNet-5 learns Fashion-MNIST with the studio's own training, as anybody would start it.

    python benchmarks/fashion_mnist.py [--data FOLDER] [--epochs N]

First the sample, 4,000 images, a fifth of them held back: at least 0.82 on these within 20 epochs is wanted. Then
all 60,000 training images: at least 0.88 on the 10,000 test images within 10 epochs. FOLDER has train/ and test/,
as `python resources/make_sample.py folders FOLDER` lays them out; without it they are laid out in a temporary place.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT))
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from cnnstudio.engine.quiet import silence_native_output

WANTED_ON_SAMPLE = 0.82
WANTED_ON_TEST = 0.88


def learn(data: Path, run: Path, epochs: int, validation_split: float):
    from cnnstudio.core.params import Params
    from cnnstudio.core.project import Project
    from cnnstudio.engine.training import train
    from cnnstudio.runs.events import EpochEnded
    from cnnstudio.runs.plan import TrainingPlan
    from cnnstudio.zoo import templates

    project = Project(
        name="LeNet-5",
        network=templates()["lenet5"].build(padding=2),
        data=Params(validation_split=validation_split, seed=1337),
    )

    def emit(event: object) -> None:
        if isinstance(event, EpochEnded):
            metrics = "  ".join(f"{name} {value:.4f}" for name, value in event.metrics.items())
            print(f"  epoch {event.epoch:2}  {metrics}  {event.seconds:.1f} s", flush=True)

    return train(project, data, run, emit=emit, plan=TrainingPlan(epochs=epochs, batch_size=64))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--epochs", type=int, default=10)
    options = parser.parse_args()
    silence_native_output()
    from cnnstudio.data.sample import sample_folder
    from cnnstudio.engine.evaluation import evaluate

    with tempfile.TemporaryDirectory() as folder:
        print("the sample")
        start = time.perf_counter()
        record = learn(sample_folder(), Path(folder) / "sample", 20, 0.2)
        on_sample = record.metrics["val_accuracy"]
        print(
            f"validation accuracy {on_sample:.4f} (epoch {record.best_epoch}), wanted {WANTED_ON_SAMPLE}",
            end="",
        )
        print(f", {time.perf_counter() - start:.0f} s in all")
        data = options.data
        if data is None:
            data = Path(folder) / "images"
            script = CHECKOUT / "resources" / "make_sample.py"
            subprocess.run([sys.executable, str(script), "folders", str(data)], check=True)
        print("all 60,000 training images")
        start = time.perf_counter()
        record = learn(data, Path(folder) / "all", options.epochs, 0.0)
        found = evaluate(Path(folder) / "all", data, part="test")
        on_test = float(str(found["accuracy"]))
        print(f"test accuracy {on_test:.4f} on {found['images']} images, wanted {WANTED_ON_TEST}", end="")
        print(f", {time.perf_counter() - start:.0f} s in all")
    return 0 if on_sample >= WANTED_ON_SAMPLE and on_test >= WANTED_ON_TEST else 1


if __name__ == "__main__":
    sys.exit(main())

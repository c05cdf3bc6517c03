"""The memory rule against reality: growth of a process's peak while it trains, as a ratio of what the rule says.

One process for each network and batch size. Peak of resident memory (VmHWM) after three training steps, less what was
there before the model was built; TensorFlow is warmed up by a tiny model first. Linux only.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CASES = (
    ("lenet5", {}, (256, 1024)),
    ("vgg11", {"input_shape": (64, 64, 3)}, (16, 64)),
    ("resnet18", {"input_shape": (96, 96, 3)}, (16, 64)),
)


def peak() -> tuple[int, int]:
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    found = dict(line.split(":", 1) for line in lines)
    return int(found["VmRSS"].split()[0]) * 1024, int(found["VmHWM"].split()[0]) * 1024


def measure(name: str, index: int, batch: int) -> None:
    import os

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras
    import numpy as np

    from cnnstudio.core.analysis import Analyser
    from cnnstudio.engine.builder import build
    from cnnstudio.layers import catalogue
    from cnnstudio.layers.memory import training_memory
    from cnnstudio.zoo import templates

    network = templates()[name].build(**CASES[index][1])
    analysis = Analyser(catalogue()).analyse(network)
    said = training_memory(analysis, slots=2).total(batch)
    assert said is not None
    tiny = keras.Sequential([keras.Input((8, 8, 1)), keras.layers.Conv2D(2, 3), keras.layers.Flatten(), keras.layers.Dense(2)])  # fmt: skip
    tiny.compile("adam", "mse")
    tiny.train_on_batch(np.zeros((2, 8, 8, 1), "float32"), np.zeros((2, 2), "float32"))
    first, output = (analysis.nodes[node].output_shape for node in (analysis.order[0], analysis.order[-1]))
    assert first is not None
    assert output is not None
    pixels = np.random.default_rng(0).random((batch, *first), np.float32)
    labels = np.zeros(batch, "int32")
    before, _ = peak()
    model = build(network, catalogue())
    model.compile("adam", "sparse_categorical_crossentropy")
    for _ in range(3):
        model.train_on_batch(pixels, labels)
    _, highest = peak()
    grown = highest - before
    print(f"{name:9} batch {batch:5}: rule {said / 2**20:7.0f} MB, grew {grown / 2**20:7.0f} MB, {grown / said:5.2f} x the rule")  # fmt: skip


def main() -> None:
    if len(sys.argv) == 4:
        measure(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
        return
    for index, (name, _, batches) in enumerate(CASES):
        for batch in batches:
            subprocess.run([sys.executable, __file__, name, str(index), str(batch)], check=True)


if __name__ == "__main__":
    main()

"""The layers that Keras lacks give the same on every backend, and train there."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

from cnnstudio.engine import custom_layers as custom
from tests.layers.custom_layer_examples import IMAGES, LAYERS, model_of

pytestmark = [pytest.mark.engine, pytest.mark.slow]

CODE = """
import json, sys
from pathlib import Path
import keras, numpy as np
from cnnstudio.engine import custom_layers
folder, backend = Path(sys.argv[1]), sys.argv[2]
assert keras.backend.backend() == backend
told = {}
for path in sorted(folder.glob("*.keras")):
    stored = np.load(path.with_suffix(".npz"))
    inputs = [stored[name] for name in sorted(stored.files) if name != "expected"]
    fed = inputs if len(inputs) > 1 else inputs[0]
    try:
        model = keras.models.load_model(path)
        result = model.predict(fed, verbose=0)
        model.compile("sgd", "mse")
        loss = float(np.mean(model.train_on_batch(fed, np.ones_like(result))))
        told[path.stem] = [float(np.abs(result - stored["expected"]).max()), loss]
    except Exception as error:
        told[path.stem] = f"{type(error).__name__}: {error}"[:500]
print("TOLD", json.dumps(told))
"""


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_custom_layers_give_tensorflows_values_and_train(
    backend: str, tmp_path: Path, checkout: Path
) -> None:
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    names = {}
    for number, (name, make) in enumerate(LAYERS.items()):
        names[f"{number:02}"] = name
        model = model_of(make())
        model.save(tmp_path / f"{number:02}.keras")
        np.savez(tmp_path / f"{number:02}.npz", a=IMAGES, expected=model.predict(IMAGES, verbose=0))
    nodes, edges = keras.Input((5, 3)), keras.Input((5, 5))
    graph = keras.Model([nodes, edges], custom.GraphConvolution(4)([nodes, edges]))
    pair = [IMAGES[:, :5, 0, :3], np.tile(np.eye(5, k=1, dtype="float32"), (3, 1, 1))]
    names["graph"] = "graph"
    graph.save(tmp_path / "graph.keras")
    np.savez(tmp_path / "graph.npz", a=pair[0], b=pair[1], expected=graph.predict(pair, verbose=0))
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(tmp_path), backend],
        cwd=checkout,
        env={**os.environ, "KERAS_BACKEND": backend},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert "TOLD" in done.stdout, done.stderr[-2000:]
    told = json.loads(done.stdout.rpartition("TOLD ")[2])
    assert set(told) == set(names)
    wrong = {
        names[key]: value
        for key, value in told.items()
        if isinstance(value, str) or value[0] > 1e-4 or not np.isfinite(value[1])
    }
    assert not wrong

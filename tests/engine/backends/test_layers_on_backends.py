"""The layers that Keras lacks give the same values and slopes on TensorFlow, JAX and PyTorch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.engine.custom_layers import custom_layers
from tests.engine.backends import layer_values
from tests.engine.backends.installed import OTHERS


def run(backend: str, checkout: Path, out: Path, *given: Path) -> dict[str, np.ndarray]:
    done = subprocess.run(
        [sys.executable, layer_values.__file__, str(out), *map(str, given)],
        env={**os.environ, "KERAS_BACKEND": backend, "PYTHONPATH": str(checkout)},
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return dict(np.load(out))


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory, checkout: Path) -> tuple[Path, dict[str, np.ndarray]]:
    """TensorFlow's values, and the file that holds them with the weights."""
    path = tmp_path_factory.mktemp("values") / "tensorflow.npz"
    return path, run("tensorflow", checkout, path)


def test_every_custom_layer_is_compared() -> None:
    rows = {type(make()).__name__ for make, _ in layer_values.LAYERS.values()}
    assert rows == set(custom_layers())


@pytest.mark.slow
@pytest.mark.parametrize("backend", OTHERS)
def test_custom_layers_agree_with_tensorflow(
    backend: str, reference: tuple[Path, dict[str, np.ndarray]], checkout: Path, tmp_path: Path
) -> None:
    path, expected = reference
    found = run(backend, checkout, tmp_path / "out.npz", path)
    assert set(found) == set(expected)
    wrong = {}
    for name, values in expected.items():
        assert np.abs(values).max() > 0
        distance = np.abs(found[name] - values).max() / max(1.0, np.abs(values).max())
        if not distance < 1e-5:
            wrong[name] = distance
    assert not wrong

"""The weights of a network by layer and name: what they are like, and one layer's values.

Histograms are made here of all values, so that a layer that is too large to be sent is still seen whole.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.message import Message
from cnnstudio.core.project import Project
from cnnstudio.engine.best_weights import put_best_weights, refuse_without_model
from cnnstudio.engine.builder import build
from cnnstudio.engine.devices import allow_memory_growth
from cnnstudio.engine.failures import EngineError
from cnnstudio.engine.initial_weights import take_weights
from cnnstudio.engine.preparing import spare_model
from cnnstudio.layers import catalogue
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.run_folder import RunFolder

MOST_VALUES = 4_000_000
"""An array with more values is not sent: 16 MB."""
BINS = 48
"""Bars of a histogram."""

_last: list[tuple[object, keras.Model]] = []


def weights_of_run(run_dir: Path, layer: str = "") -> dict[str, object]:
    """The weights of a run's best model, see `weights_of`. Raises EngineError, RunFolderError, ProjectFileError."""
    folder = RunFolder.open(run_dir)
    refuse_without_model(folder)
    status = folder.model.stat()
    key = ("run", str(folder.model.resolve()), status.st_mtime_ns, status.st_size)
    if not (_last and _last[0][0] == key):
        allow_memory_growth()
        project = folder.project()
        model = build(project.network, catalogue(), name=project.name or None)
        put_best_weights(model, folder)
        _last[:] = [(key, model)]
    return weights_of(_last[0][1], layer)


def fresh_weights(project: Project, plan: TrainingPlan, layer: str = "") -> dict[str, object]:
    """The weights that a run of this plan would begin with, drawn from its seed. Raises EngineError and BuildError."""
    key = ("fresh", project.network, plan.seed, plan.initial_weights)
    if not (_last and _last[0][0] == key):
        allow_memory_growth()
        keras.utils.set_random_seed(plan.seed)
        model = spare_model(project, plan)
        if plan.initial_weights:
            take_weights(model, Path(plan.initial_weights))
        _last[:] = [(key, model)]
    return weights_of(_last[0][1], layer)


def weights_of(model: keras.Model, layer: str = "") -> dict[str, object]:
    """`layers`: those with weights, from input to output, each with `name`, `type` and `weights`; of each weight `name`, `shape`, `count`, `trainable`, `min`, `max`, `mean`,
    `std` (of the finite values; None where there are none) and `not_finite` (how many values are not numbers).

    With `layer` also `layer` (its name) and `values`: of each of its weights by name the `values` (float32, in Keras's
    layout; None for more than 4 million), `counts` (int64) and `edges` (float64, one more) of their histogram. Raises
    EngineError for a layer that is not there.
    """
    layers = [
        {
            "name": found.name,
            "type": type(found).__name__,
            "weights": [_told(found, weight) for weight in found.weights],
        }
        for found in model.layers
        if found.weights
    ]
    reply: dict[str, object] = {"layers": layers, "parameters": int(model.count_params())}
    if layer:
        reply |= {"layer": layer, "values": _values(model, layer)}
    return reply


def weight_name(layer: keras.layers.Layer, weight: Any) -> str:
    """What a weight is called within its layer: `kernel`, or `query/kernel` where layers hold layers."""
    return f"/{weight.path}".partition(f"/{layer.name}/")[2] or str(weight.name)


def _told(layer: keras.layers.Layer, weight: Any) -> dict[str, object]:
    values = keras.ops.convert_to_numpy(weight.value).astype(np.float64)
    finite = values[np.isfinite(values)]
    return {
        "name": weight_name(layer, weight),
        "shape": tuple(int(size) for size in weight.shape),
        "count": int(values.size),
        "trainable": bool(weight.trainable),
        "min": float(finite.min()) if finite.size else None,
        "max": float(finite.max()) if finite.size else None,
        "mean": float(finite.mean()) if finite.size else None,
        "std": float(finite.std()) if finite.size else None,
        "not_finite": int(values.size - finite.size),
    }


def _values(model: keras.Model, layer: str) -> dict[str, dict[str, object]]:
    found = next((one for one in model.layers if one.name == layer and one.weights), None)
    if found is None:
        raise EngineError(Message("The network has no layer {name} with weights.", name=layer))
    told: dict[str, dict[str, object]] = {}
    for weight in found.weights:
        values = keras.ops.convert_to_numpy(weight.value).astype(np.float32)
        counts, edges = _histogram(values)
        told[weight_name(found, weight)] = {
            "values": values if values.size <= MOST_VALUES else None,
            "counts": counts,
            "edges": edges,
        }
    return told


def _histogram(values: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    finite = values[np.isfinite(values)].astype(np.float64)
    if not finite.size:
        return np.zeros(1, np.int64), np.array([0.0, 1.0])
    low, high = float(finite.min()), float(finite.max())
    if low == high:  # all alike: one bar around them
        half = abs(low) / 2 or 0.5
        return np.array([finite.size], np.int64), np.array([low - half, high + half])
    counts, edges = np.histogram(finite, bins=min(BINS, max(4, int(np.sqrt(finite.size)))))
    return counts.astype(np.int64), edges

"""The weights of a network by layer and name: what they are like, and one layer's values.

Histograms are made here of all values, so that a layer that is too large to be sent is still seen whole.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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

MOST_KEPT = 20_000_000
"""A network of more parameters is not kept for the next question: 80 MB."""
_CHUNK = 1_000_000
"""Values that are looked at at once, so that a large layer is not copied in double precision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looked:
    key: tuple[object, ...]
    table: dict[str, object]
    model: keras.Model | None


_last: list[_Looked] = []
"""What was looked at last: its layers are asked for one after the other."""


def weights_of_run(run_dir: Path, layer: str = "") -> dict[str, object]:
    """The weights of a run's best model, see `weights_of`. Raises EngineError, RunFolderError, ProjectFileError."""
    folder = RunFolder.open(run_dir)
    refuse_without_model(folder)
    status = folder.model.stat()
    key = ("run", str(folder.model.resolve()), status.st_mtime_ns, status.st_size)

    def load() -> keras.Model:
        project = folder.project()
        model = build(project.network, catalogue(), name=project.name or None)
        put_best_weights(model, folder)
        return model

    return _looked_at(key, load, layer)


def fresh_weights(project: Project, plan: TrainingPlan, layer: str = "") -> dict[str, object]:
    """The weights that a run of this plan would begin with, drawn from its seed. Raises EngineError and BuildError."""

    def draw() -> keras.Model:
        keras.utils.set_random_seed(plan.seed)
        model = spare_model(project, plan)
        if plan.initial_weights:
            take_weights(model, Path(plan.initial_weights))
        return model

    return _looked_at(("fresh", project.network, plan.seed, plan.initial_weights), draw, layer)


def _looked_at(key: tuple[object, ...], make: Callable[[], keras.Model], layer: str) -> dict[str, object]:
    last = _last[0] if _last and _last[0].key == key else None
    if last is not None and not layer:
        return last.table
    model = last.model if last is not None else None
    if model is None:
        _last.clear()  # two large networks at once are more than are needed
        allow_memory_growth()
        model = make()
    table = last.table if last is not None else weights_of(model)
    kept = model if model.count_params() <= MOST_KEPT else None
    _last[:] = [_Looked(key=key, table=table, model=kept)]
    return {**table, "layer": layer, "values": layer_values(model, layer)} if layer else table


def weights_of(model: keras.Model) -> dict[str, object]:
    """`layers`: those with weights, from input to output, each with `name`, `type` and `weights`; of each weight `name`, `shape`, `count`, `trainable`, `min`, `max`, `mean`,
    `std` (of the finite values; None where there are none) and `not_finite` (how many values are not numbers).
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
    return {"layers": layers, "parameters": int(model.count_params())}


def weight_name(layer: keras.layers.Layer, weight: Any) -> str:
    """What a weight is called within its layer: `kernel`, or `query/kernel` where layers hold layers."""
    return f"/{weight.path}".partition(f"/{layer.name}/")[2] or str(weight.name)


def _told(layer: keras.layers.Layer, weight: Any) -> dict[str, object]:
    values = keras.ops.convert_to_numpy(weight.value).reshape(-1)
    low, high, finite, total = math.inf, -math.inf, 0, 0.0
    for part in _finite_parts(values):
        low, high = min(low, float(part.min())), max(high, float(part.max()))
        finite += part.size
        total += float(part.sum())
    mean = total / finite if finite else 0.0
    squares = sum(float(((part - mean) ** 2).sum()) for part in _finite_parts(values))
    return {
        "name": weight_name(layer, weight),
        "shape": tuple(int(size) for size in weight.shape),
        "count": int(values.size),
        "trainable": bool(weight.trainable),
        "min": low if finite else None,
        "max": high if finite else None,
        "mean": mean if finite else None,
        "std": math.sqrt(squares / finite) if finite else None,
        "not_finite": int(values.size - finite),
    }


def _finite_parts(values: NDArray[Any]) -> Iterator[NDArray[np.float64]]:
    """The values that are numbers, in double precision, a part at a time."""
    for start in range(0, values.size, _CHUNK):
        part = values[start : start + _CHUNK].astype(np.float64)
        part = part[np.isfinite(part)]
        if part.size:
            yield part


def layer_values(model: keras.Model, layer: str) -> dict[str, dict[str, object]]:
    """Of each weight of a layer by its name: `values` (float32, in Keras's layout; None for more than 4 million), and
    `counts` (int64) and `edges` (float64, one more) of their histogram.

    Raises EngineError for a layer that is not there.
    """
    found = next((one for one in model.layers if one.name == layer and one.weights), None)
    if found is None:
        raise EngineError(Message("The network has no layer {name} with weights.", name=layer))
    told: dict[str, dict[str, object]] = {}
    for weight in found.weights:
        values = keras.ops.convert_to_numpy(weight.value).astype(np.float32, copy=False)
        counts, edges = _histogram(values)
        told[weight_name(found, weight)] = {
            "values": values if values.size <= MOST_VALUES else None,
            "counts": counts,
            "edges": edges,
        }
    return told


def _histogram(values: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    finite = values.reshape(-1)
    if not np.isfinite(finite).all():
        finite = finite[np.isfinite(finite)]
    if not finite.size:
        return np.zeros(1, np.int64), np.array([0.0, 1.0])
    low, high = float(finite.min()), float(finite.max())
    if low == high:  # all alike: one bar around them
        half = abs(low) / 2 or 0.5
        return np.array([finite.size], np.int64), np.array([low - half, high + half])
    counts, edges = np.histogram(finite, bins=min(BINS, max(4, int(np.sqrt(finite.size)))), range=(low, high))
    return counts.astype(np.int64), edges.astype(np.float64)

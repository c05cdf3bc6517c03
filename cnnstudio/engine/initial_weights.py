"""Starting from another run's weights: layer by layer, where name and shapes are the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import keras

from cnnstudio.core.message import Message
from cnnstudio.engine.best_weights import DAMAGED
from cnnstudio.engine.builder import build
from cnnstudio.engine.failures import EngineError
from cnnstudio.layers import catalogue
from cnnstudio.runs.run_folder import RunFolder


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenWeights:
    """What came of it: the layers whose weights were taken, and for the others why not."""

    run: str
    loaded: tuple[str, ...]
    left: dict[str, Message]

    def to_json(self) -> dict[str, object]:
        return {
            "run": self.run,
            "loaded": list(self.loaded),
            "left": {name: str(why) for name, why in self.left.items()},
        }

    def lines(self) -> list[str]:
        """For train.log."""
        taken = ", ".join(self.loaded) or "none"
        return [
            f"weights from {self.run}: {len(self.loaded)} layers taken: {taken}",
            *(f"weights of {name} not taken: {why}" for name, why in self.left.items()),
        ]


def take_weights(model: keras.Model, run_dir: Path) -> TakenWeights:
    """Put the best weights of a run into `model`, where they fit. Raises EngineError when not one layer fits."""
    folder = RunFolder.open(run_dir)
    if not folder.has_model:
        raise EngineError(
            Message("The run to start from has no model yet: no epoch has ended."),
            Message("Choose another run for initial_weights, or leave it empty."),
        )
    project = folder.project()
    source = build(project.network, catalogue(), name=project.name or None)
    try:
        source.load_weights(folder.model)
    except DAMAGED as error:
        raise EngineError(
            Message("The model of the run to start from is damaged."),
            Message("Choose another run for initial_weights, or leave it empty."),
        ) from error
    given = {layer.name: layer for layer in source.layers}
    loaded: list[str] = []
    left: dict[str, Message] = {}
    for layer in model.layers:
        if not layer.weights:
            continue
        other = given.get(layer.name)
        if other is None:
            left[layer.name] = Message("that run has no layer of this name")
            continue
        here = [tuple(weight.shape) for weight in layer.weights]
        there = [tuple(weight.shape) for weight in other.weights]
        if here != there:
            left[layer.name] = Message(
                "its weights are {here}, there {there}", here=_text(here), there=_text(there)
            )
            continue
        layer.set_weights(other.get_weights())
        loaded.append(layer.name)
    if not loaded:
        raise EngineError(
            Message("No layer of the network has the name and the shapes of a layer in that run."),
            Message("Choose another run for initial_weights, or leave it empty."),
        )
    return TakenWeights(run=str(run_dir), loaded=tuple(loaded), left=left)


def _text(shapes: list[tuple[int, ...]]) -> str:
    return ", ".join("×".join(str(size) for size in shape) or "1" for shape in shapes) or "none"

"""What the rules look at: a run's epochs as arrays, and the few facts around them. NumPy only."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.network import Network
from cnnstudio.runs.plan import TrainingPlan
from cnnstudio.runs.record import RunRecord
from cnnstudio.runs.series import MetricSeries
from cnnstudio.runs.training_run import TrainingRun

Array: TypeAlias = NDArray[np.float64]
_NONE = MetricSeries()
_CROSS_ENTROPIES = (
    "auto",
    "sparse_categorical_crossentropy",
    "categorical_crossentropy",
    "binary_crossentropy",
)
"""Losses that are ln(classes) for who knows nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCurves:
    """One value per finished epoch in each of the first four, which are empty when not measured."""

    loss: Array
    val_loss: Array
    accuracy: Array
    val_accuracy: Array
    batch_losses: Array
    plan: TrainingPlan = field(default_factory=TrainingPlan)
    classes: int = 0
    """Classes told apart; 0 when this is not known, or not what is learned."""
    validation_images: int = 0
    is_over: bool = False
    steps_per_epoch: int = 0
    layers: frozenset[str] = frozenset()
    """Types of the network's layers, those in blocks too; empty when they are not known."""

    @classmethod
    def of(
        cls, run: TrainingRun, *, classes: int = 0, validation_images: int = 0, network: Network | None = None
    ) -> RunCurves:
        """What the rules need of a run. The facts of its data are in its record."""
        loss = run.history.get("loss", _NONE)
        return cls(
            loss=loss.ys,
            val_loss=_as_long_as(loss, run.history.get("val_loss", _NONE)),
            accuracy=_as_long_as(loss, run.history.get("accuracy", _NONE)),
            val_accuracy=_as_long_as(loss, run.history.get("val_accuracy", _NONE)),
            batch_losses=run.batches.get("loss", _NONE).ys,
            plan=run.plan,
            classes=classes,
            validation_images=validation_images,
            is_over=run.is_over,
            steps_per_epoch=run.steps_per_epoch,
            layers=frozenset(_types(network)) if network is not None else frozenset(),
        )

    @classmethod
    def of_record(
        cls, run: TrainingRun, record: RunRecord | None, network: Network | None = None
    ) -> RunCurves:
        """What the rules need of a run, with the facts that its record and its network tell, where they are known."""
        if record is None:
            return cls.of(run, network=network)
        images = record.data.get("validation")
        return cls.of(
            run,
            classes=len(record.classes) if record.task == "classification" else 0,
            validation_images=images if isinstance(images, int) else 0,
            network=network,
        )

    @property
    def epochs(self) -> int:
        return len(self.loss)

    @property
    def augments(self) -> bool:
        """Whether layers of the network change the images at random."""
        return any(type_.startswith("Random") for type_ in self.layers)

    @property
    def drops_out(self) -> bool:
        """Whether layers of the network leave something out at random."""
        return any("Dropout" in type_ for type_ in self.layers)

    @property
    def chance_loss(self) -> float:
        """The cross-entropy of who knows nothing, ln(classes); NaN when it does not apply."""
        known = self.plan.loss in _CROSS_ENTROPIES
        return math.log(self.classes) if self.classes >= 2 and known else math.nan


def _types(network: Network) -> Iterator[str]:
    for node in network.nodes.values():
        if node.block is None:
            yield node.type
        else:
            yield from _types(node.block.network)


def _as_long_as(loss: MetricSeries, series: MetricSeries) -> Array:
    """A curve that was not measured in every epoch tells nothing here."""
    return series.ys if len(series) == len(loss) else _NONE.ys


def fall(values: Array) -> float:
    """How much of its value a curve lost from its first to its last epoch, 0 to 1; below 0 when it rose."""
    return float((values[0] - values[-1]) / abs(values[0])) if len(values) > 1 and values[0] else 0.0


def slope(values: Array) -> float:
    """Change per epoch of the straight line of least squares; 0 for fewer than two values."""
    if len(values) < 2:
        return 0.0
    x = np.arange(len(values)) - (len(values) - 1) / 2
    return float((x * values).sum() / (x * x).sum())


def wobble(values: Array) -> float:
    """Spread of the steps from epoch to epoch around their own mean, in units of the values."""
    return float(np.diff(values).std()) if len(values) > 2 else 0.0

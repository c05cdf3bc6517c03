"""Which epoch of a run is the best one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class BestEpoch:
    """The best epoch so far (0: none) and its metrics.

    By validation accuracy, ties by validation loss; without validation by loss.
    """

    epoch: int = 0
    metrics: dict[str, float] = field(default_factory=dict)

    def offer(self, epoch: int, metrics: dict[str, float]) -> bool:
        """Take the epoch when it is better than the best so far; whether it was."""
        if self.epoch and _merit(metrics) <= _merit(self.metrics):
            return False
        self.epoch, self.metrics = epoch, metrics
        return True


def _merit(metrics: Mapping[str, float]) -> tuple[float, float]:
    if "val_accuracy" in metrics:
        return metrics["val_accuracy"], -metrics.get("val_loss", 0.0)
    return -metrics.get("val_loss", metrics.get("loss", 0.0)), 0.0

"""Which epoch of a run is the best one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cnnstudio.engine.judging import goes_up, value_of


@dataclass(slots=True)
class BestEpoch:
    """The best epoch so far (0: none) and its metrics.

    `auto`: by validation accuracy, ties by validation loss; without validation by loss.
    """

    epoch: int = 0
    metrics: dict[str, float] = field(default_factory=dict)
    by: str = "auto"
    """The metric that decides."""

    def offer(self, epoch: int, metrics: dict[str, float]) -> bool:
        """Take the epoch when it is better than the best so far; whether it was."""
        if self.epoch and _merit(metrics, self.by) <= _merit(self.metrics, self.by):
            return False
        self.epoch, self.metrics = epoch, metrics
        return True


def _merit(metrics: Mapping[str, float], by: str) -> tuple[float, float]:
    chosen = value_of(metrics, by) if by != "auto" else None
    if chosen is not None:
        return chosen if goes_up(by) else -chosen, -metrics.get("val_loss", metrics.get("loss", 0.0))
    if "val_accuracy" in metrics:
        return metrics["val_accuracy"], -metrics.get("val_loss", 0.0)
    return -metrics.get("val_loss", metrics.get("loss", 0.0)), 0.0

"""The learning-rate range test: train a fresh copy for a moment while the rate rises, and see where the loss falls.

Smith 2017, "Cyclical learning rates for training neural networks", section 3.3. Nothing is kept.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import keras

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.project import Project
from cnnstudio.data.settings import DataSettings
from cnnstudio.engine.backend import with_running_backend
from cnnstudio.engine.batches import TrainingBatches, naming_broken_files
from cnnstudio.engine.devices import keras_device
from cnnstudio.engine.failures import CancelledError
from cnnstudio.engine.initial_weights import take_weights
from cnnstudio.engine.optimizers import inner_of
from cnnstudio.engine.pixels import pixel_range
from cnnstudio.engine.preparing import prepare, read_images
from cnnstudio.runs.plan import TrainingPlan

_SMOOTHING = 0.9
"""How much of the mean loss so far is kept at each step."""
_DIVERGED = 4.0
"""The smoothed loss has run away when it is this many times its lowest."""
_FELL = 0.98
"""The loss has fallen when it is below this share of what it was at first."""
_FIRST_LOOK = 10
"""Steps before which nothing is concluded."""

Tell = Callable[[float, float], None]
"""Is told a rate and the smoothed loss at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTest:
    """What was tried, and what to make of it."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    """Smoothed."""
    suggestion: float | None
    """None where the loss fell at no rate."""
    diverged_at: float | None

    def to_json(self) -> dict[str, object]:
        return {
            "rates": list(self.rates),
            "losses": list(self.losses),
            "suggestion": self.suggestion,
            "diverged_at": self.diverged_at,
        }


def find_learning_rate(
    project: Project,
    data_dir: Path,
    plan: TrainingPlan,
    *,
    lowest: float = 1e-6,
    highest: float = 10.0,
    steps: int = 120,
    tell: Tell,
    say: Callable[[Message], None] = lambda _: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> RateTest:
    """Raise the rate from `lowest` to `highest` in equal factors over `steps` batches of real images.

    Ends early when the loss runs away. Raises as training does, and CancelledError.
    """
    plan = replace(
        with_running_backend(plan), schedule="constant", warmup_epochs=0, use_ema=False, learning_rate=lowest
    )
    settings = DataSettings.from_json(project.data)
    data, _ = read_images(project, data_dir, settings, say=say, cancelled=cancelled)
    say(Message("Building the network"))
    prepared = prepare(project, plan, data)
    model = prepared.model
    if plan.initial_weights:
        take_weights(model, Path(plan.initial_weights))
    batches = TrainingBatches(
        data.train,
        prepared.head,
        batch_size=plan.batch_size,
        seed=plan.seed,
        pixels=pixel_range(project.network),
    )
    rates: list[float] = []
    losses: list[float] = []
    diverged_at: float | None = None
    say(NO_MESSAGE)
    mean = 0.0
    epoch = 0
    with keras.device(keras_device(prepared.device)), naming_broken_files(data.train):
        while len(rates) < steps and diverged_at is None:
            batches.begin_epoch(epoch)
            epoch += 1
            for pixels, labels in batches.dataset().as_numpy_iterator():
                if cancelled():
                    raise CancelledError
                rate = lowest * (highest / lowest) ** (len(rates) / max(1, steps - 1))
                inner_of(model.optimizer).learning_rate = rate
                model.reset_metrics()
                loss = float(model.train_on_batch(pixels, labels, return_dict=True)["loss"])
                if not math.isfinite(loss):
                    diverged_at = rate
                    break
                mean = _SMOOTHING * mean + (1 - _SMOOTHING) * loss
                rates.append(rate)
                losses.append(mean / (1 - _SMOOTHING ** len(rates)))
                tell(rate, losses[-1])
                if len(rates) > _FIRST_LOOK and losses[-1] > _DIVERGED * min(losses):
                    diverged_at = rate
                if len(rates) >= steps or diverged_at is not None:
                    break
    # a smoothed loss tells of rates some steps ago
    lag = (highest / lowest) ** (_SMOOTHING / (1 - _SMOOTHING) / max(1, steps - 1))
    return RateTest(
        rates=tuple(rates),
        losses=tuple(losses),
        suggestion=suggested([rate / lag for rate in rates], losses, diverged_at),
        diverged_at=diverged_at,
    )


def suggested(rates: Sequence[float], losses: Sequence[float], diverged_at: float | None) -> float | None:
    """Where the loss falls steepest, but at most a tenth of where it ran away; None where it never falls."""
    near = max(2, len(rates) // 20)
    """Steps to each side over which a slope is taken: single batches tell nothing."""
    start = _FIRST_LOOK
    if len(rates) <= start + 2 * near:
        return None
    lowest = min(range(start, len(losses)), key=losses.__getitem__)
    if losses[lowest] > _FELL * losses[start]:
        return None
    slopes = {
        number: (losses[number + near] - losses[number - near])
        / math.log(rates[number + near] / rates[number - near])
        for number in range(start, min(lowest + 1, len(rates) - near))
    }
    if not slopes:
        return None
    steepest = rates[min(slopes, key=slopes.__getitem__)]
    rate = steepest if diverged_at is None else min(steepest, diverged_at / 10)
    return float(f"{rate:.2g}")

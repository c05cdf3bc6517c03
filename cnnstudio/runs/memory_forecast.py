"""What a planned run takes of a device's memory, by arithmetic alone: known before an engine is warm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cnnstudio.core.analysis import Analysis
from cnnstudio.core.frozen import with_frozen
from cnnstudio.layers.memory import TrainingMemory, optimizer_slots, training_memory
from cnnstudio.runs.plan import TrainingPlan

_USABLE = 0.85
"""Share of a device's memory that the rule may fill: training was measured to take up to an eighth more an image."""
_PROGRAM = 300 * 2**20
"""What tracing and algorithms take besides, whatever the batch."""


def planned_memory(analysis: Analysis, plan: TrainingPlan) -> TrainingMemory:
    """What training takes by a plan, in all and layer by layer. `analysis`: of the whole network, with what is frozen."""
    return training_memory(
        analysis,
        slots=optimizer_slots(
            plan.optimizer,
            plan.momentum,
            amsgrad=plan.amsgrad,
            centered=plan.centered,
            use_ema=plan.use_ema,
        ),
        mixed_precision=plan.mixed_precision,
    )


def memory_forecast(
    analysis: Analysis, plan: TrainingPlan, device: Mapping[str, object] | None
) -> dict[str, object]:
    """`weight_bytes`, `training_bytes` (weights, gradients, optimizer, activations of a batch) and `largest_batch`
    (images that the device's memory holds at once; None when that is not known).

    `analysis`: of the whole network, without errors. `device`: one of the reply to `ListDevices`.
    """
    memory = planned_memory(with_frozen(analysis, plan.frozen), plan)
    room = 0
    if device is not None:
        found = device.get("memory" if device.get("kind") == "gpu" else "memory_free")
        room = found if isinstance(found, int) else 0
    return {
        "weight_bytes": memory.weights,
        "training_bytes": memory.total(plan.batch_size) or memory.fixed,
        "largest_batch": memory.largest_batch(int(room * _USABLE) - _PROGRAM) if room else None,
    }


def device_of(plan: TrainingPlan, devices: Sequence[Mapping[str, object]]) -> Mapping[str, object] | None:
    """The one of these devices, in the engine's order, that the plan means; None when there is none of that name."""
    wanted = "gpu:0" if plan.device == "gpu" else plan.device
    usable = [device for device in devices if device.get("usable")]
    if wanted == "auto":
        return usable[0] if usable else None
    return next((device for device in usable if device.get("id") == wanted), None)

"""The Keras backend that runs in this process: whether it is the one a plan means, its versions, its determinism."""

from __future__ import annotations

import importlib.metadata
import platform
from dataclasses import replace

import keras

from cnnstudio import __version__
from cnnstudio.core.message import Message
from cnnstudio.engine.failures import EngineError
from cnnstudio.runs.backends import AUTO, chosen, title
from cnnstudio.runs.plan import TrainingPlan


def with_running_backend(plan: TrainingPlan) -> TrainingPlan:
    """The plan with the backend that runs. Raises EngineError and BackendError when it asks for another one."""
    running = keras.backend.backend()
    if plan.backend not in (AUTO, running):
        wanted = chosen(plan.backend)
        raise EngineError(
            Message(
                "The plan asks for the backend {wanted}, but the engine runs {running}.",
                wanted=title(wanted),
                running=title(running),
            ),
            Message(
                "Start CNN Studio with the environment variable KERAS_BACKEND={wanted}, or set the plan's backend to "
                "auto.",
                wanted=wanted,
            ),
        )
    return replace(plan, backend=running)


def versions() -> dict[str, str]:
    """Package names and versions that a result depends on."""
    found = {"cnnstudio": __version__, "python": platform.python_version(), "keras": keras.__version__}
    for name in dict.fromkeys(("tensorflow", keras.backend.backend(), "numpy", "pillow")):
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def begin_epoch(seed: int, epoch: int) -> None:
    """Set the random state that no variable of the model holds, by the run's seed and the epoch's number alone.

    On PyTorch, Keras's Dropout draws from PyTorch's own generator; a run that is resumed must draw the same.
    """
    if keras.backend.backend() == "torch":
        import torch

        torch.manual_seed(seed * 1_000_003 + epoch)


def be_deterministic() -> None:
    """Same sums in the same order each time, slower on a GPU. JAX needs no asking on a processor."""
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        tf.config.experimental.enable_op_determinism()
    elif backend == "torch":
        import torch

        torch.use_deterministic_algorithms(True, warn_only=True)

"""What there is to compute on, in words: processors and graphics cards, their memory, and why one is not used."""

from __future__ import annotations

import os
import platform
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import keras
import psutil
import pynvml

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.engine.failures import EngineError
from cnnstudio.runs.backends import title

_CUDA_CURES = {
    "tensorflow": Message("Install CNN Studio with the extra cuda."),
    "jax": Message("Install JAX for it: pip install 'jax[cuda12]'."),
    "torch": Message("Install a PyTorch that was built for CUDA."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceInfo:
    """One device. Memory in bytes, 0 when not known. `reason` says why it cannot be used; empty when it can."""

    id: str
    kind: str
    """`cpu` or `gpu`."""
    name: str
    memory: int = 0
    memory_free: int = 0
    reason: Message = NO_MESSAGE

    @property
    def usable(self) -> bool:
        return not self.reason

    def to_json(self) -> dict[str, object]:
        """Values for a reply: built-in types and `reason` as a Message."""
        return {**asdict(self), "reason": self.reason, "usable": self.usable}


def list_devices() -> list[DeviceInfo]:
    """All devices: usable graphics cards first, then the processor, then cards that cannot be used, with why."""
    cards = _cards()
    names = _backend_gpus()
    found: list[DeviceInfo] = []
    for number, name in enumerate(names):
        card = cards[number] if number < len(cards) else None
        found.append(
            DeviceInfo(
                id=f"gpu:{number}",
                kind="gpu",
                name=card["name"] if card else name,
                memory=card["memory"] if card else 0,
                memory_free=card["free"] if card else 0,
            )
        )
    memory = psutil.virtual_memory()
    found.append(
        DeviceInfo(
            id="cpu", kind="cpu", name=_processor_name(), memory=memory.total, memory_free=memory.available
        )
    )
    for number, card in enumerate(cards[len(names) :], start=len(names)):
        found.append(
            DeviceInfo(
                id=f"gpu:{number}",
                kind="gpu",
                name=card["name"],
                memory=card["memory"],
                memory_free=card["free"],
                reason=_why_not(),
            )
        )
    return found


def choose_device(wanted: str) -> DeviceInfo:
    """The device for a plan's `device`: `auto` is the first graphics card, else the processor. Raises EngineError."""
    devices = list_devices()
    if wanted == "auto":
        return next(device for device in devices if device.usable)
    wanted = "gpu:0" if wanted == "gpu" else wanted
    for device in devices:
        if device.id == wanted:
            if not device.usable:
                raise EngineError(device.reason, Message("Choose the device auto or cpu."))
            return device
    raise EngineError(
        Message("There is no device {device}: no such graphics card was found.", device=wanted),
        Message("Choose the device auto or cpu."),
    )


def allow_memory_growth() -> None:
    """Let TensorFlow take a card's memory as it needs it, not all at once. Works before the first use only.

    With another backend TensorFlow only brings the batches, and leaves the cards alone.
    """
    import tensorflow as tf

    if keras.backend.backend() != "tensorflow":
        with suppress(RuntimeError, ValueError):
            tf.config.set_visible_devices([], "GPU")
        return
    for gpu in tf.config.list_physical_devices("GPU"):
        with suppress(RuntimeError, ValueError):
            tf.config.experimental.set_memory_growth(gpu, True)


def keras_device(device: DeviceInfo) -> str:
    """The name `keras.device` takes."""
    return device.id if ":" in device.id else processor()


def processor() -> str:
    """The processor as `keras.device` takes it.

    PyTorch says `cpu` of its own tensors and takes `cpu:0` for another device: variables would be moved there, and
    what was moved gets no gradients.
    """
    return "cpu" if keras.backend.backend() == "torch" else "cpu:0"


def _backend_gpus() -> list[str]:
    backend = keras.backend.backend()
    if backend == "tensorflow":
        import tensorflow as tf

        gpus = tf.config.list_physical_devices("GPU")
        details = [tf.config.experimental.get_device_details(gpu) for gpu in gpus]
        return [str(detail.get("device_name", "GPU")) for detail in details]
    if backend == "jax":
        import jax

        with suppress(RuntimeError):
            return [str(device.device_kind) for device in jax.devices("gpu")]
        return []
    import torch

    return [torch.cuda.get_device_name(number) for number in range(torch.cuda.device_count())]


def _cards() -> list[dict[str, Any]]:
    """NVIDIA cards as the driver knows them; empty without a driver."""
    try:
        pynvml.nvmlInit()
    except pynvml.NVMLError:
        return []
    cards: list[dict[str, Any]] = []
    try:
        for number in range(pynvml.nvmlDeviceGetCount()):
            handle = pynvml.nvmlDeviceGetHandleByIndex(number)
            memory = pynvml.nvmlDeviceGetMemoryInfo(handle)
            name = pynvml.nvmlDeviceGetName(handle)
            cards.append({"name": str(name), "memory": int(memory.total), "free": int(memory.free)})
    except pynvml.NVMLError:
        pass
    finally:
        with suppress(pynvml.NVMLError):
            pynvml.nvmlShutdown()
    return cards


def _why_not() -> Message:
    if os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return Message("The graphics card is hidden by the environment variable CUDA_VISIBLE_DEVICES.")
    backend = keras.backend.backend()
    if backend == "tensorflow" and sys.platform == "win32":
        return Message(
            "TensorFlow does not use graphics cards on Windows itself. Start CNN Studio inside WSL2, or choose the "
            "PyTorch backend."
        )
    return Message(
        "The driver knows the graphics card, but {backend} cannot use it: its CUDA libraries are missing or do not "
        "fit. {cure}",
        backend=title(backend),
        cure=_CUDA_CURES[backend],
    )


def _processor_name() -> str:
    """The processor's name and its number of cores."""
    name = platform.processor()
    with suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as file:  # noqa: PTH123 - not a real file
        for line in file:
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{name or platform.machine()} ({count} cores)"

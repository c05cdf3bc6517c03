"""Keras's backends: which there are, which one is meant, and whether it is installed. Standard library only."""

from __future__ import annotations

import os
from importlib.util import find_spec

from cnnstudio.core.message import Message

BACKENDS = ("tensorflow", "jax", "torch")
AUTO = "auto"
"""What `KERAS_BACKEND` says, else TensorFlow."""

_TITLES = {"tensorflow": "TensorFlow", "jax": "JAX", "torch": "PyTorch"}


class BackendError(Exception):
    """A backend that cannot be used here, and the cure."""

    def __init__(self, message: Message, hint: Message) -> None:
        super().__init__(f"{message} {hint}")
        self.message = message
        self.hint = hint


def title(backend: str) -> str:
    """A backend's name as its makers write it."""
    return _TITLES.get(backend, backend)


def chosen(backend: str) -> str:
    """The backend that is meant by a plan's `backend`, installed. Raises BackendError."""
    if backend == AUTO:
        backend = os.environ.get("KERAS_BACKEND") or "tensorflow"
        if backend not in BACKENDS:
            raise BackendError(
                Message(
                    "The environment variable KERAS_BACKEND is {value}, which is no backend of CNN Studio.",
                    value=backend,
                ),
                Message("Set it to one of {choices}, or remove it.", choices=", ".join(BACKENDS)),
            )
    if not is_installed(backend):
        raise not_installed(backend)
    return backend


def is_installed(backend: str) -> bool:
    """Whether Python finds the backend; imports nothing."""
    return find_spec(backend) is not None


def not_installed(backend: str) -> BackendError:
    """What to say when a backend is missing."""
    name = title(backend)
    if backend == "tensorflow":
        return BackendError(
            Message("{backend} is not installed.", backend=name),
            Message("Install CNN Studio again, or run: pip install tensorflow"),
        )
    return BackendError(
        Message("The backend {backend} is not installed.", backend=name),
        Message(
            "Run: pip install {package}. Or go back to tensorflow in the plan's backend and in the environment variable "
            "KERAS_BACKEND.",
            package=backend,
        ),
    )

"""What an export format is: how a model is written, and how the file is read back. No Keras."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.core.project import Project

Arrays = list[NDArray[np.float32]]
"""One array for each input or output of a network, the batch axis first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A trained model with what it is for. `pixels`: what it is fed, `0..1` or `0..255`."""

    model: Any
    """A keras.Model."""
    project: Project | None = None
    classes: tuple[str, ...] = ()
    pixels: str = "0..1"

    @property
    def name(self) -> str:
        return str(self.project.name if self.project and self.project.name else self.model.name)


class ExportFormat(ABC):
    """One format. Subclasses are stateless."""

    name: ClassVar[str]
    suffix: ClassVar[str]
    """What the file's name must end in; empty for a folder."""
    tolerance: ClassVar[float] = 1e-5
    """The largest difference of an output that counts as equal, relative to outputs above 1."""
    needs_project: ClassVar[bool] = False

    @property
    def is_folder(self) -> bool:
        return not self.suffix

    def parts(self, path: Path) -> tuple[Path, ...]:
        """All that is written for `path`, the named file last."""
        return (path,)

    @abstractmethod
    def write(self, trained: Trained, path: Path) -> None:
        """Write the model to `path`, which does not exist yet."""

    @abstractmethod
    def outputs(self, trained: Trained, path: Path, inputs: Arrays) -> Arrays | None:
        """What the written file makes of `inputs` in its own runtime; None where there is no runtime."""

    def note(self, trained: Trained) -> Message:
        """What somebody who uses the file must know."""
        return NO_MESSAGE


def custom_layers_of(model: Any) -> list[str]:
    """Names of the classes in a model that Keras does not have itself."""
    own = {type(layer).__name__ for layer in model.layers if not type(layer).__module__.startswith("keras.")}
    return sorted(own)


def as_arrays(value: Any) -> Arrays:
    """One tensor, a sequence or a dictionary of them as a list of arrays."""
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        value = [value]
    return [np.asarray(item) for item in value]


def by_name(trained: Trained, names: Sequence[str], inputs: Arrays) -> dict[str, NDArray[np.float32]]:
    """The inputs under the names that a runtime has for them; by position where it has names of its own."""
    own = [str(one.name) for one in trained.model.inputs]
    order = own if set(own) == set(names) else list(names)
    return dict(zip(order, inputs, strict=True))


def in_order(expected: Arrays, found: Arrays) -> Arrays:
    """`found` matched to `expected` by shape, where a runtime forgot the order of the outputs."""
    left = list(found)
    ordered: Arrays = []
    for wanted in expected:
        fitting = [number for number, one in enumerate(left) if one.shape == wanted.shape]
        if not fitting:
            return found
        best = min(fitting, key=lambda number: _distance(left[number], wanted))
        ordered.append(left.pop(best))
    return ordered


def largest_difference(expected: Sequence[Any], found: Sequence[Any]) -> float:
    """The largest absolute difference, infinite where shapes or the places of NaN differ; relative above 1."""
    if len(expected) != len(found):
        return float("inf")
    return max((_distance(a, b) for a, b in zip(expected, found, strict=True)), default=0.0)


def _distance(a: Any, b: Any) -> float:
    one, other = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if one.shape != other.shape or not np.array_equal(np.isfinite(one), np.isfinite(other)):
        return float("inf")
    usable = np.isfinite(one)
    if not usable.any():
        return 0.0
    scale = max(1.0, float(np.abs(one[usable]).max()))
    return float(np.abs(one[usable] - other[usable]).max()) / scale

"""The `data` section of a project file as a value. Keys it does not know are kept and written back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from cnnstudio.core.message import Message
from cnnstudio.data.problem import DataError

_KIND = "image_folder"
_KNOWN = ("kind", "path", "validation_split", "test_split", "seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSettings:
    """Where the images are and how they are split. `path` is `""` until a folder is chosen.

    `test_split` is written only when it is not 0. `extra` holds keys of later versions.
    """

    path: str = ""
    validation_split: float = 0.2
    seed: int = 1337
    test_split: float = 0.0
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)

    @classmethod
    def from_json(cls, section: Mapping[str, object]) -> DataSettings:
        """Reads a project's `data` section; absent keys have defaults. Raises DataError on a wrong kind or value."""
        kind = section.get("kind", _KIND)
        if kind != _KIND:
            raise DataError(
                "settings.kind",
                Message(
                    "The project's data is of kind “{kind}”, which this version does not know.", kind=kind
                ),
                Message("Choose an image folder, or open the project with a newer CNN Studio."),
            )
        path = section.get("path", "")
        if not isinstance(path, str):
            raise _wrong("path", path, "a text")
        seed = section.get("seed", 1337)
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise _wrong("seed", seed, "a whole number")
        return cls(
            path=path,
            validation_split=_fraction(section, "validation_split", 0.2),
            test_split=_fraction(section, "test_split", 0.0),
            seed=seed,
            extra={key: value for key, value in section.items() if key not in _KNOWN},
        )

    def to_json(self) -> dict[str, object]:
        """The `data` section, unknown keys last."""
        values: dict[str, object] = {
            "kind": _KIND,
            "path": self.path,
            "validation_split": self.validation_split,
        }
        if self.test_split:
            values["test_split"] = self.test_split
        return values | {"seed": self.seed} | dict(self.extra)


def _fraction(section: Mapping[str, object], key: str, default: float) -> float:
    value = section.get(key, default)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or not 0 <= value < 1
    ):
        raise _wrong(key, value, "a number from 0 to below 1")
    return float(value)


def _wrong(key: str, value: object, expected: str) -> DataError:
    return DataError(
        "settings.value",
        Message("In the project's data section, {key} is {value}.", key=key, value=repr(value)[:80]),
        Message("It must be {expected}.", expected=expected),
    )

"""The `data` section of a project file as a value. Keys it does not know are kept and written back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from cnnstudio.core.message import Message
from cnnstudio.data.problem import DataError
from cnnstudio.data.table_settings import TableSettings, wrong_setting

_KIND = "image_folder"
_KNOWN = ("kind", "path", "validation_split", "test_split", "seed", "reader", "table")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSettings:
    """Where the images are and how they are split. `path`, a folder or a file, is `""` until one is chosen.

    `reader`: name of the reader of `cnnstudio.data.sources` that is to read it, `""`: the one that recognises it.
    `table`: how a table of images is read. These two and `test_split` are written only when they say something.
    `extra` holds keys of later versions.
    """

    path: str = ""
    validation_split: float = 0.2
    seed: int = 1337
    test_split: float = 0.0
    reader: str = ""
    table: TableSettings = field(default_factory=TableSettings)
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
            raise wrong_setting("path", path, "a text")
        seed = section.get("seed", 1337)
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise wrong_setting("seed", seed, "a whole number")
        reader = section.get("reader", "")
        if not isinstance(reader, str):
            raise wrong_setting("reader", reader, "a text")
        return cls(
            path=path,
            validation_split=_fraction(section, "validation_split", 0.2),
            test_split=_fraction(section, "test_split", 0.0),
            seed=seed,
            reader=reader,
            table=TableSettings.from_json(section.get("table", {})),
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
        values["seed"] = self.seed
        if self.reader:
            values["reader"] = self.reader
        if table := self.table.to_json():
            values["table"] = table
        return values | dict(self.extra)


def _fraction(section: Mapping[str, object], key: str, default: float) -> float:
    value = section.get(key, default)
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or not 0 <= value < 1
    ):
        raise wrong_setting(key, value, "a number from 0 to below 1")
    return float(value)

"""The `data` section of a project file as a value. Keys it does not know are kept and written back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cnnstudio.core.message import Message
from cnnstudio.data.grouping import check_pattern
from cnnstudio.data.problem import DataError
from cnnstudio.data.table_settings import TableSettings, wrong_setting

_KIND = "image_folder"
_KNOWN = (
    "kind",
    "path",
    "validation_split",
    "test_split",
    "seed",
    "reader",
    "table",
    "stratified",
    "group_by",
    "keep_alike",
    "resize",
    "quarantine",
)
Resize = Literal["stretch", "crop", "pad"]
RESIZES: tuple[Resize, ...] = ("stretch", "crop", "pad")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSettings:
    """Where the images are and how they are split. `path`, a folder or a file, is `""` until one is chosen.

    `reader`: name of the reader of `cnnstudio.data.sources` that is to read it, `""`: the one that recognises it.
    `table`: how a table of images is read.
    `stratified`: whether each class is split alike. `group_by`: a pattern of file names (`cnnstudio.data.grouping`);
    images of one group stay in one part. `keep_alike`: images that look alike stay in one part too.
    `resize`: how an image of another shape becomes the network's (`cnnstudio.data.decode`).
    `quarantine`: printable paths, relative to the data folder, of images that are left out.
    Settings that a version before did not know are written only when they are not the default.
    `extra` holds keys of later versions.
    """

    path: str = ""
    validation_split: float = 0.2
    seed: int = 1337
    test_split: float = 0.0
    reader: str = ""
    table: TableSettings = field(default_factory=TableSettings)
    stratified: bool = True
    group_by: str = ""
    keep_alike: bool = False
    resize: Resize = "stretch"
    quarantine: tuple[str, ...] = ()
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
            stratified=_switch(section, "stratified", default=True),
            group_by=_group_by(section),
            keep_alike=_switch(section, "keep_alike", default=False),
            resize=_resize(section),
            quarantine=_quarantine(section),
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
        for key in ("stratified", "group_by", "keep_alike", "resize"):
            if getattr(self, key) != getattr(_DEFAULTS, key):
                values[key] = getattr(self, key)
        if self.quarantine:
            values["quarantine"] = list(self.quarantine)
        return values | dict(self.extra)


_DEFAULTS = DataSettings()


def _switch(section: Mapping[str, object], key: str, *, default: bool) -> bool:
    value = section.get(key, default)
    if not isinstance(value, bool):
        raise wrong_setting(key, value, "true or false")
    return value


def _group_by(section: Mapping[str, object]) -> str:
    value = section.get("group_by", "")
    if not isinstance(value, str):
        raise wrong_setting("group_by", value, "a text")
    check_pattern(value)
    return value


def _resize(section: Mapping[str, object]) -> Resize:
    value = section.get("resize", "stretch")
    for resize in RESIZES:
        if value == resize:
            return resize
    raise wrong_setting("resize", value, "stretch, crop or pad")


def _quarantine(section: Mapping[str, object]) -> tuple[str, ...]:
    value = section.get("quarantine", ())
    if not isinstance(value, list | tuple) or not all(isinstance(path, str) for path in value):
        raise wrong_setting("quarantine", value, "a list of paths")
    return tuple(dict.fromkeys(value))


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

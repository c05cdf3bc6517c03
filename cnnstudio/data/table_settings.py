"""How a table of images is to be read, where finding it out errs: the `table` of a project's `data` section."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, get_args

from cnnstudio.core.message import Message
from cnnstudio.core.task import Task
from cnnstudio.data.problem import DataError

Column: TypeAlias = str | int
"""A column by the name in the header, or by its number from 1."""
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " ", "\\t": "\t"}
"""Words for delimiters that are awkward to write."""
SETTINGS = ("images", "path_column", "label_columns", "split_column", "delimiter", "header", "task")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSettings:
    """What is empty or None is found out from the table itself.

    `images`: the folder that the paths start from, relative to the table's. `label_columns`: one or more columns that
    tell class, labels or numbers. `split_column`: the column that says train, validation or test. `delimiter`: one
    character. `header`: whether the first row names the columns. `task`: what is to be learned. `extra`: keys of later
    versions.
    """

    images: str = ""
    path_column: Column | None = None
    label_columns: tuple[Column, ...] = ()
    split_column: Column | None = None
    delimiter: str = ""
    header: bool | None = None
    task: Task | None = None
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)

    @classmethod
    def from_json(cls, section: object) -> TableSettings:
        """Reads `table` of a data section. Raises DataError on a wrong value."""
        if not isinstance(section, Mapping):
            raise wrong_setting("table", section, "an object")
        images = section.get("images", "")
        if not isinstance(images, str):
            raise wrong_setting("images", images, "a text")
        header = section.get("header")
        if header is not None and not isinstance(header, bool):
            raise wrong_setting("header", header, "true or false")
        task = section.get("task")
        if task is not None and task not in get_args(Task):
            raise wrong_setting("task", task, " or ".join(get_args(Task)))
        return cls(
            images=images,
            path_column=_column(section, "path_column"),
            label_columns=_columns(section),
            split_column=_column(section, "split_column"),
            delimiter=_delimiter(section.get("delimiter", "")),
            header=header,
            task=task,
            extra={key: value for key, value in section.items() if key not in SETTINGS},
        )

    def to_json(self) -> dict[str, object]:
        """The settings that say something, unknown keys last."""
        values: dict[str, object] = {
            "images": self.images,
            "path_column": self.path_column,
            "label_columns": list(self.label_columns),
            "split_column": self.split_column,
            "delimiter": self.delimiter,
            "header": self.header,
            "task": self.task,
        }
        return {key: value for key, value in values.items() if value not in ("", None, [])} | dict(self.extra)


def wrong_setting(key: str, value: object, expected: str) -> DataError:
    """What is told of a value in a project's data section that cannot be used."""
    return DataError(
        "settings.value",
        Message("In the project's data section, {key} is {value}.", key=key, value=repr(value)[:80]),
        Message("It must be {expected}.", expected=expected),
    )


def _column(section: Mapping[str, object], key: str) -> Column | None:
    value = section.get(key)
    if value is None or value == "":
        return None
    return _checked(key, value)


def _columns(section: Mapping[str, object]) -> tuple[Column, ...]:
    value = section.get("label_columns", ())
    if value is None or value == "":
        return ()
    values = value if isinstance(value, list | tuple) else (value,)
    return tuple(_checked("label_columns", column) for column in values)


def _checked(key: str, value: object) -> Column:
    if isinstance(value, bool) or not isinstance(value, str | int) or (isinstance(value, int) and value < 1):
        raise wrong_setting(key, value, "the name of a column, or its number from 1")
    return value


def _delimiter(value: object) -> str:
    text = DELIMITERS.get(value, value) if isinstance(value, str) else value
    if not isinstance(text, str) or len(text) > 1 or text in ('"', "\n", "\r", "\0"):
        raise wrong_setting(
            "delimiter", value, "comma, semicolon, tab, pipe, space, or another single character"
        )
    return text

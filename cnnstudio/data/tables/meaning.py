"""What is to be learned from a table's label columns: classes, several labels of an image, or numbers.

One column: numbers with decimals, or with many different values, are numbers; cells with `|` or `;` hold several labels;
all else is a class. Several columns: 0 and 1 are labels named by their columns, other numbers are numbers.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cnnstudio.core.message import Message
from cnnstudio.core.task import Task
from cnnstudio.data.natural_order import in_natural_order
from cnnstudio.data.problem import DataError
from cnnstudio.data.table_settings import TableSettings
from cnnstudio.data.tables.cells import (
    flag_in,
    is_flag,
    is_missing,
    is_number,
    nearly_all,
    number_in,
    whole_in,
)
from cnnstudio.data.tables.table import Table

SEPARATORS = ("|", ";")
MOST_LABELS = 1000
_CLASS_NAMES = ("label", "labels", "class", "classes", "category", "y", "class_id", "label_id")
"""Columns whose whole numbers are classes, however many there are."""
_FEW_NUMBERS = 20
"""Whole numbers in a column of another name are classes when there are at most that many different ones."""

Told: TypeAlias = str | tuple[float, ...] | Message
"""Of one row: the class, or the targets, or why the row cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """`told`: one for each row. `target_names`: of the labels or numbers, empty for classes."""

    task: Task
    target_names: tuple[str, ...]
    told: tuple[Told, ...]


def meaning_of(table: Table, labels: Sequence[int], settings: TableSettings) -> Meaning:
    """What the label columns tell of each row. Raises DataError when they do not go together."""
    columns = [table.column(number) for number in labels]
    names = [unicodedata.normalize("NFC", table.names[number]) for number in labels]
    if len(columns) > 1:
        return _of_columns(columns, names, settings.task)
    separators = [mark for mark in SEPARATORS if mark != table.delimiter]
    task = settings.task or _task_of_one(columns[0], names[0], separators)
    if task == "regression":
        return _numbers(columns, names)
    if task == "multi_label":
        return _separated(columns[0], separators)
    return _classes(columns[0])


def _of_columns(columns: list[list[str]], names: list[str], task: Task | None) -> Meaning:
    if all(nearly_all(is_flag, column) for column in columns):
        if task == "classification":
            return _one_of(columns, names)
        if task != "regression":
            return _flags(columns, names)
    if task in (None, "regression") and all(nearly_all(is_number, column) for column in columns):
        return _numbers(columns, names)
    raise DataError(
        "table.label_columns",
        Message("The columns {names} hold neither 0 and 1 nor numbers throughout.", names=", ".join(names)),
        Message("Set label_columns to one column of classes, or to columns of numbers alone."),
    )


def _task_of_one(cells: Sequence[str], name: str, separators: Sequence[str]) -> Task:
    known = [cell for cell in cells if not is_missing(cell)]
    if known and nearly_all(is_number, known):
        whole = {whole_in(cell) for cell in known if number_in(cell) is not None}
        if None in whole:
            return "regression"
        few = len(whole) <= _FEW_NUMBERS and len(known) >= 2 * len(whole)
        return "classification" if few or name.casefold() in _CLASS_NAMES else "regression"
    if any(mark in cell for cell in known for mark in separators):
        return "multi_label"
    return "classification"


def _classes(cells: Sequence[str]) -> Meaning:
    whole = all(whole_in(cell) is not None for cell in cells if not is_missing(cell))
    return Meaning(
        task="classification", target_names=(), told=tuple(_class_in(cell, whole=whole) for cell in cells)
    )


def _class_in(cell: str, *, whole: bool) -> Told:
    if is_missing(cell):
        return Message("It tells no class.")
    number = whole_in(cell)
    return str(number) if whole and number is not None else unicodedata.normalize("NFC", cell)


def _one_of(columns: list[list[str]], names: list[str]) -> Meaning:
    """Classes, one column each, with a 1 in the right one."""
    told: list[Told] = []
    for row in zip(*columns, strict=True):
        ones = [name for name, cell in zip(names, row, strict=True) if flag_in(cell) == 1]
        told.append(
            ones[0] if len(ones) == 1 else Message("It is in {count} classes, not in one.", count=len(ones))
        )
    return Meaning(task="classification", target_names=(), told=tuple(told))


def _flags(columns: list[list[str]], names: list[str]) -> Meaning:
    return Meaning(
        task="multi_label",
        target_names=_limited(names),
        told=_rows(columns, names, flag_in, "“{cell}” in the column {name} is neither 0 nor 1."),
    )


def _numbers(columns: list[list[str]], names: list[str]) -> Meaning:
    return Meaning(
        task="regression",
        target_names=_limited(names),
        told=_rows(columns, names, number_in, "“{cell}” in the column {name} is no number."),
    )


def _rows(
    columns: list[list[str]], names: list[str], read: Callable[[str], float | None], wrong: str
) -> tuple[Told, ...]:
    return tuple(_row(row, names, read, wrong) for row in zip(*columns, strict=True))


def _row(row: tuple[str, ...], names: list[str], read: Callable[[str], float | None], wrong: str) -> Told:
    values = []
    for name, cell in zip(names, row, strict=True):
        value = read(cell)
        if value is None:
            return Message(wrong, cell=cell[:40], name=name)
        values.append(value)
    return tuple(values)


def _separated(cells: Sequence[str], separators: Sequence[str]) -> Meaning:
    """Several labels in each cell; an empty cell has none."""
    sets = [_labels_in(cell, separators) for cell in cells]
    names = _limited(in_natural_order({name for labels in sets for name in labels}))
    number = {name: place for place, name in enumerate(names)}
    known: dict[frozenset[str], tuple[float, ...]] = {}
    told = []
    for labels in sets:
        if labels not in known:
            row = [0.0] * len(names)
            for name in labels:
                row[number[name]] = 1.0
            known[labels] = tuple(row)
        told.append(known[labels])
    return Meaning(task="multi_label", target_names=names, told=tuple(told))


def _labels_in(cell: str, separators: Sequence[str]) -> frozenset[str]:
    if is_missing(cell):
        return frozenset()
    for mark in separators[1:]:
        cell = cell.replace(mark, separators[0])
    parts = cell.split(separators[0]) if separators else [cell]
    return frozenset(unicodedata.normalize("NFC", part.strip()) for part in parts if part.strip())


def _limited(names: Sequence[str]) -> tuple[str, ...]:
    if len(names) > MOST_LABELS:
        raise DataError(
            "table.too_many_labels",
            Message("The table tells {count} labels or numbers of each image.", count=len(names)),
            Message("At most {limit} can be learned; set label_columns to fewer.", limit=MOST_LABELS),
        )
    return tuple(names)

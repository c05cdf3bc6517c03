"""Which columns of a table name the images, tell what they show, and say which part they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cnnstudio.core.message import Message
from cnnstudio.data.listing import PARTS
from cnnstudio.data.problem import DataError
from cnnstudio.data.table_settings import Column, TableSettings
from cnnstudio.data.tables.cells import is_flag, is_number, nearly_all
from cnnstudio.data.tables.table import Table, is_picture_name

_PATH_NAMES = (
    "path", "image_path", "img_path", "filepath", "file_path", "filename", "file_name", "file", "image", "image_name",
    "img", "picture", "photo", "image_id", "img_id", "id", "id_code", "name",
)  # fmt: skip
_LABEL_NAMES = (
    "label", "labels", "class", "classes", "class_name", "label_name", "category", "categories", "target", "targets",
    "tag", "tags", "species", "breed", "diagnosis",
)  # fmt: skip
_SPLIT_NAMES = ("split", "part", "set", "subset", "partition", "usage", "data set")
_INDEX_NAMES = ("", "index", "id", "unnamed: 0", "row", "nr", "no", "no.")
_SAMPLE = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Numbers of columns from 0. `split` is None where no column says the parts."""

    path: int
    labels: tuple[int, ...]
    split: int | None


def choose_columns(table: Table, settings: TableSettings) -> Columns:
    """The columns that the settings name, and for the rest those that fit best. Raises DataError when none does."""
    path = _path(table) if settings.path_column is None else find_column(table, settings.path_column)
    split = (
        _split(table, path) if settings.split_column is None else find_column(table, settings.split_column)
    )
    if settings.label_columns:
        labels = tuple(dict.fromkeys(find_column(table, column) for column in settings.label_columns))
        split = None if settings.split_column is None and split in labels else split
    else:
        labels = _labels(table, path, split)
    return Columns(path=path, labels=labels, split=split)


def find_column(table: Table, column: Column) -> int:
    """The number, from 0, of the column with this name or this number from 1. Raises DataError."""
    names = table.names
    if str(column) in names:
        return names.index(str(column))
    folded = [name.casefold() for name in names]
    if folded.count(str(column).casefold()) == 1:
        return folded.index(str(column).casefold())
    if str(column).isdecimal() and 1 <= int(column) <= len(names):
        return int(column) - 1
    raise DataError(
        "table.column",
        Message("The table has no column {column}.", column=column),
        Message("Its columns are {names}.", names=_listed(names)),
    )


def _path(table: Table) -> int:
    sample = _sample(table.rows)
    shares = [
        sum(is_picture_name(row[number]) for row in sample) / max(1, len(sample))
        for number in range(len(table.names))
    ]
    likely = [number for number, share in enumerate(shares) if share >= 0.5]
    named = _first_named(table, _PATH_NAMES, likely or range(len(table.names)))
    if named is not None:
        return named
    if likely:
        return max(likely, key=lambda number: (shares[number], -number))
    raise DataError(
        "table.no_paths",
        Message("No column of the table names images; its columns are {names}.", names=_listed(table.names)),
        Message("Give the column with the images' paths the name path, or set path_column."),
    )


def _split(table: Table, path: int) -> int | None:
    """A column whose cells are all train, validation or test, or nothing."""
    sample = _sample(table.rows)
    for number, name in enumerate(table.names):
        if number == path:
            continue
        found = [row[number].casefold() for row in sample if row[number]]
        known = [cell for cell in found if cell in PARTS]
        parts = {PARTS[cell] for cell in known}
        if table.has_header and name.casefold() in _SPLIT_NAMES:
            if known and 10 * len(known) >= 9 * len(found):
                return number
        elif found and len(known) == len(found) and "train" in parts and len(parts) > 1:
            return number
    return None


def _labels(table: Table, path: int, split: int | None) -> tuple[int, ...]:
    rest = [number for number in range(len(table.names)) if number not in (path, split)]
    if table.has_header:
        named = _first_named(table, _LABEL_NAMES, rest)
        if named is not None:
            return (named,)
        rest = [number for number in rest if table.names[number].casefold() not in _INDEX_NAMES] or rest
        rest = [number for number in rest if not table.names[number].startswith("column ")] or rest
    if len(rest) == 1:
        return (rest[0],)
    if not rest:
        raise DataError(
            "table.no_labels",
            Message("The table names images, but no column tells what they show."),
            Message("Add a column named label."),
        )
    for fits in (is_flag, is_number):
        if all(nearly_all(fits, row) for row in _columns_of(table, rest)):
            return tuple(rest)
    raise DataError(
        "table.unclear",
        Message(
            "Several columns of the table could tell what the images show: {names}.",
            names=_listed([table.names[number] for number in rest]),
        ),
        Message("Give the right one the name label, or set label_columns to one or more of them."),
    )


def _columns_of(table: Table, numbers: Sequence[int]) -> Iterable[list[str]]:
    sample = _sample(table.rows)
    return ([row[number] for row in sample] for number in numbers)


def _first_named(table: Table, names: Sequence[str], among: Iterable[int]) -> int | None:
    """The first of `names` that one of the columns has."""
    if not table.has_header:
        return None
    present = {table.names[number].casefold(): number for number in reversed(list(among))}
    return next((present[name] for name in names if name in present), None)


def _sample(rows: Sequence[tuple[str, ...]]) -> Sequence[tuple[str, ...]]:
    """Rows spread evenly over the table."""
    return rows[:: max(1, len(rows) // _SAMPLE)]


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(f"“{name}”" for name in names[:12])
    return f"{shown}, … ({len(names)})" if len(names) > 12 else shown

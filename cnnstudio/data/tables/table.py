"""The text of a CSV or TSV file as rows of cells. Encoding, delimiter and header are found out unless they are given.

Rows are what Python's `csv` reads: quoted cells may hold delimiters and line breaks, two quotes stand for one.
Limits: a file of at most 512 MiB, 2,000 columns.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.core.message import Message
from cnnstudio.data.picture import finding, reason_of
from cnnstudio.data.problem import DataError, Problem, printable
from cnnstudio.data.suffixes import IMAGE_SUFFIXES
from cnnstudio.data.table_settings import TableSettings

MAX_BYTES = 512 << 20
MAX_COLUMNS = 2000
_DELIMITERS = (",", "\t", ";", "|", " ")
_SAMPLE = 1 << 16
"""Characters looked at to find the delimiter."""
_FEW = 200
"""Rows looked at to find the header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`rows`: one cell, stripped, for each of `names`. `lines`: where each row ends in the file, from 1.

    `problems`: rows that were left out, as they have another number of cells.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    delimiter: str
    has_header: bool
    problems: tuple[Problem, ...] = ()

    def column(self, number: int) -> list[str]:
        """All cells of a column, counted from 0."""
        return [row[number] for row in self.rows]


def read_table(path: Path, settings: TableSettings) -> Table:
    """The table in a file. Raises DataError when it is missing, huge, no text, or has one column only."""
    text = _text(path)
    delimiter = settings.delimiter or delimiter_of(text, tabs_first=path.suffix.lower() in (".tsv", ".tab"))
    try:
        found, lines = _rows(text, delimiter)
    except csv.Error as error:
        raise _wrong(
            "table.damaged",
            Message("{path} cannot be read as a table: {reason}.", path=_shown(path), reason=str(error)),
            Message("Open it in a spreadsheet program and save it as CSV again."),
        ) from None
    if not found:
        raise _wrong(
            "table.empty",
            Message("The table {path} is empty.", path=_shown(path)),
            Message("It needs a row for each image: the image's path, and what it shows."),
        )
    width = Counter(map(len, found[:_FEW])).most_common(1)[0][0]
    if width < 2 or width > MAX_COLUMNS:
        raise _wrong(
            "table.columns",
            Message(
                "The table {path} has {count} columns when it is cut at {delimiter}.",
                path=_shown(path),
                count=width,
                delimiter=named(delimiter),
            ),
            Message(
                "It needs a column with the images' paths and one that tells what they show; if another character "
                "separates them, set delimiter."
            ),
        )
    has_header = settings.header if settings.header is not None else _has_header(found)
    names = _names(found[0] if has_header else [], width)
    rows, places, problems = [], [], []
    for row, line in list(zip(found, lines, strict=True))[1 if has_header else 0 :]:
        while len(row) > width and not row[-1]:
            row.pop()
        if len(row) == width:
            rows.append(tuple(row))
            places.append(line)
        else:
            problems.append(_torn(path, line, len(row), width))
    return Table(
        names=names,
        rows=tuple(rows),
        lines=tuple(places),
        delimiter=delimiter,
        has_header=has_header,
        problems=tuple(problems),
    )


def delimiter_of(text: str, *, tabs_first: bool = False) -> str:
    """The character that cuts the first rows into the same number of cells, two or more, of which one names a picture.

    A comma when none does.
    """
    sample = text[:_SAMPLE]
    if len(text) > _SAMPLE:
        sample = sample[: sample.rfind("\n") + 1] or sample
    order = ("\t", ",", ";", "|", " ") if tabs_first else _DELIMITERS
    best, most = ",", 0.0
    for delimiter in order:
        try:
            rows = [row for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter) if row]
        except csv.Error:
            continue
        width, count = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
        if width > 1:
            pictures = sum(any(is_picture_name(cell.strip()) for cell in row) for row in rows)
            share = (count + pictures) / len(rows)
            if share > most + 0.02:
                best, most = delimiter, share
    return best


def named(delimiter: str) -> str:
    """A delimiter in a sentence."""
    return {"\t": "tabs", " ": "spaces"}.get(delimiter, f"“{delimiter}”")


def is_picture_name(cell: str) -> bool:
    """Whether a cell reads like the path of a picture."""
    return cell.lower().endswith(IMAGE_SUFFIXES)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _wrong(
                "table.huge",
                Message(
                    "The table {path} has more than {limit} MiB.", path=_shown(path), limit=MAX_BYTES >> 20
                ),
                Message("Leave out the columns that are not needed, or split it."),
            )
        content = path.read_bytes()
    except OSError as error:
        raise _wrong(
            "table.unreadable",
            Message("The table {path} cannot be read: {reason}.", path=_shown(path), reason=reason_of(error)),
            Message("Choose it again; perhaps it was moved, or may not be read."),
        ) from None
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", "replace")  # what older spreadsheet programs write
    if "\0" in text:
        raise _wrong(
            "table.not_text",
            Message("{path} is no text, so it is no table.", path=_shown(path)),
            Message("Save it as CSV in a spreadsheet program."),
        )
    return text


def _rows(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Rows of stripped cells without the blank ones, and the line on which each ends."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows, lines = [], []
    for row in reader:
        cells = [cell.strip() for cell in row]
        if any(cells):
            rows.append(cells)
            lines.append(reader.line_num)
    return rows, lines


def _has_header(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: it holds no picture's name, or the rows below hold none either."""
    return not any(map(is_picture_name, rows[0]))


def _names(header: Sequence[str], width: int) -> tuple[str, ...]:
    """A name of its own for each column."""
    names: list[str] = []
    for number in range(width):
        name = header[number] if number < len(header) and header[number] else f"column {number + 1}"
        again, count = name, 1
        while again in names:
            count += 1
            again = f"{name} ({count})"
        names.append(again)
    return tuple(names)


def _torn(path: Path, line: int, count: int, width: int) -> Problem:
    return finding(
        "error",
        "row.cells",
        Message(
            "The row on line {line} has {count} cells, not {width}.", line=line, count=count, width=width
        ),
        Message("Correct the row; a cell that holds the delimiter must stand in quotes."),
        printable(path.name),
    )


def _wrong(code: str, message: Message, hint: Message) -> DataError:
    return DataError(code, message, hint)


def _shown(path: Path) -> str:
    return printable(str(path))

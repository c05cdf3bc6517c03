"""The tables of a run folder: history.csv, batches.csv and confusion.csv, read in spite of a torn last line."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

Row = dict[str, float]


def number_text(value: float) -> str:
    """A number as the tables write it: exact, whole numbers without a point."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def line_of(values: Sequence[str]) -> str:
    """One line of CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(values)
    return text.getvalue()


def read_rows(path: Path) -> list[Row]:
    """The rows of a table of numbers; empty when the file is not there. A torn or odd line ends the table."""
    try:
        text = path.read_text("utf-8", errors="replace")
    except FileNotFoundError:
        return []
    whole = text[: text.rfind("\n") + 1]
    lines = csv.reader(io.StringIO(whole))
    header = next(lines, None)
    rows: list[Row] = []
    for line in lines:
        if header is None or len(line) != len(header):
            break
        try:
            rows.append({name: float(cell) for name, cell in zip(header, line, strict=True) if cell != ""})
        except ValueError:
            break
    return rows


def table_text(rows: Sequence[Mapping[str, float]], columns: Sequence[str]) -> str:
    """A whole table of numbers as text; absent values are empty cells."""
    lines = [line_of(columns)]
    lines += [line_of([number_text(row[name]) if name in row else "" for name in columns]) for row in rows]
    return "".join(lines)


def confusion_text(matrix: Sequence[Sequence[int]], classes: Sequence[str]) -> str:
    """Confusion matrix as CSV: a row for each true class, a column for each predicted one."""
    lines = [line_of(["true \\ predicted", *classes])]
    lines += [
        line_of([name, *(str(int(count)) for count in counts)])
        for name, counts in zip(classes, matrix, strict=True)
    ]
    return "".join(lines)


def read_confusion(path: Path) -> tuple[tuple[str, ...], list[list[int]]] | None:
    """(classes, matrix) of a confusion.csv; None when there is none or it is damaged."""
    try:
        lines = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
        classes = tuple(lines[0][1:])
        matrix = [[int(cell) for cell in line[1:]] for line in lines[1:]]
    except (OSError, ValueError, IndexError):
        return None
    if len(matrix) != len(classes) or any(len(row) != len(classes) for row in matrix):
        return None
    return classes, matrix

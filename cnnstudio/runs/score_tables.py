"""The scores of classes or labels as tables in words: Markdown and CSV. Standard library only."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

COLUMNS = ("class", "images", "precision", "recall", "F1")
KEYS = ("name", "count", "precision", "recall", "f1")

Row = Mapping[str, Any]


def percent(value: float | None, digits: int = 1) -> str:
    """A share as `93.5 %`; a dash when there is none."""
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, text_columns: int = 1) -> str:
    """A table; the first columns are text, the others stand flush right."""
    left = min(text_columns, len(head))
    lines = [_line(head), "|" + "|".join(["---"] * left + ["---:"] * (len(head) - left)) + "|"]
    return "\n".join([*lines, *(_line(row) for row in rows)]) + "\n"


def scores_markdown(rows: Sequence[Row]) -> str:
    """The scores with shares in percent."""
    return markdown_table(COLUMNS, [score_cells(row) for row in rows])


def scores_csv(rows: Sequence[Row]) -> str:
    """The scores with exact shares; empty where there is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([["" if row[key] is None else row[key] for key in KEYS] for row in rows])
    return out.getvalue()


def score_cells(row: Row) -> list[str]:
    """One class as the cells of a table."""
    return [str(row["name"]), str(row["count"]), *(percent(row[key]) for key in KEYS[2:])]


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"


def escaped(cell: str) -> str:
    """A text that may hold anything, shown as it is: no new column, no HTML, no new line."""
    for mark in "\\|*_`[]":
        cell = cell.replace(mark, f"\\{mark}")
    return cell.replace("&", "&amp;").replace("<", "&lt;").replace("\n", " ").replace("\r", " ")

"""A report as one Markdown file; pictures are embedded as data."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cnnstudio.runs.reports.document import Heading, Matrix, Part, Picture, Table, Text
from cnnstudio.runs.score_tables import escaped, markdown_table


def markdown(parts: Sequence[Part]) -> str:
    """The whole file. A name that holds Markdown or HTML shows as it is written."""
    return "\n\n".join(_part(part) for part in parts) + "\n"


def _part(part: Part) -> str:
    match part:
        case Heading():
            return f"{'#' * part.level} {escaped(part.text)}"
        case Text():
            return escaped(part.text)
        case Table():
            head = part.head or ("",) * (len(part.rows[0]) if part.rows else 2)
            return markdown_table(head, part.rows, text_columns=part.text_columns).rstrip("\n")
        case Picture():
            data = base64.b64encode(part.content).decode("ascii")
            return f"![{escaped(part.alt)}](data:image/{part.kind};base64,{data})"
        case Matrix():
            rows = [
                (name, *(str(count) if count else "" for count in counts))
                for name, counts in zip(part.classes, part.counts, strict=True)
            ]
            return markdown_table((part.corner, *part.classes), rows).rstrip("\n")

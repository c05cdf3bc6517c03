"""What a report is made of: headings, sentences, tables, pictures and a confusion matrix. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A title; `level` 1 is the report's own."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of words. Of `head` empty: names left, values right. `text_columns` stand left, all others flush right."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text_columns: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An embedded picture."""

    content: bytes
    kind: Literal["png", "svg+xml"]
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A confusion matrix: rows are true classes, columns predicted ones. `corner` says so."""

    classes: tuple[str, ...]
    counts: tuple[tuple[int, ...], ...]
    corner: str


Part: TypeAlias = Heading | Text | Table | Picture | Matrix

"""Tables of images, CSV or TSV: a column of paths, and columns of classes, labels or numbers; perhaps one of parts."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.data.listing import PARTS, ListedFile, Listing
from cnnstudio.data.parallel import IsCancelled, Progress
from cnnstudio.data.picture import finding
from cnnstudio.data.problem import Cancelled, DataError, Problem, printable
from cnnstudio.data.report import Part
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources.reader import Reader
from cnnstudio.data.tables.columns import Columns, choose_columns
from cnnstudio.data.tables.meaning import Meaning, meaning_of
from cnnstudio.data.tables.places import Places, find_places
from cnnstudio.data.tables.table import Table, named, read_table

_ASK_EVERY = 1000
"""Rows between two looks whether the reading is still wanted."""


class TableOfImages(Reader):
    """The settings' `table` says what is not to be found out."""

    name: ClassVar[str] = "table"
    what: ClassVar[Message] = Message("a table of images (.csv, .tsv)")
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".tab", ".txt")

    def recognises(self, path: Path) -> bool:
        return path.suffix.lower() in self.suffixes and os.path.isfile(path)  # noqa: PTH113 - never raises

    def listing(
        self,
        path: Path,
        settings: DataSettings,
        *,
        progress: Progress | None = None,  # noqa: ARG002 - rows are read fast
        cancelled: IsCancelled | None = None,
    ) -> Listing:
        table = read_table(path, settings.table)
        if not table.rows:
            raise DataError(
                "table.empty",
                Message("The table {path} holds no rows.", path=printable(str(path))),
                Message("It needs a row for each image: the image's path, and what it shows."),
            )
        columns = choose_columns(table, settings.table)
        meaning = meaning_of(table, columns.labels, settings.table)
        root = path.absolute().parent
        places = find_places(root, table.column(columns.path), settings.table.images)
        return _Rows(path, table, columns, meaning, places, cancelled).listing()

    def files(self, path: Path, settings: DataSettings) -> Iterator[Path]:
        yield path
        listing = self.listing(path, settings)
        yield from (listing.root / file.path for file in listing.files)


class _Rows:
    """One pass over a table's rows; remembers which images were named."""

    def __init__(
        self,
        path: Path,
        table: Table,
        columns: Columns,
        meaning: Meaning,
        places: Places,
        cancelled: IsCancelled | None,
    ) -> None:
        self._name = printable(path.name)
        self._table = table
        self._columns = columns
        self._meaning = meaning
        self._places = places
        self._cancelled = cancelled
        self._problems: list[Problem] = [self._understood(), *table.problems]
        self._files: dict[str, ListedFile] = {}

    def listing(self) -> Listing:
        for number in range(len(self._table.rows)):
            if number % _ASK_EVERY == 0 and self._cancelled is not None and self._cancelled():
                raise Cancelled
            self._take(number)
        files = list(self._files.values())
        parts = {file.part for file in files}
        fixed = "train" in parts and len(parts) > 1
        if not fixed:  # all of one part: the table of that part alone, to be split or measured as a whole
            files = [_without_part(file) for file in files]
        return Listing(
            root=self._places.root,
            layout="parts" if fixed else "classes",
            files=files,
            problems=self._problems,
            task=self._meaning.task,
            target_names=self._meaning.target_names,
            table=True,
        )

    def _take(self, number: int) -> None:
        cell, line = self._table.rows[number][self._columns.path], self._table.lines[number]
        told = self._meaning.told[number]
        if isinstance(told, Message):
            self._leave_out("row.label", line, cell, told, Message("Correct the row, or remove it."))
            return
        part = self._part(number)
        if part is None:
            wrong = self._table.rows[number][self._columns.split or 0]
            said = Message("“{part}” is no part.", part=wrong[:40])
            self._leave_out("row.part", line, cell, said, Message("Write train, validation or test."))
            return
        path = self._places.path_of(cell) if cell else None
        if path is None:
            said = Message("The image is not there.") if cell else Message("It names no image.")
            self._leave_out("row.no_image", line, cell, said, Message("Correct the path, or remove the row."))
            return
        class_name, target = (told, ()) if isinstance(told, str) else ("", told)
        file = ListedFile(path=path, class_name=class_name, part=part, target=target)
        before = self._files.setdefault(path, file)
        if before != file:
            said = Message("The image was named before, and something else was told of it.")
            self._leave_out("row.contradicts", line, cell, said, Message("Keep the row that is right."))
        elif before is not file:
            said = Message("The image was named before.")
            self._problems.append(
                finding("hint", "row.again", _on_line(line, said), Message("The row counts once."), cell)
            )

    def _part(self, number: int) -> Part | None:
        """`""` without a column of parts; None for a word that is no part."""
        if self._columns.split is None:
            return ""
        return PARTS.get(self._table.rows[number][self._columns.split].casefold())

    def _leave_out(self, code: str, line: int, cell: str, said: Message, hint: Message) -> None:
        self._problems.append(
            finding("error", code, _on_line(line, said), hint, printable(cell)[:200] or self._name)
        )

    def _understood(self) -> Problem:
        """How the table was read, so that a wrong guess is seen."""
        names = self._table.names
        learned = ", ".join(f"“{names[number]}”" for number in self._columns.labels[:8])
        more = len(self._columns.labels) - 8
        sentence = {
            "classification": "Cut at {delimiter}: {path} names the images, {learned} their class{part}.",
            "multi_label": "Cut at {delimiter}: {path} names the images, {learned} their labels{part}.",
            "regression": "Cut at {delimiter}: {path} names the images, {learned} the numbers to learn{part}.",
        }[self._meaning.task]
        split = self._columns.split
        return finding(
            "hint",
            "table.understood",
            Message(
                sentence,
                delimiter=named(self._table.delimiter),
                path=f"“{names[self._columns.path]}”",
                learned=f"{learned} (+{more})" if more > 0 else learned,
                part=NO_MESSAGE if split is None else Message(", “{name}” their part", name=names[split]),
            ),
            Message(
                "If that is wrong, set path_column, label_columns, split_column or task in the table's settings."
            ),
            self._name,
        )


def _on_line(line: int, said: Message) -> Message:
    return Message("Line {line}: {said}", line=line, said=said)


def _without_part(file: ListedFile) -> ListedFile:
    return ListedFile(path=file.path, class_name=file.class_name, part="", target=file.target)

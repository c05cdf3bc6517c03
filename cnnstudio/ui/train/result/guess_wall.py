"""Pictures with what they are, what they were taken for and how surely."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cnnstudio.ui.data.thumbnail_wall import SIDE, ThumbnailWall
from cnnstudio.ui.theme import GRID, theme

Index = QModelIndex | QPersistentModelIndex
WIDTH = SIDE + 3 * GRID
LINE = 2 * GRID
HEIGHT = SIDE + 3 * LINE + 2 * GRID


class _Captioned(QStyledItemDelegate):
    """The picture, and three lines below it."""

    captions: Sequence[tuple[str, str, str]] = ()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        rect: QRect = option.rect
        picture = index.data(Qt.ItemDataRole.DecorationRole)
        painter.drawPixmap(rect.left() + (rect.width() - SIDE) // 2, rect.top() + 4, SIDE, SIDE, picture)
        if index.row() >= len(self.captions):
            return
        metrics = painter.fontMetrics()
        colors = theme()
        for line, (text, color) in enumerate(
            zip(self.captions[index.row()], (colors.text, colors.text_muted, colors.text_muted), strict=True)
        ):
            painter.setPen(QColor(color))
            place = QRect(rect.left() + 2, rect.top() + SIDE + 6 + line * LINE, rect.width() - 4, LINE)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, shown)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(WIDTH, HEIGHT)


class GuessWall(ThumbnailWall):
    """`guessWall`: guesses with their pictures."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guessWall")
        self.setAccessibleName(self.tr("Images with their guesses"))
        self.setGridSize(QSize(WIDTH, HEIGHT))
        self._delegate = _Captioned(self)
        self.setItemDelegate(self._delegate)

    def show_guesses(self, folder: Path, guesses: Sequence[dict[str, Any]]) -> None:
        """Show these guesses: `path` under `folder`, `true`, `predicted`, `probability`."""
        sure = [f"{100 * row['probability']:.0f} %" for row in guesses]
        self._delegate.captions = [
            (
                row["predicted"],
                self.tr("{share} sure").format(share=share),
                self.tr("is {true}").format(true=row["true"]),
            )
            for row, share in zip(guesses, sure, strict=True)
        ]
        notes = [
            self.tr("{true}, taken for {predicted}: {share} sure").format(
                true=row["true"], predicted=row["predicted"], share=share
            )
            for row, share in zip(guesses, sure, strict=True)
        ]
        self.show_paths([folder / row["path"] for row in guesses], notes)

    def show_numbers(self, folder: Path, rows: Sequence[dict[str, Any]]) -> None:
        """Show these errors, as `largest_errors` tells them."""
        self._show(
            folder,
            rows,
            [
                (
                    f"{row['name']} {row['predicted']:.4g}",
                    self.tr("off by {error}").format(error=f"{abs(row['predicted'] - row['true']):.3g}"),
                    self.tr("is {true}").format(true=f"{row['true']:.4g}"),
                )
                for row in rows
            ],
        )

    def show_labels(self, folder: Path, rows: Sequence[dict[str, Any]]) -> None:
        """Show these images, as `most_wrong_labels` tells them."""
        self._show(
            folder,
            rows,
            [
                (
                    ", ".join(row["predicted"]) or self.tr("no label"),
                    self.tr("1 label wrong")
                    if row["wrong"] == 1
                    else self.tr("{count} labels wrong").format(count=row["wrong"]),
                    self.tr("is {true}").format(true=", ".join(row["true"]) or self.tr("no label")),
                )
                for row in rows
            ],
        )

    def _show(
        self, folder: Path, rows: Sequence[dict[str, Any]], captions: Sequence[tuple[str, str, str]]
    ) -> None:
        self._delegate.captions = captions
        self.show_paths([folder / row["path"] for row in rows], ["\n".join(lines) for lines in captions])

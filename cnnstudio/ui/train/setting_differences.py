"""The settings in which the selected runs differ: a small table with a column for each run's marker."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.runs.differences import differences
from cnnstudio.runs.run_folder import RunFolder
from cnnstudio.ui.theme import GRID, monospace, theme
from cnnstudio.ui.train.markers import marker_icon
from cnnstudio.ui.train.runs_table import run_title

COLUMNS = 3
"""Values beside each other; of more runs they stand below."""


class SettingDifferences(QWidget):
    """Only what differs is listed; each value stands beside the marker that its run has in the plots."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("runDifferences")
        self.setAccessibleName(self.tr("Settings in which the runs differ"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, GRID, 0, 0)
        self._column.setSpacing(GRID)
        self._content: QWidget | None = None

    def text(self) -> str:
        """All that is said, a setting a line."""
        return self.accessibleDescription()

    def show_runs(self, folders: Sequence[RunFolder]) -> None:
        """List the settings in which these runs differ."""
        if self._content is not None:
            self._content.hide()
            self._content.deleteLater()
            self._content = None
        if len(folders) < 2:
            return
        found = differences([folder.record for folder in folders])
        self._content = QWidget(self)
        rows = QVBoxLayout(self._content)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(GRID - 2)
        title = QLabel(self.tr("WHAT DIFFERS") if found else self.tr("Their settings are the same."))
        title.setProperty("role", "section" if found else "muted")
        rows.addWidget(title)
        for one in found:
            name = QLabel(one.name)
            name.setProperty("role", "muted")
            rows.addWidget(name)
            rows.addLayout(_values(folders, one.values))
        self._column.addWidget(self._content)
        titles = [run_title(folder) for folder in folders]
        self.setAccessibleDescription(
            "\n".join(
                f"{one.name}: "
                + ", ".join(f"{title} {value}" for title, value in zip(titles, one.values, strict=True))
                for one in found
            )
        )


def _values(folders: Sequence[RunFolder], values: Sequence[str]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(GRID)
    grid.setVerticalSpacing(2)
    colors = theme().plot
    wide = max(len(value) for value in values) > 12
    columns = 1 if wide else COLUMNS
    for number, (folder, value) in enumerate(zip(folders, values, strict=True)):
        marker = QLabel()
        marker.setPixmap(marker_icon(number, QColor(colors[number % len(colors)])).pixmap(12, 12))
        label = QLabel(value)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setFont(monospace())
        label.setToolTip(f"{run_title(folder)}: {value}")
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row, column = divmod(number, columns)
        grid.addWidget(marker, row, 2 * column)
        grid.addWidget(label, row, 2 * column + 1)
    for column in range(columns):
        grid.setColumnStretch(2 * column + 1, 1)
    return grid

"""The images that the project leaves out, and the way back for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnstudio.ui.data.picture_choice import PictureChoice
from cnnstudio.ui.theme import GRID


class QuarantineView(QWidget):
    """`quarantineView`: the project's quarantine list as pictures."""

    put_back_requested = Signal(object)
    """Paths to be used again."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("quarantineView")
        self.setProperty("surface", "panel")
        self._paths: tuple[str, ...] = ()
        self._said = QLabel(self)
        self._said.setWordWrap(True)
        self.pictures = PictureChoice(self)
        self.pictures.setAccessibleName(self.tr("Images that are left out"))
        self.pictures.chosen.connect(self._on_chosen)
        self._some = QPushButton(self.tr("Put the selected back"), self)
        self._some.setObjectName("putBackSelected")
        self._some.clicked.connect(self._on_some)
        self._all = QPushButton(self.tr("Put all back"), self)
        self._all.setObjectName("putBackAll")
        self._all.clicked.connect(self._on_all)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self._some)
        row.addWidget(self._all)
        row.addStretch(1)
        column = QVBoxLayout(self)
        self._column = column
        column.setContentsMargins(GRID * 2, GRID, GRID * 2, GRID)
        column.setSpacing(GRID)
        column.addWidget(self._said)
        column.addWidget(self.pictures, 1)
        column.addLayout(row)
        column.addStretch(0)
        self.show_quarantine(Path(), ())

    def show_quarantine(self, root: Path, paths: Sequence[str]) -> None:
        """Show the images of the folder `root` that are left out."""
        self._paths = tuple(paths)
        self.pictures.show_pictures(root, self._paths, ())
        self._said.setText(
            self.tr("The project leaves these images out: {count}. Their files are untouched.").format(
                count=len(paths)
            )
            if paths
            else self.tr("No image is left out. Choose a problem, and leave out the pictures that it shows.")
        )
        self.pictures.setVisible(bool(paths))
        for button in (self._some, self._all):
            button.setVisible(bool(paths))
        self._column.setStretch(1, 1 if paths else 0)
        self._column.setStretch(3, 0 if paths else 1)
        self._on_chosen()

    def _on_chosen(self) -> None:
        self._some.setEnabled(bool(self.pictures.selected()))

    def _on_some(self) -> None:
        self.put_back_requested.emit(tuple(self.pictures.selected()))

    def _on_all(self) -> None:
        self.put_back_requested.emit(self._paths)

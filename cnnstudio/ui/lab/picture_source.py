"""Where the lab's picture comes from: a file, the project's data, or a pattern drawn by the program."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from cnnstudio.data.lab.pictures import LabPicture, drawn_pattern, read_picture
from cnnstudio.data.problem import DataError, printable
from cnnstudio.data.report import DataReport
from cnnstudio.data.suffixes import IMAGE_SUFFIXES
from cnnstudio.ui.data.latest_work import LatestWork
from cnnstudio.ui.icons import icon
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID

_APART = 7
"""The next picture of the data is so many further on: neighbours in a class look alike."""


class PictureSource(QFrame):
    """A bar with three buttons. Files are read beside the window; a bad one is told in a sentence."""

    picture_known = Signal(object)
    """The `LabPicture` to show, and again when other channels of it are wanted."""
    data_wanted = Signal()
    """A picture of the project's data is wanted, and nobody has looked at them yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.picture = drawn_pattern()
        self._report: DataReport | None = None
        self._next = 0
        self._waits = False
        self._drawn_by_default = True
        self._reading = LatestWork(self)
        self._reading.answered.connect(self._on_read)
        self._reading.failed.connect(self._on_failed)
        self.open = QPushButton(icon("open"), self.tr("Open picture…"), self)
        self.open.setObjectName("labOpen")
        self.open.setToolTip(self.tr("Any picture file; it can be dropped here too"))
        self.open.clicked.connect(self._on_open)
        self.from_data = QPushButton(icon("data"), self.tr("From the data"), self)
        self.from_data.setObjectName("labFromData")
        self.from_data.setToolTip(self.tr("A picture of the project's data, another one at each click"))
        self.from_data.clicked.connect(self.take_from_data)
        self.pattern = QPushButton(icon("contrast"), self.tr("Test pattern"), self)
        self.pattern.setObjectName("labPattern")
        self.pattern.setToolTip(self.tr("Edges in every direction, a ramp, rings and single points"))
        self.pattern.clicked.connect(self._on_pattern)
        self.said = QLabel(self)
        self.said.setObjectName("labPicture")
        self.said.setMinimumWidth(80)
        self.channels = QComboBox(self)
        self.channels.setObjectName("labChannels")
        self.channels.setAccessibleName(self.tr("Channels of the picture"))
        for key, title in (
            ("all", self.tr("Colour")),
            ("grey", self.tr("Grey")),
            ("red", self.tr("Red")),
            ("green", self.tr("Green")),
            ("blue", self.tr("Blue")),
        ):
            self.channels.addItem(title, key)
        self.channels.activated.connect(self._tell)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        row.setSpacing(GRID)
        for button in (self.open, self.from_data, self.pattern):
            row.addWidget(button)
        row.addSpacing(GRID)
        row.addWidget(self.said, 1)
        row.addWidget(self.channels)
        self._say_picture()

    def open_path(self, path: Path, name: str = "") -> None:
        """Read this file and show it under that name."""
        self._waits = self._drawn_by_default = False
        self._reading.ask(lambda _cancelled: read_picture(path, name))

    def show_report(self, report: DataReport | None) -> None:
        """The project's data are these now, or not known any more."""
        self._report = report if report is not None and report.images else None
        self._next = 0
        if self._report is not None and (self._waits or self._drawn_by_default):
            self.take_from_data()
        elif self._waits:
            self._waits = False
            self._say(
                self.tr("There is no picture in the project's data that can be read: see Data."), "error"
            )

    def offer_data(self, offered: bool) -> None:
        """Whether the project names any data."""
        self.from_data.setEnabled(offered)
        self.from_data.setToolTip(
            self.tr("A picture of the project's data, another one at each click")
            if offered
            else self.tr("Choose a folder of images or the sample in Data first")
        )

    def take_from_data(self) -> None:
        """Show the next picture of the data; ask for them where they are not known yet."""
        if self._report is None:
            self._waits = True
            self._say(self.tr("Looking at the project's data…"), "muted")
            self.data_wanted.emit()
            return
        images = self._report.images
        name = images[self._next % len(images)].path
        step = _APART if len(images) % _APART else 1
        self._next += step
        self.open_path(self._report.root / name, name)

    def stop(self) -> None:
        """End what is read, for the program's end."""
        self._reading.stop()

    def _on_open(self) -> None:
        endings = " ".join(f"*{suffix}" for suffix in IMAGE_SUFFIXES)
        name, _ = QFileDialog.getOpenFileName(
            self, self.tr("Open picture"), "", self.tr("Pictures ({endings})").format(endings=endings)
        )
        if name:
            self.open_path(Path(name))

    def _on_pattern(self) -> None:
        self._waits = self._drawn_by_default = False
        self._reading.drop()
        self._on_read(drawn_pattern())

    def _on_read(self, picture: LabPicture) -> None:
        self.picture = picture
        self._say_picture()
        self._tell()

    def _on_failed(self, error: DataError) -> None:
        self._say(f"{translated(error.message)} {translated(error.hint)}", "error")

    def _tell(self) -> None:
        self.picture_known.emit(self.picture)

    def _say_picture(self) -> None:
        picture = self.picture
        self.channels.setVisible(picture.is_coloured)
        name = picture.name or self.tr("Test pattern")
        height, width = picture.pixels.shape[:2]
        if picture.is_reduced:
            size = self.tr("{width}×{height}, shown reduced to {small_width}×{small_height}").format(
                width=picture.width, height=picture.height, small_width=width, small_height=height
            )
        else:
            size = f"{width}×{height}"
        self._say(f"{printable(name)} · {size}", "muted")

    def _say(self, text: str, role: str) -> None:
        self.said.setProperty("role", role)
        self.said.style().unpolish(self.said)
        self.said.style().polish(self.said)
        self._text = text
        self.said.setToolTip(text)
        self._elide()

    def _elide(self) -> None:
        self.said.setText(
            self.said.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideMiddle, self.said.width())
        )

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]  # narrowed by the caller
        self._elide()

"""The bar at the top of the Data workspace: which folder or file, choose another, how far the scan is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.data.sources import readers
from cnnstudio.ui.icons import icon
from cnnstudio.ui.progress import show_progress
from cnnstudio.ui.theme import GRID


class FolderBar(QFrame):
    """`dataFolder` holds the path; what the user wants comes as signals."""

    data_chosen = Signal(object)
    """A `Path`, of a folder or a file."""
    sample_requested = Signal()
    rescan_requested = Signal()
    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self._path = QLineEdit(self)
        self._path.setObjectName("dataFolder")
        self._path.setAccessibleName(self.tr("Data folder or file"))
        self._path.setPlaceholderText(
            self.tr("A folder with one folder of images per class, a table or an archive – drop it here")
        )
        self._path.editingFinished.connect(self._on_edited)
        self._choose = QPushButton(icon("open"), self.tr("Choose…"), self)
        self._choose.setObjectName("dataChoose")
        self._choose.setMenu(self._choices())
        self._sample = QPushButton(icon("sample"), self.tr("Use the sample"), self)
        self._sample.setObjectName("dataSample")
        self._sample.setToolTip(self.tr("4,000 Fashion-MNIST images in ten classes, 28 × 28 pixels, grey"))
        self._sample.clicked.connect(self.sample_requested)
        self._again = QPushButton(icon("reset"), "", self)
        self._again.setObjectName("dataAgain")
        self._again.setToolTip(self.tr("Read the data again"))
        self._again.setAccessibleName(self.tr("Read the data again"))
        self._again.clicked.connect(self.rescan_requested)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self._path, 1)
        row.addWidget(self._again)
        row.addWidget(self._choose)
        row.addWidget(self._sample)
        self._said = QLabel(self)
        self._said.setObjectName("dataStatus")
        self._said.setWordWrap(True)
        self._said.hide()
        self._progress = QProgressBar(self)
        self._progress.setObjectName("dataProgress")
        self._progress.setTextVisible(False)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setObjectName("dataCancel")
        self._cancel.clicked.connect(self.cancel_requested)
        self._work = QWidget(self)
        work = QHBoxLayout(self._work)
        work.setContentsMargins(0, 0, 0, 0)
        work.addWidget(self._progress, 1)
        work.addWidget(self._cancel)
        self._work.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(GRID * 2, GRID + GRID // 2, GRID * 2, GRID + GRID // 2)
        column.setSpacing(GRID)
        column.addLayout(row)
        column.addWidget(self._work)
        column.addWidget(self._said)

    def show_path(self, path: str) -> None:
        """Show which folder is chosen."""
        if self._path.text() != path:
            self._path.setText(path)
            self._path.setCursorPosition(0)
        self._path.setToolTip(path)
        self._again.setEnabled(bool(path))

    def show_progress(self, done: int, total: int) -> None:
        """How far the scan is, in files; `total` 0 while it is not known."""
        self._advance(done, total)
        self.say(self.tr("Looking at every image: {done:,} of {total:,}").format(done=done, total=total) if total else
                 self.tr("Looking for images…"))  # fmt: skip

    def show_unpacking(self, done: int, total: int) -> None:
        """How far an archive is unpacked, in files; it is looked at afterwards."""
        self._advance(done, total)
        self.say(self.tr("Unpacking: {done:,} of {total:,} files").format(done=done, total=total))

    def _advance(self, done: int, total: int) -> None:
        show_progress(self._progress, done, total)
        self._work.show()

    def end_progress(self) -> None:
        """The scan is over. Who has pressed Cancel goes on beside it; Qt would go to the project's name, to be typed over."""
        if self._cancel.hasFocus():
            self._again.setFocus()
        self._work.hide()

    def say(self, text: str, role: str = "muted") -> None:
        """One sentence below the path; `role` is `muted`, `warning` or `error`."""
        if self._said.property("role") != role:
            self._said.setProperty("role", role)
            self._said.style().unpolish(self._said)
            self._said.style().polish(self._said)
        self._said.setText(text)
        self._said.setVisible(bool(text))

    def _choices(self) -> QMenu:
        menu = QMenu(self)
        menu.setObjectName("dataChoices")
        menu.addAction(self.tr("Folder of images…")).triggered.connect(self._on_folder)
        menu.addAction(self.tr("Table, archive or other file…")).triggered.connect(self._on_file)
        return menu

    def _on_edited(self) -> None:
        text = self._path.text().strip()
        if text and text != self._path.toolTip():
            self.data_chosen.emit(Path(text).expanduser())

    def _on_file(self) -> None:
        start = self._path.text() or str(Path.home())
        endings = " ".join(f"*{suffix}" for reader in readers().values() for suffix in reader.suffixes)
        kinds = self.tr("Image data ({endings});;All files (*)").format(endings=endings)
        file, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose the table, archive or other file"), start, kinds
        )
        if file:
            self.data_chosen.emit(Path(file))

    def _on_folder(self) -> None:
        start = self._path.text() or str(Path.home())
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose the folder of images"), start)
        if folder:
            self.data_chosen.emit(Path(folder))

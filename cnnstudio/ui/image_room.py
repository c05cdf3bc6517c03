"""How much room decoded images may take, as the settings dialog asks it; and in words where they are kept."""

from __future__ import annotations

import threading

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from cnnstudio.data.keeping import pixel_file
from cnnstudio.data.keeping.limits import GIGABYTE, Keeping, Limits, amount
from cnnstudio.ui.session import translated
from cnnstudio.ui.theme import GRID

MEMORY = (None, 1, 2, 4, 8, 16, 32, 64)
"""Gigabytes to choose among; None is a share of what is free."""
FILE = (0, 5, 10, 20, 50, 100, 200)


class ImageRoom(QWidget):
    """`memory` and `file` are the choices, to be laid out in a form; this widget says what the files take now."""

    edited = Signal()

    def __init__(self, wanted: Limits, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.memory = QComboBox(self)
        self.memory.setToolTip(
            self.tr("Decoded images up to this size are held in memory, the fastest place for them.")
        )
        self.file = QComboBox(self)
        self.file.setToolTip(
            self.tr(
                "Larger ones are kept in a file, all such files together within this size; the longest unused"
                " go first.\nWhat does not fit there either is decoded again in each epoch."
            )
        )
        for choice in MEMORY:
            self._offer_memory(None if choice is None else choice * GIGABYTE)
        for choice in FILE:
            self._offer_file(choice * GIGABYTE)
        self._used = QLabel(self)
        self._used.setObjectName("imageFilesUsed")
        self._used.setProperty("role", "muted")
        self._remove = QPushButton(self.tr("Remove"), self)
        self._remove.setObjectName("removeImageFiles")
        self._remove.setAutoDefault(False)
        self._remove.setToolTip(self.tr("Remove these files. The next run decodes its images again."))
        self._remove.clicked.connect(self._on_remove)
        self._removal = _Removal()
        self._removal.done.connect(self._show_size)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        row.addWidget(self._used, 1)
        row.addWidget(self._remove)
        self.show_limits(wanted)
        self._show_used()
        self.memory.currentIndexChanged.connect(self.edited)
        self.file.currentIndexChanged.connect(self.edited)

    @property
    def limits(self) -> Limits:
        """What is chosen."""
        memory, file = self.memory.currentData(), self.file.currentData()
        return Limits(memory=None if memory < 0 else int(memory), file=int(file))

    def show_limits(self, wanted: Limits) -> None:
        """Choose these limits; others than those on offer are offered too."""
        memory = -1 if wanted.memory is None else wanted.memory
        if self.memory.findData(memory) < 0:
            self._offer_memory(wanted.memory)
        if self.file.findData(wanted.file) < 0:
            self._offer_file(wanted.file)
        self.memory.setCurrentIndex(self.memory.findData(memory))
        self.file.setCurrentIndex(self.file.findData(wanted.file))

    def _offer_memory(self, size: int | None) -> None:
        if size is None:
            self.memory.addItem(self.tr("Up to a quarter of what is free"), -1)
        else:
            self.memory.addItem(self._up_to(size), size)

    def _offer_file(self, size: int) -> None:
        self.file.addItem(self._up_to(size), size)

    def _up_to(self, size: int) -> str:
        return self.tr("Up to {size}").format(size=amount(size)) if size else self.tr("None")

    def _on_remove(self) -> None:
        self._remove.setEnabled(False)
        self._used.setText(self.tr("Removing…"))
        threading.Thread(target=self._removal.run, name="removeImageFiles").start()

    def _show_used(self) -> None:
        self._show_size(pixel_file.used())

    def _show_size(self, size: int) -> None:
        self._used.setText(self.tr("{size} in files now").format(size=amount(size)))
        self._remove.setEnabled(size > 0)


class _Removal(QObject):
    """Removes the files beside the window: the disk may take seconds for many gigabytes.

    It belongs to nobody, so that the dialog can be closed meanwhile; the program's end waits for it.
    """

    done = Signal(object)
    """Bytes that are left: an `int`, too large for Qt's own."""

    def run(self) -> None:
        pixel_file.clear()
        self.done.emit(pixel_file.used())


def place_text(keeping: Keeping) -> str:
    """Where images are kept, in two or three words."""
    return {
        "memory": QCoreApplication.translate("ImageRoom", "in memory"),
        "file": QCoreApplication.translate("ImageRoom", "in a file"),
        "nowhere": QCoreApplication.translate("ImageRoom", "not kept"),
    }[keeping.where]


def size_text(keeping: Keeping) -> str:
    """How large the decoded images are, and what their place may hold: `380 MB, limit 20 GB`."""
    if keeping.where == "nowhere":
        return QCoreApplication.translate("ImageRoom", "{size}, decoded in each epoch").format(
            size=amount(keeping.size)
        )
    text = QCoreApplication.translate("ImageRoom", "{size}, limit {limit}")
    return text.format(size=amount(keeping.size), limit=amount(keeping.limit))


def explanation(keeping: Keeping) -> str:
    """The whole sentence, and where the limits are changed."""
    where = QCoreApplication.translate("ImageRoom", "The limits are set in the settings.")
    return f"{translated(keeping.message)}\n{where}"

"""Scanning data away from the window's thread."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal

from cnnstudio.core.message import Message
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.data.scan_apart import Step, scan_and_split
from cnnstudio.data.settings import DataSettings


class FolderScan(QThread):
    """One scan. Exactly one of `found` and `failed` comes, unless it is cancelled."""

    progressed = Signal(int, int)
    """Files done, files in all; at most twenty times a second."""
    unpacking = Signal(int, int)
    """The same for what is unpacked before."""
    found = Signal(object)
    """The `Division` of the report as the settings split it."""
    failed = Signal(object)
    """The `DataError`."""

    def __init__(self, path: Path, settings: DataSettings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.path = path
        self._settings = settings

    def cancel(self) -> None:
        """Stop soon; nothing is reported any more."""
        self.requestInterruption()

    def run(self) -> None:
        try:
            division = scan_and_split(
                self.path, self._settings, tell=self._tell, cancelled=self.isInterruptionRequested
            )
        except Cancelled:
            return
        except DataError as error:
            self.failed.emit(error)
        except (OSError, MemoryError) as error:
            self.failed.emit(
                DataError(
                    "folder.unreadable",
                    Message("The data could not be read to the end: {reason}.", reason=str(error)),
                    Message("Try again, or choose others."),
                )
            )
        else:
            if not self.isInterruptionRequested():
                self.found.emit(division)

    def _tell(self, step: Step, done: int, total: int) -> None:
        (self.unpacking if step == "unpacking" else self.progressed).emit(done, total)

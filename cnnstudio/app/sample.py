"""The sample data, unpacked away from the window's thread when it is first wanted."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal


class _Unpacking(QThread):
    ready = Signal(object)
    failed = Signal(object)

    def run(self) -> None:
        from cnnstudio.data.problem import DataError
        from cnnstudio.data.sample import sample_folder

        try:
            self.ready.emit(sample_folder())
        except DataError as error:
            self.failed.emit(error)


class Sample(QObject):
    """Gives the folder of the sample's images, for a whole project or as data alone."""

    busy = Signal(bool)
    project_wanted = Signal(object)
    """The folder that LeNet-5 is to be trained on."""
    data_wanted = Signal(object)
    """The folder that becomes the open project's data."""
    failed = Signal(object)
    """The `DataError`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unpacking: _Unpacking | None = None
        self._for_project = False

    def want_project(self) -> None:
        """Unpack, then ask for a project on it."""
        self._want(project=True)

    def want_data(self) -> None:
        """Unpack, then hand the folder out as data."""
        self._want(project=False)

    def wait(self) -> None:
        """For the program's end."""
        if self._unpacking is not None:
            self._unpacking.wait()

    def _want(self, *, project: bool) -> None:
        self._for_project = project
        if self._unpacking is not None:
            return
        self.busy.emit(True)
        self._unpacking = _Unpacking(self)
        self._unpacking.ready.connect(self._on_ready)
        self._unpacking.failed.connect(self.failed)
        self._unpacking.finished.connect(self._on_over)
        self._unpacking.start()

    def _on_ready(self, folder: Path) -> None:
        (self.project_wanted if self._for_project else self.data_wanted).emit(folder)

    def _on_over(self) -> None:
        self.busy.emit(False)
        if self._unpacking is not None:
            self._unpacking.deleteLater()
            self._unpacking = None

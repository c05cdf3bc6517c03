"""The projects opened or saved last, newest first, kept in the settings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cnnstudio.ui.settings import Settings

MOST = 12


class RecentFiles(QObject):
    """A short list of paths; files that are gone are left out when it is read."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(path for text in self._settings.texts("recent") if (path := Path(text)).is_file())

    def add(self, path: Path) -> None:
        """Put a file at the top."""
        path = path.absolute()
        rest = [text for text in self._settings.texts("recent") if Path(text) != path]
        self._settings.set_texts("recent", [str(path), *rest][:MOST])
        self._settings.flush()
        self.changed.emit()

    def remove(self, path: Path) -> None:
        """Forget a file."""
        rest = [text for text in self._settings.texts("recent") if Path(text) != path.absolute()]
        self._settings.set_texts("recent", rest)
        self.changed.emit()

    def clear(self) -> None:
        """Forget all."""
        self._settings.set_texts("recent", [])
        self.changed.emit()

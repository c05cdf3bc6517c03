"""What the window does not need to stand, loaded beside it."""

from __future__ import annotations

import importlib

from PySide6.QtCore import QObject, QThread, Signal


class LaterImports(QThread):
    """Imports modules one after the other, away from the window's thread: together they take longer than many frames."""

    imported = Signal()

    def __init__(self, *modules: str, parent: QObject) -> None:
        super().__init__(parent)
        self._modules = modules

    def run(self) -> None:
        for module in self._modules:
            importlib.import_module(module)
        self.imported.emit()

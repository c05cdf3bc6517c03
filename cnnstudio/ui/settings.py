"""What the window remembers between two starts: geometry, sizes, theme, order of shapes. Kept by QSettings."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import QByteArray, QSettings

from cnnstudio.data.keeping.limits import AUTO, GIGABYTE, Limits, limits_from, parsed_gigabytes
from cnnstudio.data.problem import DataError
from cnnstudio.ui.theme import ThemeChoice


class Settings:
    """Typed access to the user's settings. A broken settings file reads as if it were empty."""

    def __init__(self, store: QSettings | None = None) -> None:
        self._store = store or QSettings(
            QSettings.Format.IniFormat, QSettings.Scope.UserScope, "cnnstudio", "cnnstudio"
        )

    @property
    def theme(self) -> ThemeChoice:
        value = self.text("theme", "system")
        return cast("ThemeChoice", value) if value in ("system", "light", "dark") else "system"

    @theme.setter
    def theme(self, choice: ThemeChoice) -> None:
        self._store.setValue("theme", choice)

    @property
    def channels_first(self) -> bool:
        return self.text("shape_order", "last") == "first"

    @channels_first.setter
    def channels_first(self, first: bool) -> None:
        self._store.setValue("shape_order", "first" if first else "last")

    @property
    def undo_depth(self) -> int:
        """How many steps of history are kept; 0 is without limit."""
        value = self.text("undo_depth", "0")
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 6 else 0

    @undo_depth.setter
    def undo_depth(self, steps: int) -> None:
        self._store.setValue("undo_depth", str(steps))

    @property
    def image_limits(self) -> Limits:
        """How much room decoded images may take; what was never chosen is as the environment says."""
        try:
            usual = limits_from(os.environ)
        except DataError:
            usual = Limits()
        memory, file = self.text("images/memory"), self.text("images/file")
        with contextlib.suppress(DataError):
            return Limits(
                memory=usual.memory
                if not memory
                else None
                if memory == AUTO
                else parsed_gigabytes(memory, "images/memory"),
                file=parsed_gigabytes(file, "images/file") if file else usual.file,
            )
        return usual

    @image_limits.setter
    def image_limits(self, limits: Limits) -> None:
        memory = AUTO if limits.memory is None else repr(limits.memory / GIGABYTE)
        self._store.setValue("images/memory", memory)
        self._store.setValue("images/file", repr(limits.file / GIGABYTE))

    def text(self, key: str, default: str = "") -> str:
        value = self._store.value(key, default)
        return value if isinstance(value, str) else default

    def set_text(self, key: str, value: str) -> None:
        self._store.setValue(key, value)

    def flag(self, key: str, default: bool) -> bool:
        return self.text(key, "yes" if default else "no") == "yes"

    def set_flag(self, key: str, value: bool) -> None:
        self._store.setValue(key, "yes" if value else "no")

    def texts(self, key: str) -> list[str]:
        """A list of texts; one text stands for a list of one, as QSettings writes it."""
        value = self._store.value(key, [])
        if isinstance(value, str):
            return [value] if value else []
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def set_texts(self, key: str, values: Sequence[str]) -> None:
        self._store.setValue(key, list(values))

    def state(self, key: str) -> QByteArray:
        """A geometry or splitter state; empty when there is none."""
        value = self._store.value(key)
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_state(self, key: str, state: QByteArray) -> None:
        self._store.setValue(key, state)

    def sizes(self, key: str, count: int) -> list[int] | None:
        """A splitter's sizes, or None when not remembered or of another number."""
        with contextlib.suppress(ValueError):
            sizes = [int(part) for part in self.texts(key)]
            if len(sizes) == count and all(size >= 0 for size in sizes) and sum(sizes) > 0:
                return sizes
        return None

    def set_sizes(self, key: str, sizes: Sequence[int]) -> None:
        self.set_texts(key, [str(size) for size in sizes])

    def flush(self) -> None:
        """Write to disk now, so that another instance sees it."""
        self._store.sync()

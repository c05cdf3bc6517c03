"""How far something is, shown in the next frame."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar


def show_progress(bar: QProgressBar, done: int, total: int | None = None) -> None:
    """Let the bar show `done` of `total` (None: of as many as before; 0: it is not known how many).

    A bar whose value is set paints itself at once, and with it all in the window that waits to be painted: what was to be
    a small change among others would take a frame of its own.
    """
    total = bar.maximum() if total is None else max(total, 0)
    if (bar.value(), bar.minimum(), bar.maximum()) == (done, 0, total):
        return
    bar.setUpdatesEnabled(False)
    bar.setRange(0, total)
    bar.setValue(done)
    bar.setUpdatesEnabled(True)

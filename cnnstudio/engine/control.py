"""Wishes about a running job (pause, stop, cancel), told from any thread. Standard library only."""

from __future__ import annotations

import threading


class RunControl:
    """What somebody wants of a job. The job looks at it often; every method may be called from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._paused = False
        self._stop_now = False
        self._stop_after_epoch = False
        self._cancelled = False
        self.wanted = False
        """Whether there is any wish at all: one attribute to look at after each batch."""

    @property
    def is_paused(self) -> bool:
        return self._paused

    @property
    def stops_now(self) -> bool:
        return self._stop_now

    @property
    def stops_after_epoch(self) -> bool:
        return self._stop_after_epoch or self._stop_now

    @property
    def is_cancelled(self) -> bool:
        return self._cancelled

    def pause(self) -> None:
        """Hold after the current batch."""
        self._set("_paused", True)

    def resume(self) -> None:
        """Go on after a pause."""
        self._set("_paused", False)

    def stop_after_epoch(self) -> None:
        """End when the current epoch is done; ends a pause."""
        self._set("_stop_after_epoch", True)
        self.resume()

    def stop_now(self) -> None:
        """End within a batch; ends a pause."""
        self._set("_stop_now", True)
        self.resume()

    def cancel(self) -> None:
        """Give the job up; a run stops now."""
        self._set("_cancelled", True)
        self.stop_now()

    def wait_while_paused(self) -> None:
        """Return when no pause is wanted."""
        with self._changed:
            self._changed.wait_for(lambda: not self._paused)

    def _set(self, name: str, value: bool) -> None:
        with self._changed:
            setattr(self, name, value)
            self.wanted = self._paused or self._stop_now or self._stop_after_epoch or self._cancelled
            self._changed.notify_all()

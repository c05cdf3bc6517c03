"""Processes that leave the processors to the window."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

NICENESS = 10
"""The window needs little of a processor, but needs that at once."""


def step_back(pid: int | None = None) -> None:
    """Lower the priority of a process, by default this one; of threads it starts from then on, too. Never raises.

    On Linux it then gets what others leave: there a lower priority alone is not enough, for who wakes up waits until the
    time slice of who works has run out.
    """
    import psutil  # noqa: PLC0415 - wanted when a process starts, not when the window does

    with suppress(psutil.Error, OSError):
        process = psutil.Process(pid)
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            process.nice(min(19, process.nice() + NICENESS))
    if sys.platform == "linux":
        with suppress(OSError):
            os.sched_setscheduler(pid or 0, os.SCHED_IDLE, os.sched_param(0))

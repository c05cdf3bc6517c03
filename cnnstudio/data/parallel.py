"""One function over many files in a few threads, with progress and cancel. Decoding does not hold the GIL."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from cnnstudio.data.problem import Cancelled

Item = TypeVar("Item")
Result = TypeVar("Result")
Progress = Callable[[int, int], None]
IsCancelled = Callable[[], bool]

_CHUNK = 64
_SMALL_FILE = 5_000
"""Bytes below which two threads are slower than one where Pillow decodes, for Python is the limit."""


class Rounds:
    """One count of progress for two rounds over files, the first of which may not be needed."""

    def __init__(self, progress: Progress | None) -> None:
        self._tell = progress or (lambda _done, _total: None)
        self._rounds = 1

    def before(self, done: int, total: int) -> None:
        """How far the round is that comes first."""
        self._rounds = 2
        self._tell(done, 2 * total)

    def last(self, done: int, total: int) -> None:
        """How far the second round is, or the only one."""
        self._tell((self._rounds - 1) * total + done, self._rounds * total)


def worker_count() -> int:
    """Threads used for decoding: one a core that this process may use, at most 16."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, min(16, len(os.sched_getaffinity(0))))
    return max(1, min(16, os.cpu_count() or 1))


def workers_for(paths: Sequence[Path], *, small_jpeg: int = _SMALL_FILE) -> int:
    """Threads that decode these files fastest: one when they are small, for then Python itself is the limit.

    `small_jpeg`: bytes of a JPEG file below which it is small.
    """
    few = paths[:: max(1, len(paths) // 32)]
    size = small = 0
    for path in few:
        small += small_jpeg if path.suffix.lower() in (".jpg", ".jpeg") else _SMALL_FILE
        with suppress(OSError):
            size += path.stat().st_size
    return 1 if size < small else worker_count()


def map_files(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    *,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
    workers: int | None = None,
) -> list[Result]:
    """`[function(item) for item in items]`, in order, in `workers` threads (default: one a core).

    `progress(done, total)` and `cancelled()` are called in the caller's thread. Raises Cancelled soon after
    `cancelled()` is true: a worker stops at its next item. What `function` raises is raised here.
    """
    total = len(items)
    stop = threading.Event()

    def run(start: int) -> list[Result]:
        results: list[Result] = []
        for item in items[start : start + _CHUNK]:
            if stop.is_set():
                break
            results.append(function(item))
        return results

    results: list[Result] = []
    with ThreadPoolExecutor(workers or worker_count(), thread_name_prefix="images") as pool:
        futures = [pool.submit(run, start) for start in range(0, total, _CHUNK)]
        try:
            for future in futures:
                while True:
                    if cancelled is not None and cancelled():
                        raise Cancelled
                    try:
                        results += future.result(timeout=0.1)
                        break
                    except TimeoutError:
                        if future.done():  # the function's own TimeoutError, not ours
                            raise
                if progress is not None:
                    progress(len(results), total)
        finally:
            stop.set()
            pool.shutdown(wait=True, cancel_futures=True)
    return results

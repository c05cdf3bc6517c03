"""Every file of a data folder looked at: what is remembered is taken from memory, the rest is decoded.

Few files are decoded by threads. Many may be given to processes of low priority: then a window's thread neither waits
for the interpreter nor for a processor, and a file that crashes a decoder ends a helper and not the program.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path

import psutil

from cnnstudio.data.examine import Facts
from cnnstudio.data.parallel import IsCancelled, Progress, map_files, workers_for
from cnnstudio.data.problem import Cancelled, Problem
from cnnstudio.data.scan_memory import Examined, ScanMemory, examined

MANY = 2_000
"""Files that are worth a process, which takes a third of a second to start."""
_CHUNK = 128
_NICENESS = 10
_LOOK_SECONDS = 0.1


def examine_all(
    memory: ScanMemory,
    paths: Sequence[str],
    *,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
    workers: int | None = None,
    processes: int = 0,
) -> list[Facts | Problem]:
    """What each file is, or why it cannot be used, in order. Raises Cancelled.

    `workers`: threads, by default as many as suit the files. `processes`: so many are used where there are many files.
    """
    found: dict[str, Facts | Problem] = {}
    for path in paths:
        if (known := memory.recall(path)) is not None:
            found[path] = known
    fresh = [path for path in paths if path not in found]
    before = len(paths) - len(fresh)

    def tell(done: int, _total: int) -> None:
        if progress is not None:
            progress(before + done, len(paths))

    if before:
        tell(0, 0)
    if processes and len(fresh) >= MANY and not multiprocessing.current_process().daemon:
        results = _apart(memory.root, fresh, processes, tell, cancelled)
    else:
        results = map_files(
            lambda path: examined(memory.root, path),
            fresh,
            progress=tell,
            cancelled=cancelled,
            workers=workers or workers_for([memory.root / path for path in fresh]),
        )
    for path, one in zip(fresh, results, strict=True):
        memory.learn(path, one)
        found[path] = one.found
    return [found[path] for path in paths]


class _Helper:
    """A process that looks at files, and the piece of them that it was given."""

    def __init__(self, root: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(theirs, str(root)), name="cnnstudio-doctor", daemon=True
        )
        self.process.start()
        theirs.close()
        self.piece = range(0)

    def give(self, paths: Sequence[str], piece: range) -> None:
        self.piece = piece
        self.connection.send([paths[number] for number in piece])

    def end(self) -> None:
        """At once: it holds nothing that could be left half done."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _apart(
    root: Path, paths: Sequence[str], processes: int, tell: Progress, cancelled: IsCancelled | None
) -> list[Examined]:
    pieces = [range(start, min(start + _CHUNK, len(paths))) for start in range(0, len(paths), _CHUNK)]
    pieces.reverse()
    results: list[Examined | None] = [None] * len(paths)
    done = 0
    helpers: list[_Helper] = []
    try:
        for _ in range(min(processes, len(pieces))):
            helpers.append(_Helper(root))
            helpers[-1].give(paths, pieces.pop())
        while working := [helper for helper in helpers if helper.piece]:
            if cancelled is not None and cancelled():
                raise Cancelled
            answers = wait([helper.connection for helper in working], _LOOK_SECONDS)
            for helper in working:
                if helper.connection not in answers:
                    continue
                done += _take(helper, results)
                if pieces and helper.process.is_alive():
                    helper.give(paths, pieces.pop())
                tell(done, len(paths))
    finally:
        for helper in helpers:
            helper.end()
    return [one or examined(root, path) for path, one in zip(paths, results, strict=True)]


def _take(helper: _Helper, results: list[Examined | None]) -> int:
    """Put what a helper found in its place; how much that is. Of one that has died nothing is to be had."""
    piece, helper.piece = helper.piece, range(0)
    try:
        for number, one in zip(piece, helper.connection.recv(), strict=True):
            results[number] = one
    except (EOFError, OSError):
        helper.process.join()
        return 0
    return len(piece)


def _serve(connection: Connection, root: str) -> None:
    """A helper's life: it ends with who started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it is told, and says so
    _step_back()
    with suppress(EOFError, OSError):
        while True:
            connection.send([examined(Path(root), path) for path in connection.recv()])


def _step_back() -> None:
    """Leave the processors to whoever wants them."""
    with suppress(OSError, psutil.Error):
        if sys.platform == "win32":
            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            os.nice(_NICENESS)

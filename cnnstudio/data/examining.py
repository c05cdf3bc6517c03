"""Every file of a data folder looked at: what is remembered is taken from memory, the rest is decoded.

Few files are decoded by threads. Many may be given to processes of low priority: then a window's thread neither waits
for the interpreter nor for a processor, and a file that crashes a decoder ends a helper and not the program. It is found
by giving what a helper had in hand when it died to others, one file at a time.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from pathlib import Path

from cnnstudio.core.message import Message
from cnnstudio.data.examine import Facts, why_unusable
from cnnstudio.data.parallel import IsCancelled, Progress, map_files, workers_for
from cnnstudio.data.picture import PictureError, finding
from cnnstudio.data.priority import step_back
from cnnstudio.data.problem import Cancelled, Problem
from cnnstudio.data.scan_memory import Examined, ScanMemory, examined

MANY = 2_000
"""Files that are worth a process, which takes a third of a second to start."""
_CHUNK = 128
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
    results: dict[str, Examined] = {}
    if processes and len(fresh) >= MANY and not multiprocessing.current_process().daemon:
        results = _apart(memory.root, fresh, processes, tell, cancelled)
    rest = [path for path in fresh if path not in results]  # all, or what processes that died had in hand
    done = map_files(
        lambda path: examined(memory.root, path),
        rest,
        progress=lambda count, _total: tell(len(results) + count, len(fresh)),
        cancelled=cancelled,
        workers=workers or workers_for([memory.root / path for path in rest]),
    )
    results.update(zip(rest, done, strict=True))
    for path, one in results.items():
        memory.learn(path, one)
        found[path] = one.found
    return [found[path] for path in paths]


class _Helper:
    """A process that looks at files, and those that it was given last."""

    def __init__(self, root: Path) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(
            target=_serve, args=(theirs, str(root)), name="cnnstudio-doctor", daemon=True
        )
        self.process.start()
        theirs.close()
        self.stands = False
        """Whether it was heard: what dies before cannot be a file's fault."""
        self.paths: Sequence[str] = ()

    def give(self, paths: Sequence[str]) -> None:
        self.paths = paths
        with suppress(OSError):  # it has died: `take` will find that out
            self.connection.send(list(paths))

    def take(self) -> dict[str, Examined] | None:
        """What it found; None when it has died."""
        try:
            if not self.stands:
                self.connection.recv()
                self.stands = True
            found = dict(zip(self.paths, self.connection.recv(), strict=True))
        except (EOFError, OSError):
            return None
        self.paths = ()
        return found

    def end(self) -> None:
        """At once: it holds nothing that could be left half done."""
        self.process.kill()
        self.process.join()
        self.connection.close()


def _apart(
    root: Path, paths: Sequence[str], processes: int, tell: Progress, cancelled: IsCancelled | None
) -> dict[str, Examined]:
    """What the processes find; where they do not even stand, nothing of what is left."""
    pieces = [paths[start : start + _CHUNK] for start in range(0, len(paths), _CHUNK)]
    pieces.reverse()
    results: dict[str, Examined] = {}
    helpers: list[_Helper] = []
    try:
        for _ in range(min(processes, len(pieces))):
            helpers.append(_Helper(root))
            helpers[-1].give(pieces.pop())
        while working := [helper for helper in helpers if helper.paths]:
            if cancelled is not None and cancelled():
                raise Cancelled
            answers = wait([helper.connection for helper in working], _LOOK_SECONDS)
            for helper in working:
                if helper.connection not in answers:
                    continue
                found = helper.take()
                if found is None:
                    helpers.remove(helper)
                    helper.end()
                    if not helper.stands:
                        continue
                    found, again = _after_a_fall(helper.paths)
                    pieces += again
                    helper = _Helper(root)
                    helpers.append(helper)
                results |= found
                if pieces:
                    helper.give(pieces.pop())
                tell(len(results), len(paths))
    finally:
        for helper in helpers:
            helper.end()
    return results


def _after_a_fall(paths: Sequence[str]) -> tuple[dict[str, Examined], list[Sequence[str]]]:
    """Of what a helper had in hand when it died: what is known now, and what is to be looked at one by one."""
    if len(paths) > 1:
        return {}, [[path] for path in reversed(paths)]
    (path,) = paths
    crash = finding(
        "error",
        "image.crash",
        Message("Decoding this picture ends the program that tries to."),
        Message("Open it in a picture viewer and save it as PNG or JPEG, or delete it."),
    )
    return {path: Examined(why_unusable(PictureError(crash), path), size=-1, changed=0)}, []


def _serve(connection: Connection, root: str) -> None:
    """A helper's life: it ends with who started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it is told, and says so
    step_back()
    with suppress(EOFError, OSError):
        connection.send(None)  # it stands
        while True:
            connection.send([examined(Path(root), path) for path in connection.recv()])

"""A scan, and the split of what it found: of many files in a process of low priority, the doctor.

Then a window's thread waits neither for the interpreter nor for a processor: listing, decoding, comparing and splitting
are all Python. A file that crashes a decoder ends the doctor and not the program.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Literal, TypeAlias

from cnnstudio.core.collecting import long_lived
from cnnstudio.data.image_folder import scan
from cnnstudio.data.leakage import Division, divided
from cnnstudio.data.parallel import IsCancelled
from cnnstudio.data.priority import step_back
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.data.settings import DataSettings

MANY = 2_000
"""Entries of a folder that are worth a process, which takes a third of a second to start."""
LARGE = 64 * 1024
"""Bytes of a table or an archive that is."""
_LOOK_SECONDS = 0.1
_TELL_SECONDS = 0.05
_END_SECONDS = 2.0

Step: TypeAlias = Literal["scanning", "unpacking"]
Tell: TypeAlias = Callable[[Step, int, int], None]


def scan_and_split(path: Path, settings: DataSettings, *, tell: Tell, cancelled: IsCancelled) -> Division:
    """The report on data, its statistics worked out, and how the settings split it.

    `tell(step, done, total)` counts files, at most twenty times a second. Raises what `cnnstudio.data.image_folder.scan` does.
    """
    if is_large(path):
        division = _apart(path, settings, tell, cancelled)
        if division is not None:
            return division
    return _here(path, settings, tell, cancelled, processes=1)


def is_large(path: Path) -> bool:
    """Whether there are many files, as far as a look tells that takes no time. Never raises."""
    try:
        if not path.is_dir():
            return path.stat().st_size >= LARGE
        folders, left = [os.fspath(path)], MANY
        while folders and left > 0:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    left -= 1
                    if left <= 0:
                        break
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(entry.path)
    except OSError:
        return False
    return left <= 0


def _here(
    path: Path, settings: DataSettings, tell: Tell, cancelled: IsCancelled, *, processes: int
) -> Division:
    last = 0.0

    def now_and_then(step: Step, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _TELL_SECONDS or done == total:
            last = now
            tell(step, done, total)

    report = scan(
        path,
        settings,
        progress=partial(now_and_then, "scanning"),
        unpacking=partial(now_and_then, "unpacking"),
        cancelled=cancelled,
        workers=1,
        processes=processes,
    )
    report.look_over()
    return divided(report, settings)


def _apart(path: Path, settings: DataSettings, tell: Tell, cancelled: IsCancelled) -> Division | None:
    """What the doctor found; None when it died."""
    context = multiprocessing.get_context("spawn")
    connection, theirs = context.Pipe()
    process = context.Process(
        target=_serve, args=(theirs, path, settings), name="cnnstudio-doctor", daemon=True
    )
    process.start()
    theirs.close()
    try:
        while True:
            if cancelled():
                connection.send(None)
                process.join(_END_SECONDS)
                raise Cancelled
            if not connection.poll(_LOOK_SECONDS):
                continue
            if (told := connection.recv()) is not None:
                tell(*told)
                continue
            with long_lived():
                answer: Division | DataError = connection.recv()
            if isinstance(answer, DataError):
                raise answer
            return answer
    except (EOFError, OSError):
        return None
    finally:
        process.kill()
        process.join()
        connection.close()


def _serve(connection: Connection, path: Path, settings: DataSettings) -> None:
    """The doctor's life: it ends with its answer, when it is told anything, or with who started it.

    It says how far it is, and before its answer nothing, once.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it is told, and says so
    step_back()
    with suppress(Cancelled, EOFError, OSError):
        try:
            answer: Division | DataError = _here(
                path, settings, lambda *told: connection.send(told), connection.poll, processes=0
            )
        except DataError as error:
            answer = error
        connection.send(None)
        connection.send(answer)

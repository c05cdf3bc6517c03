"""train with several projects: one after another, each in a process of its own, so that none suffers from another.

A process of its own also lets every project compute with its own backend, and gives all memory back.
"""

from __future__ import annotations

import signal
import subprocess
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from cnnstudio.commands.failure import DONE, ENDED_BADLY, INTERRUPTED, CommandError
from cnnstudio.commands.interrupt import HeldInterrupt
from cnnstudio.commands.output import remark, say
from cnnstudio.core.message import Message
from cnnstudio.runs.naming import next_run_folder, slug


def train_all(arguments: Namespace, check: Callable[[Path, Namespace], object]) -> int:
    """Train `arguments.files` in their order into folders below `arguments.output`; what fails is passed by.

    All go through `check` before the first one starts. Ctrl-C stops the run softly and leaves the others out.
    """
    for file in arguments.files:
        _check(check, file, arguments)
    ends: list[tuple[Path, int]] = []
    with _Interrupts() as interrupts:
        for number, file in enumerate(arguments.files, 1):
            arguments.output.mkdir(parents=True, exist_ok=True)
            run = next_run_folder(arguments.output, slug(file.stem))
            count = len(arguments.files)
            remark(Message("Run {number} of {count}: {file}", number=number, count=count, file=str(file)))
            ends.append((run, interrupts.call(_command(file, run, arguments))))
            if interrupts.happened:
                break
    for run, code in ends:
        say(f"{run}: {_word(code)}")
    if interrupts.happened:
        return INTERRUPTED
    return DONE if all(code == DONE for _, code in ends) else ENDED_BADLY


class _Interrupts(HeldInterrupt):
    """While it is entered, Ctrl-C is handed to the process that trains, which stops softly."""

    def __init__(self) -> None:
        super().__init__()
        self._child: subprocess.Popen[bytes] | None = None

    def call(self, words: list[str]) -> int:
        """Run a command to its end; gives its exit code. Raises OSError."""
        # a session of its own: a terminal's Ctrl-C must reach it once, from here, for twice means breaking off
        with subprocess.Popen(words, start_new_session=sys.platform != "win32") as self._child:
            return self._child.wait()

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        self.happened = True
        if self._child is not None and sys.platform != "win32":  # Windows tells all processes of a console
            self._child.send_signal(signal.SIGINT)


def _check(check: Callable[[Path, Namespace], object], file: Path, arguments: Namespace) -> None:
    """Raises what `check` raises for a project that cannot be trained, naming its file."""
    try:
        check(file, arguments)
    except CommandError as error:
        if str(file) in str(error.message):
            raise
        problem = Message("{file}: {problem}", file=str(file), problem=error.message)
        raise CommandError(problem, hint=error.hint, code=error.code) from error


def _command(file: Path, run: Path, arguments: Namespace) -> list[str]:
    words = [sys.executable, "-m", "cnnstudio.cli", "train", str(file), "-o", str(run)]
    if arguments.data is not None:
        words += ["--data", str(arguments.data)]
    if arguments.device is not None:
        words += ["--device", arguments.device]
    for option, value in (
        ("--image-memory", arguments.image_memory),
        ("--image-cache", arguments.image_cache),
    ):
        if value is not None:
            words += [option, value]
    for pair in arguments.param:
        words += ["-p", pair]
    return [*words, "--debug"] if arguments.debug else words


def _word(code: int) -> str:
    return {DONE: "finished", INTERRUPTED: "stopped"}.get(code, "failed")

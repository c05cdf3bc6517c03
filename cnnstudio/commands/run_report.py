"""report: all that is known of a run in one HTML or Markdown file. Qt draws the network in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from cnnstudio.commands.failure import DONE, InputError
from cnnstudio.commands.output import remark
from cnnstudio.commands.progress import Bar
from cnnstudio.commands.training import use_backend_of
from cnnstudio.core.message import Message
from cnnstudio.runs.reports.writing import check_ending, write_report
from cnnstudio.runs.run_folder import PROJECT, RunFolder

_PATIENCE = 120
"""Seconds for the picture of a network."""


def report(arguments: Namespace) -> int:
    """`report RUN -o FILE.html|.md`. With `--data` the best model is measured anew, else what training left is told."""
    output: Path = arguments.output
    check_ending(output)
    if not output.parent.is_dir():
        raise InputError(
            Message("{path} cannot be written: the folder does not exist.", path=str(output)),
            hint=Message("Name a file in a folder that exists."),
        )
    run = RunFolder.open(arguments.run_dir)
    measured: dict[str, Any] | None = None
    if arguments.data is not None:
        use_backend_of(run)
        with Bar("Evaluating"):
            from cnnstudio.engine.evaluation import evaluate

            measured = evaluate(run.path, arguments.data, part=arguments.part)
    write_report(run, output, measured=measured, network_svg=_picture(run))
    remark(Message("Wrote {path}, {size} KB.", path=str(output), size=f"{output.stat().st_size / 1024:,.0f}"))
    return DONE


def _picture(run: RunFolder) -> bytes | None:
    """The network as SVG; None, with a remark, when it cannot be drawn here."""
    with tempfile.TemporaryDirectory() as folder:
        drawn = Path(folder) / "network.svg"
        command = [
            sys.executable,
            "-m",
            "cnnstudio.cli",
            "picture",
            str(run.path / PROJECT),
            "-o",
            str(drawn),
        ]
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_PATIENCE)
            return drawn.read_bytes()
        except (OSError, subprocess.SubprocessError):
            remark(Message("The network cannot be drawn here; the report has its table alone."))
            return None

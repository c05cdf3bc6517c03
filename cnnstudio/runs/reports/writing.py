"""Writes a report in the format that its file's ending names."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.core.atomic_file import write_atomically
from cnnstudio.core.message import Message
from cnnstudio.runs.record import RunFolderError
from cnnstudio.runs.reports.content import Measured, Say, report_parts, report_title
from cnnstudio.runs.reports.html import html
from cnnstudio.runs.reports.markdown import markdown
from cnnstudio.runs.run_folder import RunFolder

ENDINGS = (".html", ".htm", ".md", ".markdown")


def check_ending(path: Path) -> None:
    """Raises RunFolderError for a file that would be neither HTML nor Markdown."""
    if path.suffix.lower() not in ENDINGS:
        raise RunFolderError(
            Message("A report is written as HTML or Markdown; {name} is neither.", name=path.name),
            Message("Let the file's name end in .html or .md."),
        )


def write_report(
    folder: RunFolder,
    path: Path,
    *,
    measured: Measured | None = None,
    network_svg: bytes | None = None,
    say: Say = str,
) -> None:
    """Write one file that holds everything. Raises RunFolderError, OSError."""
    check_ending(path)
    parts = report_parts(folder, measured=measured, network_svg=network_svg, say=say)
    is_html = path.suffix.lower().startswith(".htm")
    text = html(report_title(folder), parts) if is_html else markdown(parts)
    write_atomically(path, text.encode("utf-8", "replace"))

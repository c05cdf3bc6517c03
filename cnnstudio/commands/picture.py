"""picture: a project's network as an SVG, PNG or PDF file, drawn as on the canvas. Imports Qt, needs no display."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from pathlib import Path

from cnnstudio.commands.failure import DONE, InputError
from cnnstudio.commands.output import remark
from cnnstudio.commands.projects import open_project, write_file
from cnnstudio.core.message import Message
from cnnstudio.layers import catalogue


def picture(arguments: Namespace) -> int:
    """`picture FILE -o OUT.svg|.png|.pdf`: the whole network."""
    output: Path = arguments.output
    if output.is_dir() or not output.parent.is_dir():
        raise InputError(
            Message("{path} cannot be written: the folder does not exist.", path=str(output))
            if not output.is_dir()
            else Message("{path} is a folder.", path=str(output)),
            hint=Message("Name a file in a folder that exists."),
        )
    project = open_project(arguments.file)
    if sys.platform.startswith("linux"):  # elsewhere Qt finds the system's fonts on its usual platform alone
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from cnnstudio.ui.picture.files import PictureError, format_of
    from cnnstudio.ui.picture.standalone import draw_project

    try:
        content = draw_project(
            project,
            catalogue(),
            format_of(output),
            theme=arguments.theme,
            scale=arguments.scale,
            background=not arguments.transparent,
        )
    except PictureError as error:
        raise InputError(error.message, hint=error.hint) from error
    write_file(output, content)
    remark(Message("Wrote {path}, {size} KB.", path=str(output), size=f"{len(content) / 1024:,.0f}"))
    return DONE

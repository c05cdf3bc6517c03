"""data: the report on a folder of images. NumPy and Pillow; no Keras."""

from __future__ import annotations

import sys
from argparse import Namespace

from cnnstudio.commands.failure import DONE, ENDED_BADLY
from cnnstudio.commands.output import say, say_json
from cnnstudio.commands.progress import Bar
from cnnstudio.data.image_folder import scan
from cnnstudio.data.report_text import render_text


def report(arguments: Namespace) -> int:
    """`data`: classes, counts, sizes, modes, bad files, duplicates. Ends with 1 when it cannot be trained on."""
    with Bar("Examining images") as bar:
        found = scan(arguments.data, progress=bar.show if sys.stderr.isatty() else None)
    if arguments.json:
        say_json(found.to_json())
    else:
        say(render_text(found))
    return DONE if found.trainable else ENDED_BADLY

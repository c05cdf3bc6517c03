"""data: the report on a folder of images, or on a file that lists or holds them. NumPy and Pillow; no Keras."""

from __future__ import annotations

import sys
from argparse import Namespace
from functools import partial

from cnnstudio.commands.data_settings import DATA_SETTINGS, with_data_settings
from cnnstudio.commands.failure import DONE, ENDED_BADLY, InputError
from cnnstudio.commands.output import say, say_json
from cnnstudio.commands.progress import Bar
from cnnstudio.commands.settings import read_settings
from cnnstudio.core.message import Message
from cnnstudio.data.image_folder import scan
from cnnstudio.data.report_text import render_text
from cnnstudio.data.settings import DataSettings


def report(arguments: Namespace) -> int:
    """`data`: what is to be learned, counts, sizes, modes, bad files, duplicates. Ends with 1 when it cannot be trained on."""
    settings = read_settings(arguments.param)
    for name in settings:
        if name not in DATA_SETTINGS:
            raise InputError(
                Message("There is no data setting named {name}.", name=name),
                hint=Message("There are {names}.", names=", ".join(DATA_SETTINGS)),
            )
    wanted = DataSettings.from_json(with_data_settings({}, settings))
    with Bar("Examining images") as bar:
        watched = sys.stderr.isatty()
        found = scan(
            arguments.data,
            wanted,
            progress=partial(bar.show, title="Examining images") if watched else None,
            unpacking=partial(bar.show, title="Unpacking") if watched else None,
        )
    if arguments.json:
        say_json(found.to_json())
    else:
        say(render_text(found))
    return DONE if found.trainable else ENDED_BADLY

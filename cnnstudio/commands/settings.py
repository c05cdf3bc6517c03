"""`-p key=value` from the command line as JSON values. Standard library only."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from cnnstudio.commands.failure import InputError
from cnnstudio.core.message import Message


def read_settings(pairs: Sequence[str]) -> dict[str, object]:
    """`["epochs=3", "input_shape=28,28,1"]` as values. Raises InputError."""
    settings: dict[str, object] = {}
    for pair in pairs:
        name, equals, text = pair.partition("=")
        if not equals or not name.strip():
            raise InputError(
                Message("-p {pair} is not a setting.", pair=pair), hint=Message("Write it as key=value.")
            )
        settings[name.strip()] = value_of(text.strip())
    return settings


def value_of(text: str) -> object:
    """JSON where it is JSON; `28,28,1` and `5x5` are lists; `yes`, `no`, `none` mean what they say; else text."""
    try:
        value: object = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        pass
    else:
        return value
    if re.fullmatch(r"\d+([x×]\d+)+", text):
        return [int(part) for part in re.split("[x×]", text)]
    if "," in text:
        return [value_of(part.strip()) for part in text.split(",") if part.strip()]
    return {"none": None, "yes": True, "no": False, "true": True, "false": False}.get(text.lower(), text)

"""JSON from people we do not know: strict, bounded, and with errors that name line and column. Standard library only."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from cnnstudio.core.message import NO_MESSAGE, Message

DEEPEST = 64
"""How deep lists and objects may nest."""


class JsonError(Exception):
    """Text that is not the JSON it should be."""

    def __init__(self, message: Message, *, hint: Message = NO_MESSAGE) -> None:
        super().__init__(str(message))
        self.message = message
        self.hint = hint


def decode(content: bytes) -> str:
    """UTF-8 text, with or without a byte order mark. Raises JsonError naming the line."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        column = error.start - content.rfind(b"\n", 0, error.start)
        raise JsonError(
            Message("line {line}, column {column}: this is not UTF-8 text.", line=line, column=column)
        ) from error


def parse(text: str) -> Any:
    """The value of a JSON text. Refuses NaN, infinities, doubled keys, deep nesting and halves of characters."""
    try:
        value = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise JsonError(
            Message(
                "line {line}, column {column}: {problem}",
                line=error.lineno,
                column=error.colno,
                problem=_PROBLEMS.get(error.msg, f"{error.msg}."),
            ),
            hint=Message("The file is damaged or was edited by hand; restore a copy if you have one."),
        ) from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:  # a number with thousands of digits
        raise JsonError(Message("it has a number that is too long to read.")) from error
    inspect(value)
    return value


def inspect(value: object) -> None:
    """Raises JsonError for values that a project cannot keep: too deep, not finite, not writable as UTF-8."""
    level: list[object] = [value]
    depth = 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise _too_deep()
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item)
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
            elif isinstance(item, float):
                if not math.isfinite(item):
                    raise JsonError(Message("it has a number that is too large."))
            elif isinstance(item, int):
                if item.bit_length() > 64:
                    raise JsonError(Message("it has a number that is too large."))
            elif isinstance(item, str) and not item.isascii():
                _check_text(item)
        level = below


def place_of_key(text: str, key: str) -> tuple[int, int]:
    """Line and column, from 1, of the first `"key":` in a JSON text; (1, 1) if there is none."""
    found = re.search(rf'"{re.escape(key)}"\s*:', text)
    start = found.start() if found else 0
    return text.count("\n", 0, start) + 1, start - text.rfind("\n", 0, start)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise JsonError(Message('the key "{key}" stands twice in one object.', key=key))
            seen.add(key)
    return result


def _refuse_constant(name: str) -> NoReturn:
    raise JsonError(Message("{name} is not a number that a project can hold.", name=name))


def _check_text(text: str) -> None:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise JsonError(Message("it has half a character (a lone surrogate) in a text.")) from error


def _too_deep() -> JsonError:
    return JsonError(
        Message("it is nested more than {most} levels deep.", most=DEEPEST),
        hint=Message("No CNN Studio project is; the file is damaged or was made to do harm."),
    )


_PROBLEMS = {
    "Expecting value": Message("a value is missing."),
    "Expecting property name enclosed in double quotes": Message("a key in double quotes is missing."),
    "Expecting ':' delimiter": Message("a colon is missing."),
    "Expecting ',' delimiter": Message("a comma is missing."),
    "Illegal trailing comma before end of object": Message("there is a comma too many."),
    "Illegal trailing comma before end of array": Message("there is a comma too many."),
    "Unterminated string starting at": Message("the text that begins here does not end."),
    "Invalid control character at": Message("there is a letter here that no text can hold as it is."),
    "Invalid \\escape": Message("there is a backslash here that means nothing."),
    "Invalid \\uXXXX escape": Message("there is a backslash here that means nothing."),
    "Extra data": Message("there is more behind the end."),
}
"""What is wrong, in the words of Python's reader, and in the user's."""

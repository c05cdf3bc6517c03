"""Python source as text: calls laid out as people lay them out, and names for variables. Standard library only."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from cnnstudio.core.params import Params, Value

WIDTH = 88
"""Characters in a line of the source that is written."""
_INDENT = "    "


class Names:
    """Gives every thing a variable name of its own."""

    def __init__(self, reserved: Iterable[str] = ()) -> None:
        self._taken = set(reserved)

    def take(self, label: str) -> str:
        """A valid identifier, as near to `label` as can be, that no one else has."""
        wanted = re.sub(r"\W", "_", unicodedata.normalize("NFKC", label)) or "x"
        if wanted[0].isdigit() or not wanted.isidentifier():
            wanted = f"x_{wanted}"
        if not wanted.isidentifier():
            wanted = re.sub(r"[^A-Za-z0-9_]", "_", wanted)
        if keyword.iskeyword(wanted) or keyword.issoftkeyword(wanted):
            wanted += "_"
        name, number = wanted, 1
        while name in self._taken:
            number += 1
            name = f"{wanted}_{number}"
        self._taken.add(name)
        return name


def literal(value: Value) -> str:
    """The source of a value."""
    if isinstance(value, tuple):
        items = [literal(item) for item in value]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    if isinstance(value, Params):
        return "{" + ", ".join(f"{text(key)}: {literal(item)}" for key, item in value.items()) + "}"
    return text(value) if isinstance(value, str) else repr(value)


def text(value: str) -> str:
    """The source of a string, in double quotes."""
    shown = repr(value)
    if shown[0] == "'" and '"' not in value and "\\'" not in shown:
        return f'"{shown[1:-1]}"'
    return shown


def keywords(arguments: Mapping[str, Value]) -> list[str]:
    """`name=value` for every argument."""
    return [f"{name}={literal(value)}" for name, value in arguments.items()]


def call(head: str, arguments: Sequence[str], tail: str = "", *, indent: int = 1) -> str:
    """`head(arguments)tail` on one line where it fits, else the arguments on lines of their own."""
    margin = _INDENT * indent
    line = f"{margin}{head}({', '.join(arguments)}){tail}"
    if len(line) <= WIDTH or not arguments:
        return line
    inner = f"{margin}{_INDENT}{', '.join(arguments)}"
    if len(inner) <= WIDTH:
        return f"{margin}{head}(\n{inner}\n{margin}){tail}"
    rows = "".join(f"{margin}{_INDENT}{argument},\n" for argument in arguments)
    return f"{margin}{head}(\n{rows}{margin}){tail}"


def listing(values: Sequence[str]) -> str:
    """One value alone, or several as a list."""
    return values[0] if len(values) == 1 else f"[{', '.join(values)}]"


def comment(lines: Iterable[str], *, indent: int = 1) -> str:
    """Comment lines; what a user typed cannot end them."""
    margin = _INDENT * indent
    return "\n".join(f"{margin}# {' '.join(line.split())}".rstrip() for line in lines)


def docstring(sentence: str) -> str:
    """A docstring of one line; quotes and backslashes in it are made harmless."""
    safe = " ".join(sentence.replace("\\", "/").replace('"', "'").split())
    return f'"""{safe}"""'

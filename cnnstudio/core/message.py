"""Text that can be translated later: a template and its values. Standard library only."""

from __future__ import annotations


class Message:
    """A sentence as a template with values, immutable. `str()` gives English; `ui` translates the template.

    >>> str(Message("The {kernel} window is larger than the {size} input.", kernel="16×16", size="8×8"))
    'The 16×16 window is larger than the 8×8 input.'
    """

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __init__(self, template: str, /, **values: object) -> None:
        object.__setattr__(self, "template", template)
        object.__setattr__(self, "values", values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"Message is immutable; cannot set {name!r}")

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.template, self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and (self.template, self.values) == (other.template, other.values)

    def __hash__(self) -> int:
        return hash((self.template, str(self)))

    def __str__(self) -> str:
        return self.render(self.template)

    def render(self, template: str) -> str:
        """The sentence with this message's values put into `template`, a translation of `self.template`."""
        return template.format(**self.values) if self.values else template

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __bool__(self) -> bool:
        return bool(self.template)


NO_MESSAGE = Message("")


def _rebuild(template: str, values: dict[str, object]) -> Message:
    return Message(template, **values)

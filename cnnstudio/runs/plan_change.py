"""What a change of the training plan did, in the words of the history."""

from __future__ import annotations

from collections.abc import Mapping

from cnnstudio.core.document import TRAINING_CHANGED
from cnnstudio.core.message import Message
from cnnstudio.runs.plan import TrainingPlan

_DEFAULTS = TrainingPlan().to_json()
_SENTENCES = (
    Message("Set {one}"),
    Message("Set {one}, {two}"),
    Message("Set {one}, {two}, {three}"),
)
"""By how many settings are others; more are not listed."""
_Section = Mapping[str, object]


def described_change(before: _Section, after: _Section) -> Message:
    """One short sentence, as `Set epochs to 20`; what is absent counts as its default."""
    names = [name for name in {**before, **after} if _value(before, name) != _value(after, name)]
    if not 0 < len(names) <= len(_SENTENCES):
        return TRAINING_CHANGED
    told = [Message("{setting} to {value}", setting=name, value=_told(_value(after, name))) for name in names]
    places = dict(zip(("one", "two", "three"), told, strict=False))
    return Message(_SENTENCES[len(told) - 1].template, **places)


def _value(section: _Section, name: str) -> object:
    value = section.get(name, _DEFAULTS.get(name))
    return tuple(value) if isinstance(value, list) else value


def _told(value: object) -> str | Message:
    if value is None or value in ("", ()):
        return Message("none")
    if isinstance(value, bool):
        return Message("on") if value else Message("off")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    if isinstance(value, Mapping):
        return Message("{count} values", count=len(value))
    return str(value)

"""What a change of the training plan did, in the words of the history."""

from __future__ import annotations

from collections.abc import Mapping

from cnnstudio.core.document import TRAINING_CHANGED
from cnnstudio.core.message import Message
from cnnstudio.runs.plan import TrainingPlan

_DEFAULTS = TrainingPlan().to_json()
_MOST_TOLD = 3
_Section = Mapping[str, object]


def described_change(before: _Section, after: _Section) -> Message:
    """One short sentence, as `Set epochs to 20`; what is absent counts as its default."""
    names = [name for name in {**before, **after} if _value(before, name) != _value(after, name)]
    told = [f"{name} to {_text(_value(after, name))}" for name in names]
    if 0 < len(told) <= _MOST_TOLD:
        return Message("Set {settings}", settings=", ".join(told))
    return TRAINING_CHANGED


def _value(section: _Section, name: str) -> object:
    value = section.get(name, _DEFAULTS.get(name))
    return tuple(value) if isinstance(value, list) else value


def _text(value: object) -> str:
    if value is None or value in ("", ()):
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    if isinstance(value, Mapping):
        return f"{len(value)} values"
    return str(value)

"""In which settings runs differ: of the plan, of the data, and what they were made of. Standard library only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cnnstudio.runs.record import RunRecord

_NOT_SETTINGS = ("kind", "path")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One setting and its value in each run, as text; a dash where a run does not have it."""

    name: str
    values: tuple[str, ...]


def differences(records: Sequence[RunRecord]) -> tuple[Difference, ...]:
    """The settings in which these runs differ, in the plan's order; empty for fewer than two runs."""
    return setting_differences([_settings(record) for record in records])


def setting_differences(settings: Sequence[Mapping[str, object]]) -> tuple[Difference, ...]:
    """The names whose values differ, in the order in which they are first seen; empty for fewer than two."""
    if len(settings) < 2:
        return ()
    names = dict.fromkeys(name for known in settings for name in known)
    found = []
    for name in names:
        values = tuple(_text(known.get(name)) for known in settings)
        if len(set(values)) > 1:
            found.append(Difference(name=name, values=values))
    return tuple(found)


def _settings(record: RunRecord) -> dict[str, object]:
    data = record.data
    used = data.get("settings")
    split = used if isinstance(used, Mapping) else {}
    return {
        **record.plan.to_json(),
        "data": data.get("path"),
        **{f"data: {name}": value for name, value in split.items() if name not in _NOT_SETTINGS},
        "training images": data.get("train"),
        "parameters": record.parameters,
    }


def _text(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"{value:g}"
    return json.dumps(value, ensure_ascii=False)

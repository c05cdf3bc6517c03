"""`-p key=value` for what belongs to the data: their names, and where a project's data section keeps them."""

from __future__ import annotations

from collections.abc import Mapping

from cnnstudio.data.table_settings import SETTINGS as TABLE_SETTINGS

_OF_SECTION = {
    "validation_split": "validation_split",
    "test_split": "test_split",
    "split_seed": "seed",
    "reader": "reader",
    "stratified": "stratified",
    "group_by": "group_by",
    "keep_alike": "keep_alike",
    "resize": "resize",
    "quarantine": "quarantine",
}
DATA_SETTINGS = (*_OF_SECTION, *TABLE_SETTINGS)
"""Names for `-p` that belong to the data; those of a table are kept in the section's `table`."""


def with_data_settings(section: Mapping[str, object], settings: Mapping[str, object]) -> dict[str, object]:
    """A project's data section with some of DATA_SETTINGS set. Values are not checked."""
    values = dict(section)
    for name, key in _OF_SECTION.items():
        if name in settings:
            values[key] = settings[name]
    table = {name: settings[name] for name in TABLE_SETTINGS if name in settings}
    if table:
        before = values.get("table")
        values["table"] = {**(before if isinstance(before, Mapping) else {}), **table}
    return values

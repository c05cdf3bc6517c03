"""How the images of a run are to be read, from what its run.json says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from cnnstudio.data.settings import DataSettings
from cnnstudio.runs.record import RunRecord


def data_settings_of(record: RunRecord) -> DataSettings:
    """The data section that the run was started with. Raises DataError."""
    found = record.data.get("settings", {})
    return DataSettings.from_json(found if isinstance(found, Mapping) else {})


def same_place(one: Path, other: Path) -> bool:
    """Whether two paths lead to the same folder or file, written alike or not."""
    try:
        return one.resolve() == other.resolve()
    except (OSError, RuntimeError):  # a circle of links
        return False


def settings_for(path: Path, record: RunRecord) -> DataSettings:
    """The same for data at `path`: others than the run's own are recognised anew, and tell what the run learned.

    None of their images is left out because one of the same name was, in the run's own data.
    """
    settings = data_settings_of(record)
    own = record.data.get("path")
    if isinstance(own, str) and own and same_place(Path(own), path):
        return settings
    table = replace(settings.table, images="", task=record.task)
    return replace(settings, reader="", table=table, quarantine=())

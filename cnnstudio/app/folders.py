"""Where the program keeps what belongs to the user and to no project."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def user_folder() -> Path:
    """Where runs of unsaved projects, recovery files and logs are kept."""
    return platformdirs.user_data_path("cnnstudio", appauthor=False)

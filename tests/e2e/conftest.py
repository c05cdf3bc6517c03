"""A screen and a running studio for every test that needs one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.display import Display, missing_tools
from tests.e2e.studio import Studio

SCREENSHOTS = Path(__file__).parent / "screenshots"


@pytest.fixture
def display() -> Iterator[Display]:
    """A screen of 1440 x 900 pixels."""
    missing = missing_tools()
    if missing:
        pytest.skip(f"needs {', '.join(missing)}")
    with Display() as display:
        yield display


@pytest.fixture
def own_folders(tmp_path: Path) -> dict[str, str]:
    """User folders of the test's own."""
    folders = {
        "XDG_DATA_HOME": "data",
        "XDG_CONFIG_HOME": "config",
        "XDG_CACHE_HOME": "cache",
        "HOME": "home",
    }
    for name in folders.values():
        (tmp_path / name).mkdir()
    return {variable: str(tmp_path / name) for variable, name in folders.items()}


@pytest.fixture
def start(display: Display, own_folders: dict[str, str]) -> Iterator[Callable[..., Studio]]:
    """Starts a studio, as often as a test asks."""
    running: list[Studio] = []

    def start_studio(*arguments: str) -> Studio:
        studio = Studio(display, *arguments, env=own_folders)
        running.append(studio)
        return studio

    yield start_studio
    if running:
        running[-1].shot(SCREENSHOTS / "last.png")
    for studio in running:
        studio.close()


@pytest.fixture
def shots(request: pytest.FixtureRequest) -> Callable[[Studio, str], None]:
    """Keeps numbered pictures of the screen under tests/e2e/screenshots."""
    count = 0

    def shoot(studio: Studio, name: str) -> None:
        nonlocal count
        count += 1
        studio.shot(SCREENSHOTS / f"{request.node.name}-{count:02d}-{name}.png")

    return shoot

"""What every test stands on: folders of its own, one backend, the order of floors, and nothing left behind."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.leaks import Leftovers

TESTS = Path(__file__).parent
CHECKOUT = TESTS.parent

# Cheap tests first, so that a broken foundation is seen in seconds.
ORDER = ("core", "layers", "zoo", "runs", "data", "cli", "repository", "engine", "ui", "app", "e2e")

_session_folder = Path(tempfile.mkdtemp(prefix="cnnstudio-tests-"))


def _isolate() -> None:
    """Point every per-user folder of the program, Qt, Keras and matplotlib into the session's own folder."""
    for variable, name in {
        "XDG_CACHE_HOME": "cache",
        "XDG_CONFIG_HOME": "config",
        "XDG_DATA_HOME": "data",
        "XDG_STATE_HOME": "state",
        "XDG_RUNTIME_DIR": "runtime",
        "KERAS_HOME": "keras",
    }.items():
        folder = _session_folder / name
        folder.mkdir(mode=0o700)
        os.environ[variable] = str(folder)
    # Its font cache costs seconds to make and holds nothing of the user's.
    os.environ["MPLCONFIGDIR"] = str(CHECKOUT / ".pytest_cache" / "matplotlib")
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
    os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


_isolate()


def pytest_unconfigure() -> None:
    """Remove the session's folder."""
    shutil.rmtree(_session_folder, ignore_errors=True)


def _folder(item: pytest.Item) -> str:
    parts = item.path.relative_to(TESTS).parts
    return parts[0] if len(parts) > 1 else ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order the tests by floor and mark the end-to-end and engine folders."""
    for item in items:
        folder = _folder(item)
        if folder in {"engine", "e2e"}:
            item.add_marker(folder)
    items.sort(key=lambda item: ORDER.index(_folder(item)) if _folder(item) in ORDER else len(ORDER))


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder that holds pyproject.toml."""
    return CHECKOUT


@pytest.fixture(autouse=True)
def _collects_in_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect garbage between window tests, as the program does between turns: a thread that ends what is Qt's crashes."""
    if "qapp" not in request.fixturenames:
        yield
        return
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture(autouse=True)
def _leaves_nothing_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a process, a running timer or a top-level widget behind.

    What fixtures of a wider scope started before the test is not the test's.
    """
    before = Leftovers.now(with_qt="qapp" in request.fixturenames)
    yield
    left = before.what_is_new()
    if left:
        pytest.fail("The test left behind: " + "; ".join(left), pytrace=False)

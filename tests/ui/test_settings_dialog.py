"""The settings dialog: in force at once, kept for the user, and taken back by Cancel."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QDialogButtonBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core import edits
from cnnstudio.core.message import Message
from cnnstudio.core.network import Node
from cnnstudio.data.keeping import pixel_file
from cnnstudio.data.keeping.limits import GIGABYTE, Limits
from cnnstudio.layers import catalogue
from cnnstudio.ui.session import Session
from cnnstudio.ui.settings import Settings
from cnnstudio.ui.settings_dialog import SettingsDialog
from cnnstudio.ui.shape_text import shape_order
from cnnstudio.ui.theme import theme, theme_state
from tests.ui.window_fixtures import make_window

OpenDialog = Callable[..., SettingsDialog]


@pytest.fixture(autouse=True)
def _as_before(qapp: object) -> Iterator[None]:
    yield
    theme_state().choose("system")
    shape_order().choose(False)


def reread(tmp_path: Path) -> Settings:
    return Settings(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return reread(tmp_path)


@pytest.fixture
def open_dialog(qtbot: QtBot, settings: Settings) -> OpenDialog:
    """Opens a dialog on the settings; a session of its own unless one is given."""

    def opened(session: Session | None = None, **joints: Any) -> SettingsDialog:
        made = SettingsDialog(session or Session(catalogue()), settings, **joints)
        qtbot.addWidget(made)
        return made

    return opened


@pytest.fixture
def dialog(open_dialog: OpenDialog) -> SettingsDialog:
    made = open_dialog()
    made.show()
    return made


@pytest.fixture
def image_files() -> Path:
    """The folder of decoded images, with one file of 2 MB."""
    folder = pixel_file.cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "some.images").write_bytes(bytes(2_000_000))
    return folder


class Removal:
    """The removal of image files, held until it is let go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.threads: list[threading.Thread] = []
        self._gate = threading.Event()
        self._clear = pixel_file.clear
        monkeypatch.setattr(pixel_file, "clear", self._held)

    def _held(self) -> None:
        self.threads.append(threading.current_thread())
        assert self._gate.wait(20)
        self._clear()

    def go_on(self) -> None:
        self._gate.set()


@pytest.fixture
def removal(monkeypatch: pytest.MonkeyPatch) -> Removal:
    return Removal(monkeypatch)


def test_choices_are_in_force_at_once_and_kept(
    dialog: SettingsDialog, settings: Settings, tmp_path: Path
) -> None:
    dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    assert theme().name == "dark"
    dialog.order.setCurrentIndex(1)
    assert shape_order().channels_first
    dialog.steps.setCurrentIndex(dialog.steps.findData(200))
    dialog.minimap.setChecked(False)
    dialog.motion.setChecked(False)
    dialog.accept()
    kept = reread(tmp_path)
    assert (kept.theme, kept.channels_first, kept.undo_depth) == ("dark", True, 200)
    assert not kept.flag("canvas/minimap", default=True)
    assert not kept.flag("motion", default=True)


def test_cancel_brings_the_former_choices_back(dialog: SettingsDialog, settings: Settings) -> None:
    dialog.theme.setCurrentIndex(dialog.theme.findData("dark"))
    dialog.order.setCurrentIndex(1)
    dialog.steps.setCurrentIndex(1)
    dialog.motion.setChecked(False)
    dialog.reject()
    assert (settings.theme, settings.channels_first, settings.undo_depth) == ("system", False, 0)
    assert settings.flag("motion", default=False)
    assert not shape_order().channels_first


def test_defaults_are_restored(dialog: SettingsDialog, settings: Settings) -> None:
    dialog.theme.setCurrentIndex(2)
    dialog.steps.setCurrentIndex(1)
    box = dialog.findChild(QDialogButtonBox)
    assert box is not None
    box.button(QDialogButtonBox.StandardButton.RestoreDefaults).click()
    assert (settings.theme, settings.undo_depth) == ("system", 0)


@pytest.mark.parametrize("broken", ["many", "-3", "", "9" * 50, "٣"])
def test_a_broken_depth_is_without_limit(settings: Settings, broken: str) -> None:
    settings.set_text("undo_depth", broken)
    assert settings.undo_depth == 0


def test_the_history_is_bounded_when_the_dialog_is_accepted(
    open_dialog: OpenDialog, settings: Settings
) -> None:
    session = Session(catalogue())
    for number in range(10):
        node = Node(id=f"n{number}", type="Flatten")
        session.apply(lambda n, node=node: edits.add(n, [node]), Message("Add"))
    settings.undo_depth = 4
    dialog = open_dialog(session)
    assert dialog.steps.currentText() == "4 steps"
    assert len(session.document.labels) == 10
    dialog.accept()
    assert len(session.document.labels) == 4


def test_the_window_follows_what_was_kept(qtbot: QtBot, tmp_path: Path) -> None:
    kept = reread(tmp_path)
    kept.undo_depth = 7
    kept.set_flag("canvas/minimap", False)
    kept.flush()
    window = make_window(qtbot, tmp_path)
    assert window.session.document.depth == 7
    assert not window.design.canvas.minimap.is_on
    assert window.commands["settings"].shortcut().toString() == "Ctrl+,"


def test_room_for_images_is_chosen_kept_and_taken_back(
    open_dialog: OpenDialog, settings: Settings, tmp_path: Path
) -> None:
    told: list[Limits] = []
    dialog = open_dialog(limit_images=told.append)
    memory, file = dialog.images.memory, dialog.images.file
    assert settings.image_limits == Limits()
    memory.setCurrentIndex(memory.findData(2 * GIGABYTE))
    file.setCurrentIndex(file.findData(0))
    assert told[-1] == settings.image_limits == Limits(memory=2 * GIGABYTE, file=0)
    settings.flush()
    assert reread(tmp_path).image_limits == told[-1]
    dialog.reject()
    assert told[-1] == settings.image_limits == Limits()


def test_limits_from_elsewhere_are_shown_and_broken_ones_are_not(
    open_dialog: OpenDialog, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNSTUDIO_IMAGE_CACHE", "3.5")
    assert settings.image_limits == Limits(file=35 * GIGABYTE // 10)
    assert open_dialog().images.file.currentText() == "Up to 3.5 GB"
    monkeypatch.setenv("CNNSTUDIO_IMAGE_CACHE", "some")
    settings.set_text("images/memory", "many")
    assert settings.image_limits == Limits()


def test_files_of_images_are_counted_and_removed(
    qtbot: QtBot, image_files: Path, dialog: SettingsDialog, removal: Removal
) -> None:
    used = dialog.findChild(QLabel, "imageFilesUsed")
    remove = dialog.findChild(QPushButton, "removeImageFiles")
    assert used is not None
    assert remove is not None
    assert used.text() == "2 MB in files now"
    remove.click()
    assert used.text() == "Removing…"
    assert not remove.isEnabled()
    removal.go_on()
    qtbot.waitUntil(lambda: used.text() == "0 B in files now")
    assert not list(image_files.iterdir())
    assert not remove.isEnabled()
    assert threading.main_thread() not in removal.threads
    removal.threads[0].join()


def test_the_dialog_can_be_closed_while_files_are_removed(
    qtbot: QtBot, settings: Settings, image_files: Path, removal: Removal
) -> None:
    dialog = SettingsDialog(Session(catalogue()), settings)
    remove = dialog.findChild(QPushButton, "removeImageFiles")
    assert remove is not None
    remove.click()
    qtbot.waitUntil(lambda: bool(removal.threads))
    dialog.reject()
    dialog.deleteLater()
    with qtbot.waitSignal(dialog.destroyed):
        pass
    removal.go_on()
    removal.threads[0].join(20)
    assert not removal.threads[0].is_alive()
    assert not list(image_files.iterdir())


def test_every_setting_has_a_key_of_its_own(dialog: SettingsDialog) -> None:
    labels = [label.text() for label in dialog.findChildren(QLabel) if label.buddy() is not None]
    keys = [text[text.index("&") + 1].lower() for text in labels if "&" in text]
    assert len(keys) >= 9
    assert len(set(keys)) == len(keys)

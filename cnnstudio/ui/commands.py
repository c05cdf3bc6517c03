"""Every command of the window in one table: what it is called, its shortcut, its icon and its menu."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from cnnstudio.ui.icons import icon

Key = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command. `text` is English with an `&` before its access key; `shortcut` is a text or a standard key."""

    name: str
    menu: str
    text: object
    shortcut: str | Key | None = None
    icon: str = ""
    checkable: bool = False
    group: int = 0
    """Commands of one menu whose groups differ are kept apart by a line."""


MENUS: tuple[tuple[str, object], ...] = (
    ("file", QT_TRANSLATE_NOOP("Commands", "&File")),
    ("edit", QT_TRANSLATE_NOOP("Commands", "&Edit")),
    ("view", QT_TRANSLATE_NOOP("Commands", "&View")),
    ("network", QT_TRANSLATE_NOOP("Commands", "&Network")),
    ("help", QT_TRANSLATE_NOOP("Commands", "&Help")),
)

COMMANDS: tuple[Command, ...] = (
    Command(
        name="new",
        menu="file",
        text=QT_TRANSLATE_NOOP("Commands", "&New project"),
        shortcut=Key.New,
        icon="new",
    ),
    Command(
        name="open", menu="file", text=QT_TRANSLATE_NOOP("Commands", "&Open…"), shortcut=Key.Open, icon="open"
    ),
    Command(name="start", menu="file", text=QT_TRANSLATE_NOOP("Commands", "Start page"), icon="sample"),
    Command(
        name="save",
        menu="file",
        text=QT_TRANSLATE_NOOP("Commands", "&Save"),
        shortcut=Key.Save,
        icon="save",
        group=1,
    ),
    Command(
        name="save_as",
        menu="file",
        text=QT_TRANSLATE_NOOP("Commands", "Save &as…"),
        shortcut="Ctrl+Shift+S",
        group=1,
    ),
    Command(
        name="export",
        menu="file",
        text=QT_TRANSLATE_NOOP("Commands", "&Export model…"),
        shortcut="Ctrl+E",
        icon="export",
        group=2,
    ),
    Command(
        name="export_picture",
        menu="file",
        text=QT_TRANSLATE_NOOP("Commands", "Export &picture…"),
        shortcut="Ctrl+Shift+E",
        group=2,
    ),
    Command(
        name="settings",
        menu="file",
        text=QT_TRANSLATE_NOOP("Commands", "Se&ttings…"),
        shortcut="Ctrl+,",
        group=3,
    ),
    Command(
        name="quit", menu="file", text=QT_TRANSLATE_NOOP("Commands", "&Quit"), shortcut="Ctrl+Q", group=3
    ),
    Command(
        name="undo", menu="edit", text=QT_TRANSLATE_NOOP("Commands", "&Undo"), shortcut=Key.Undo, icon="undo"
    ),
    Command(
        name="redo", menu="edit", text=QT_TRANSLATE_NOOP("Commands", "&Redo"), shortcut=Key.Redo, icon="redo"
    ),
    Command(
        name="cut",
        menu="edit",
        text=QT_TRANSLATE_NOOP("Commands", "Cu&t"),
        shortcut=Key.Cut,
        icon="cut",
        group=1,
    ),
    Command(
        name="copy",
        menu="edit",
        text=QT_TRANSLATE_NOOP("Commands", "&Copy"),
        shortcut=Key.Copy,
        icon="copy",
        group=1,
    ),
    Command(
        name="copy_picture",
        menu="edit",
        text=QT_TRANSLATE_NOOP("Commands", "Copy as p&icture"),
        shortcut="Ctrl+Shift+C",
        group=1,
    ),
    Command(
        name="paste",
        menu="edit",
        text=QT_TRANSLATE_NOOP("Commands", "&Paste"),
        shortcut=Key.Paste,
        icon="paste",
        group=1,
    ),
    Command(
        name="duplicate",
        menu="edit",
        text=QT_TRANSLATE_NOOP("Commands", "&Duplicate"),
        shortcut="Ctrl+D",
        icon="duplicate",
        group=1,
    ),
    Command(
        name="delete",
        menu="edit",
        text=QT_TRANSLATE_NOOP("Commands", "De&lete"),
        shortcut=Key.Delete,
        icon="delete",
        group=1,
    ),
    Command(
        name="select_all",
        menu="edit",
        text=QT_TRANSLATE_NOOP("Commands", "Select &all"),
        shortcut=Key.SelectAll,
        icon="select-all",
        group=2,
    ),
    Command(
        name="find_node",
        menu="edit",
        text=QT_TRANSLATE_NOOP("Commands", "&Find on the canvas…"),
        shortcut=Key.Find,
        icon="search",
        group=2,
    ),
    Command(
        name="find_layer",
        menu="edit",
        text=QT_TRANSLATE_NOOP("Commands", "&Search the palette"),
        shortcut="Ctrl+Shift+F",
        group=2,
    ),
    Command(
        name="zoom_in",
        menu="view",
        text=QT_TRANSLATE_NOOP("Commands", "Zoom &in"),
        shortcut=Key.ZoomIn,
        icon="zoom-in",
    ),
    Command(
        name="zoom_out",
        menu="view",
        text=QT_TRANSLATE_NOOP("Commands", "Zoom &out"),
        shortcut=Key.ZoomOut,
        icon="zoom-out",
    ),
    Command(name="zoom_reset", menu="view", text=QT_TRANSLATE_NOOP("Commands", "&100 %"), shortcut="Ctrl+0"),
    Command(
        name="fit",
        menu="view",
        text=QT_TRANSLATE_NOOP("Commands", "&Fit the network"),
        shortcut="Ctrl+9",
        icon="fit",
    ),
    Command(
        name="channels_first",
        menu="view",
        text=QT_TRANSLATE_NOOP("Commands", "Shapes with &channels first"),
        checkable=True,
        group=1,
    ),
    Command(
        name="minimap",
        menu="view",
        text=QT_TRANSLATE_NOOP("Commands", "&Map of the network"),
        checkable=True,
        group=1,
    ),
    Command(
        name="panel",
        menu="view",
        text=QT_TRANSLATE_NOOP("Commands", "&Bottom panel"),
        shortcut="Ctrl+J",
        checkable=True,
        group=1,
    ),
    Command(
        name="theme_system",
        menu="view",
        text=QT_TRANSLATE_NOOP("Commands", "Theme of the &system"),
        checkable=True,
        group=2,
    ),
    Command(
        name="theme_light",
        menu="view",
        text=QT_TRANSLATE_NOOP("Commands", "&Light theme"),
        checkable=True,
        group=2,
    ),
    Command(
        name="theme_dark",
        menu="view",
        text=QT_TRANSLATE_NOOP("Commands", "&Dark theme"),
        checkable=True,
        group=2,
    ),
    Command(
        name="arrange",
        menu="network",
        text=QT_TRANSLATE_NOOP("Commands", "&Auto-arrange"),
        shortcut="Ctrl+L",
        icon="arrange",
    ),
    Command(
        name="group",
        menu="network",
        text=QT_TRANSLATE_NOOP("Commands", "&Group into a block"),
        shortcut="Ctrl+G",
        icon="block",
    ),
    Command(
        name="ungroup",
        menu="network",
        text=QT_TRANSLATE_NOOP("Commands", "&Ungroup"),
        shortcut="Ctrl+Shift+G",
    ),
    Command(
        name="train",
        menu="network",
        text=QT_TRANSLATE_NOOP("Commands", "&Train"),
        shortcut="Ctrl+T",
        icon="play",
        group=1,
    ),
    Command(name="about", menu="help", text=QT_TRANSLATE_NOOP("Commands", "&About CNN Studio")),
)


class Commands(QObject):
    """The commands as actions of one window, by name."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._actions: dict[str, QAction] = {}
        for command in COMMANDS:
            action = QAction(self)
            action.setObjectName(command.name)
            action.setText(_translated(command.text))
            action.setCheckable(command.checkable)
            if command.shortcut is not None:
                action.setShortcut(QKeySequence(command.shortcut))
            if command.icon:
                action.setIcon(icon(command.icon, "text_muted", "text"))
            if command.name == "quit":
                action.setMenuRole(QAction.MenuRole.QuitRole)
            elif command.name == "settings":
                action.setMenuRole(QAction.MenuRole.PreferencesRole)
            elif command.name == "about":
                action.setMenuRole(QAction.MenuRole.AboutRole)
            self._actions[command.name] = action

    def __getitem__(self, name: str) -> QAction:
        return self._actions[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._actions)

    def fill(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Make the menus; they come back by name."""
        menus: dict[str, QMenu] = {}
        for name, title in MENUS:
            menu = QMenu(_translated(title), bar)
            menu.setObjectName(f"{name}Menu")
            bar.addMenu(menu)
            menus[name] = menu
            group = 0
            for command in COMMANDS:
                if command.menu == name:
                    if command.group != group:
                        menu.addSeparator()
                    group = command.group
                    menu.addAction(self._actions[command.name])
        return menus


def _translated(text: object) -> str:
    """A text marked for translation; Qt's stubs call the mark's result an object."""
    return QCoreApplication.translate("Commands", str(text))


def plain(text: str) -> str:
    """A menu text without its access key and dots, for tooltips."""
    return text.replace("&", "").removesuffix("…")


def tooltip(action: QAction, text: str = "") -> str:
    """`Undo (Ctrl+Z)`: what the action does and the keys for it."""
    shown = text or plain(action.text())
    keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    return f"{shown} ({keys})" if keys else shown

"""The canvas's keys: which command each stands for, and what the context menu shows."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

Key = QKeySequence.StandardKey


@dataclass(frozen=True, slots=True, kw_only=True)
class CanvasCommand:
    """`name` is the method of the canvas that does it; `group` keeps like with like in the menu, 0 is not in it.

    Commands that share a method name it in `method` and differ in `argument`.
    """

    name: str
    text: str = ""
    keys: tuple[str | Key, ...] = ()
    group: int = 0
    needs_selection: bool = False
    submenu: str = ""
    """The submenu it is in, if any."""
    method: str = ""
    argument: str = ""

    def run(self, canvas: object, _checked: bool = False) -> None:
        """Do it. `_checked` is what Qt tells of an action."""
        method = getattr(canvas, self.method or self.name)
        method(self.argument) if self.argument else method()


COMMANDS: tuple[CanvasCommand, ...] = (
    CanvasCommand(
        name="quick_add", text=str(QT_TRANSLATE_NOOP("Canvas", "Add a layer…")), keys=("/",), group=1
    ),
    CanvasCommand(
        name="rename",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Rename")),
        keys=("F2",),
        group=2,
        needs_selection=True,
    ),
    CanvasCommand(
        name="connect_selection",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Connect")),
        keys=("C",),
        group=2,
        needs_selection=True,
    ),
    CanvasCommand(
        name="disconnect_selection",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Disconnect")),
        keys=("Shift+C",),
        group=2,
        needs_selection=True,
    ),
    CanvasCommand(
        name="swap",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Swap…")),
        keys=("S",),
        group=2,
        needs_selection=True,
    ),
    CanvasCommand(
        name="cut",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Cut")),
        keys=(Key.Cut,),
        group=3,
        needs_selection=True,
    ),
    CanvasCommand(
        name="copy",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Copy")),
        keys=(Key.Copy,),
        group=3,
        needs_selection=True,
    ),
    CanvasCommand(name="paste", text=str(QT_TRANSLATE_NOOP("Canvas", "Paste")), keys=(Key.Paste,), group=3),
    CanvasCommand(
        name="duplicate",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Duplicate")),
        keys=("Ctrl+D",),
        group=3,
        needs_selection=True,
    ),
    CanvasCommand(
        name="delete",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Delete")),
        keys=("Del", "Backspace"),
        group=3,
        needs_selection=True,
    ),
    CanvasCommand(
        name="open_block",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Open the block")),
        group=7,
        needs_selection=True,
    ),
    CanvasCommand(
        name="leave_block",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Leave the block")),
        keys=("Ctrl+Shift+Up",),
        group=7,
    ),
    CanvasCommand(
        name="group",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Group into a block")),
        keys=("Ctrl+G",),
        group=7,
        needs_selection=True,
    ),
    CanvasCommand(
        name="ungroup",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Ungroup")),
        keys=("Ctrl+Shift+G",),
        group=7,
        needs_selection=True,
    ),
    CanvasCommand(
        name="select_all",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Select all")),
        keys=(Key.SelectAll,),
        group=4,
    ),
    CanvasCommand(
        name="arrange", text=str(QT_TRANSLATE_NOOP("Canvas", "Auto-arrange")), keys=("Ctrl+L",), group=4
    ),
    CanvasCommand(
        name="fit", text=str(QT_TRANSLATE_NOOP("Canvas", "Fit the network")), keys=("F", "Ctrl+9"), group=5
    ),
    CanvasCommand(
        name="zoom_reset", text=str(QT_TRANSLATE_NOOP("Canvas", "100 %")), keys=("Ctrl+0",), group=5
    ),
    CanvasCommand(
        name="find_node", text=str(QT_TRANSLATE_NOOP("Canvas", "Find…")), keys=(Key.Find,), group=5
    ),
    CanvasCommand(name="find_next", keys=("F3",)),
    CanvasCommand(name="toggle_current", keys=("Ctrl+Space",)),
    CanvasCommand(
        name="align_left",
        method="align",
        argument="left",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Left")),
        keys=("Ctrl+Shift+Left",),
        submenu="align",
    ),
    CanvasCommand(
        name="align_centre",
        method="align",
        argument="centre",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Centre")),
        keys=("Ctrl+Alt+C",),
        submenu="align",
    ),
    CanvasCommand(
        name="align_right",
        method="align",
        argument="right",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Right")),
        keys=("Ctrl+Shift+Right",),
        submenu="align",
    ),
    CanvasCommand(
        name="align_top",
        method="align",
        argument="top",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Top")),
        keys=("Ctrl+Shift+Up",),
        submenu="align",
    ),
    CanvasCommand(
        name="align_middle",
        method="align",
        argument="middle",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Middle")),
        keys=("Ctrl+Alt+M",),
        submenu="align",
    ),
    CanvasCommand(
        name="align_bottom",
        method="align",
        argument="bottom",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Bottom")),
        keys=("Ctrl+Shift+Down",),
        submenu="align",
    ),
    CanvasCommand(
        name="distribute_across",
        method="distribute",
        argument="across",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Distribute across")),
        keys=("Ctrl+Alt+H",),
        submenu="align",
        group=1,
    ),
    CanvasCommand(
        name="distribute_down",
        method="distribute",
        argument="down",
        text=str(QT_TRANSLATE_NOOP("Canvas", "Distribute down")),
        keys=("Ctrl+Alt+V",),
        submenu="align",
        group=1,
    ),
    CanvasCommand(name="copy_picture", text=str(QT_TRANSLATE_NOOP("Canvas", "Copy as picture")), group=6),
    CanvasCommand(name="export_picture", text=str(QT_TRANSLATE_NOOP("Canvas", "Export picture…")), group=6),
    CanvasCommand(name="zoom_in", keys=("Ctrl++", "Ctrl+=")),
    CanvasCommand(name="zoom_out", keys=("Ctrl+-",)),
)

ARROWS = {
    Qt.Key.Key_Up: "up",
    Qt.Key.Key_Down: "down",
    Qt.Key.Key_Left: "left",
    Qt.Key.Key_Right: "right",
}


def command_for(event: QKeyEvent) -> CanvasCommand | None:
    """The command whose key was pressed."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if event.text() == "/" and not modifiers & Qt.KeyboardModifier.ControlModifier:
        return COMMANDS[0]  # on many keyboards the slash needs Shift
    pressed = QKeySequence(modifiers.value | event.key())
    return next((command for command in COMMANDS if pressed in sequences(command)), None)


def sequences(command: CanvasCommand) -> list[QKeySequence]:
    """All key sequences of a command on this platform."""
    found: list[QKeySequence] = []
    for key in command.keys:
        found += [QKeySequence(key)] if isinstance(key, str) else QKeySequence.keyBindings(key)
    return found

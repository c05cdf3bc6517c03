"""Starts the real program and answers questions about what it shows; it changes nothing.

Questions come as lines of JSON on stdin, answers go as lines of JSON to stdout. All input of a test is real mouse and
keyboard; this is only how it knows where to point and what to look at.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

from PySide6.QtCore import QPoint, QRect, QSocketNotifier
from PySide6.QtWidgets import QApplication, QWidget


def rectangle(widget: QWidget, rect: QRect) -> list[int]:
    """A widget's rectangle on the screen: x, y, width, height."""
    corner = widget.mapToGlobal(rect.topLeft())
    return [corner.x(), corner.y(), rect.width(), rect.height()]


def find_widget(name: str) -> QWidget | None:
    """The visible widget with this objectName."""
    for widget in QApplication.allWidgets():
        if widget.objectName() == name and widget.isVisible():
            return widget
    return None


def describe(widget: QWidget) -> dict[str, Any]:
    """Where a widget is and what it says."""
    answer: dict[str, Any] = {"rect": rectangle(widget, widget.rect()), "enabled": widget.isEnabled()}
    for reader in ("text", "toPlainText", "currentText", "value"):
        if hasattr(widget, reader):
            answer[reader] = getattr(widget, reader)()
    return answer


def main_window() -> Any:
    """The studio's window."""
    return next((w for w in QApplication.topLevelWidgets() if w.isVisible() and hasattr(w, "session")), None)


def answer(question: dict[str, Any]) -> Any:
    """The answer to one question."""
    window = main_window()
    match question["ask"]:
        case "widget":
            widget = find_widget(question["name"])
            return None if widget is None else describe(widget)
        case "item":  # of a list or tree view, by its text
            return item_place(find_widget(question["name"]), question["text"])
        case "node":
            return node_place(window, question["id"])
        case "point":  # of the canvas, from scene coordinates
            return scene_point(window, question["x"], question["y"])
        case "network":
            from cnnstudio.core.project_file import network_to_json

            return None if window is None else network_to_json(window.session.network)
        case "analysis":
            if window is None:
                return None
            analysis = window.session.analysis
            return {
                "ok": analysis.ok,
                "total_params": analysis.total_params,
                "shapes": {node_id: node.output_shape for node_id, node in analysis.nodes.items()},
            }
        case "windows":
            return [
                {"title": w.windowTitle(), "class": type(w).__name__, "rect": rectangle(w, w.rect())}
                for w in QApplication.topLevelWidgets()
                if w.isVisible()
            ]
        case "selection":
            return sorted(window.session.selection)
        case "names":
            return sorted(
                {w.objectName() for w in QApplication.allWidgets() if w.isVisible() and w.objectName()}
            )
    return None


def item_place(view: Any, text: str) -> list[int] | None:
    """The rectangle of an item in an item view, scrolled into sight."""
    if view is None:
        return None
    model = view.model()

    def search(parent: Any) -> Any:
        for row in range(model.rowCount(parent)):
            index = model.index(row, 0, parent)
            if str(index.data()) == text and not model.hasChildren(index):
                return index
            found = search(index)
            if found is not None:
                return found
        return None

    from PySide6.QtCore import QModelIndex

    index = search(QModelIndex())
    if index is None:
        return None
    view.scrollTo(index)
    return rectangle(view.viewport(), view.visualRect(index))


def canvas_of(window: Any) -> Any:
    """The canvas view."""
    return window.findChild(QWidget, "canvas")


def scene_point(window: Any, x: float, y: float) -> list[int]:
    """Screen coordinates of a point of the scene."""
    canvas = canvas_of(window)
    point: QPoint = canvas.viewport().mapToGlobal(canvas.mapFromScene(x, y))
    return [point.x(), point.y()]


def node_place(window: Any, node_id: str) -> list[int] | None:
    """The rectangle of a node's card on the screen."""
    from cnnstudio.core.layout import CARD_HEIGHT, CARD_WIDTH

    card = canvas_of(window).scene().diagram.cards.get(node_id)
    if card is None:
        return None
    x, y = card.x, card.y
    left, top = scene_point(window, x, y)
    right, bottom = scene_point(window, x + CARD_WIDTH, y + CARD_HEIGHT)
    return [left, top, right - left, bottom - top]


def read_questions() -> None:
    """Answer what has come in."""
    for line in os.read(sys.stdin.fileno(), 1 << 16).decode().splitlines():
        try:
            reply = {"answer": answer(json.loads(line))}
        except Exception as error:  # told to the test, which fails on it
            reply = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(reply) + "\n")
        sys.stdout.flush()


def watched_exec(event_loop: Any = QApplication.exec) -> int:
    """The application's event loop, with a listener on stdin."""
    notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(read_questions)
    sys.stdout.write('{"answer": "started"}\n')
    sys.stdout.flush()
    return int(event_loop())


if __name__ == "__main__":
    QApplication.exec = watched_exec  # type: ignore[method-assign,assignment]
    from cnnstudio.cli import main

    sys.exit(main())

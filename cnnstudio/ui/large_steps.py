"""Edits, undo and redo of hundreds of layers: worked out beside the window and shown piece by piece, under a note."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cnnstudio.core.change import node_difference
from cnnstudio.core.levels import network_at
from cnnstudio.core.network import Network
from cnnstudio.core.project import Project
from cnnstudio.ui.opening import CancelledError, Opening
from cnnstudio.ui.session import Session

MOST_AT_ONCE = 500
"""Showing more new nodes, or twice as many that go or change, would be felt."""


class LargeSteps(QObject):
    """Shows what a session's document will hold next, where that would be felt in one turn of the event loop."""

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        session.show_first = self.show_first

    def show_first(self, project: Project, path: tuple[str, ...], title: str) -> bool:
        """Show a level of the project in place of what differs from it; False when the user does not want to wait."""
        session = self._session
        shown = session.network if path == session.path else Network()
        if not is_felt(shown, network_at(project.network, path) or project.network):
            return True
        with Opening(self._window, title) as opening:
            try:
                found = opening.wait_for(self.tr("Checking every layer…"), session.prepare(project, path))
            except CancelledError:
                return False
            opening.go_through(self.tr("Drawing…"), session.change_to(found), may_cancel=False)
        return True


def is_felt(before: Network, after: Network) -> bool:
    """Whether so much differs between two networks that showing it takes long."""
    change = node_difference(before, after)
    work = len(change.added) + (len(change.removed) + len(change.updated)) / 2
    return work > MOST_AT_ONCE

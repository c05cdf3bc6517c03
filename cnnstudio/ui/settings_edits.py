"""Changes of data settings and of the training plan as steps of the document's history, named by what they did."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from cnnstudio.core.document import DATA_CHANGED
from cnnstudio.core.params import Params
from cnnstudio.data import changes
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.runs import plan_change
from cnnstudio.ui.session import Session


def set_data(session: Session, settings: DataSettings) -> None:
    """Take these data settings; one step of history where they are others."""
    label = DATA_CHANGED
    with contextlib.suppress(DataError):
        before = DataSettings.from_json(session.document.project.data)
        if before == settings:
            return  # a field that was left; the same written in other words is no change
        label = changes.described_change(before, settings)
    session.document.set_data(Params(settings.to_json()), label)


def set_training(session: Session, training: Params, *, merge_key: str = "") -> None:
    """Take this training plan; steps in a row with the same `merge_key`, a field being typed in, are one."""
    label = plan_change.described_change(session.document.project.training, training)
    session.document.set_training(training, label, merge_key=merge_key)


def leave_undo_to_document(*fields: QWidget) -> None:
    """Let the keys of undo and redo mean the document's history even while one of these fields has the focus."""
    for field in fields:
        field.installEventFilter(_UndoFilter(field))


class _UndoFilter(QObject):
    """Does not let a field take the keys for its own text."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

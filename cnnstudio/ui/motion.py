"""Whether things may move for the eye's sake alone: the user's choice, and the system's."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QStyle


class _Motion:
    def __init__(self) -> None:
        self.is_wanted = True


_motion = _Motion()


def want_motion(wanted: bool) -> None:
    """The user's choice in the settings."""
    _motion.is_wanted = wanted


def may_move() -> bool:
    """Neither the user nor the system (its animations switched off) asks for stillness."""
    return (
        _motion.is_wanted
        and QApplication.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) > 0
    )

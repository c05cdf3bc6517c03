"""Puts the theme in force on the whole application: style, palette, style sheet, fonts."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from cnnstudio.resource_files import resource
from cnnstudio.ui.style_sheet import style_sheet
from cnnstudio.ui.theme import ThemeChoice, palette, theme, theme_state


class Appearance(QObject):
    """Keeps the application looking like the theme in force. One per application, owned by it."""

    def __init__(self, application: QApplication, choice: ThemeChoice = "system") -> None:
        super().__init__(application)
        self._application = application
        application.setStyle("Fusion")
        application.setFont(with_tabular_figures(application.font()))
        state = theme_state()
        state.changed.connect(self.restyle)
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        state.choose(choice)
        self.restyle()

    def restyle(self) -> None:
        """Write palette and style sheet of the theme in force."""
        colors = theme()
        self._application.setPalette(palette())
        self._application.setStyleSheet(
            style_sheet(
                colors,
                arrow=resource(f"icons/style/{colors.name}-arrow.svg").as_posix(),
                arrow_up=resource(f"icons/style/{colors.name}-arrow-up.svg").as_posix(),
                check=resource(f"icons/style/{colors.name}-check.svg").as_posix(),
            )
        )

    def _follow_system(self) -> None:
        theme_state().refresh()


def with_tabular_figures(font: QFont) -> QFont:
    """The same font with figures of one width, so that numbers in columns and counters stand still."""
    result = QFont(font)
    result.setFeature(QFont.Tag("tnum"), 1)
    return result


def dress(application: QApplication, choice: ThemeChoice = "system") -> Appearance:
    """Give the application its look, once; later calls return the same object."""
    present = application.findChild(Appearance)
    return present if isinstance(present, Appearance) else Appearance(application, choice)

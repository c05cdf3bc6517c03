"""Colours and fonts of the light and the dark theme, and the one place that says which is in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette

ThemeName = Literal["light", "dark"]
ThemeChoice = Literal["system", "light", "dark"]

GRID = 8
"""The spacing everything is a multiple of, in pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Named colours, as `#rrggbb`. Text on `window` and `surface` has a contrast of at least 4.5 to 1."""

    name: ThemeName
    window: str
    surface: str
    sunken: str
    border: str
    border_strong: str
    text: str
    text_muted: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    error: str
    error_soft: str
    warning: str
    hint: str
    ok: str
    canvas: str
    canvas_dot: str
    wire: str
    categories: dict[str, str]
    plot: tuple[str, ...]
    """Okabe-Ito colours for curves, in the order they are given out."""

    def color(self, name: str) -> QColor:
        """A named colour as QColor: `theme().color("accent")`."""
        return QColor(str(getattr(self, name)))

    def category(self, category: str) -> QColor:
        """The strip colour of a layer category."""
        return QColor(self.categories.get(category, self.text_muted))


_CATEGORIES_LIGHT = {
    "input": "#7a869a",
    "convolution": "#2f6fed",
    "pooling": "#1f9d61",
    "activation": "#d9822b",
    "normalisation": "#8a5cd6",
    "regularisation": "#b8860b",
    "shape": "#0e9aa7",
    "merging": "#c43d7d",
    "dense": "#d64545",
    "augmentation": "#6b8e23",
    "attention": "#4b5bdc",
    "block": "#0b7285",
}
_CATEGORIES_DARK = {
    "input": "#8f9bb0",
    "convolution": "#6ea0ff",
    "pooling": "#43c58a",
    "activation": "#f0a35a",
    "normalisation": "#b08cf0",
    "regularisation": "#dcb35c",
    "shape": "#3fc6d2",
    "merging": "#e87bb0",
    "dense": "#f07c7c",
    "augmentation": "#a6c36f",
    "attention": "#8c98ff",
    "block": "#4fb3c6",
}

LIGHT = Theme(
    name="light",
    window="#f7f8fa",
    surface="#ffffff",
    sunken="#f1f3f6",
    border="#dfe3e8",
    border_strong="#c3cad4",
    text="#1b2330",
    text_muted="#5d6878",
    accent="#2563eb",
    accent_hover="#1d4fd7",
    accent_soft="#e5edff",
    on_accent="#ffffff",
    error="#c92a2a",
    error_soft="#fdecec",
    warning="#96600a",
    hint="#2563eb",
    ok="#157347",
    canvas="#fafbfc",
    canvas_dot="#dde2e9",
    wire="#98a2b1",
    categories=_CATEGORIES_LIGHT,
    plot=("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#5b5b5b", "#b8a800"),
)
DARK = Theme(
    name="dark",
    window="#16191e",
    surface="#1e2228",
    sunken="#181b20",
    border="#31373f",
    border_strong="#48505c",
    text="#e8ebf0",
    text_muted="#9aa5b5",
    accent="#6b9bff",
    accent_hover="#86adff",
    accent_soft="#26334d",
    on_accent="#0f1420",
    error="#ff7b7b",
    error_soft="#3a2226",
    warning="#e9b45f",
    hint="#86adff",
    ok="#57cc91",
    canvas="#14171b",
    canvas_dot="#282d35",
    wire="#6b7686",
    categories=_CATEGORIES_DARK,
    plot=("#56b4e9", "#e69f00", "#2fc79b", "#e59ac2", "#f0e442", "#4a9fe0", "#bdbdbd", "#ff8a4c"),
)


class _ThemeState(QObject):
    """Which theme is in force; `changed` fires when another one takes over."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme = LIGHT
        self.choice: ThemeChoice = "system"

    def choose(self, choice: ThemeChoice) -> None:
        """Follow the system, or insist on light or dark."""
        self.choice = choice
        self.refresh()

    def refresh(self) -> None:
        """Look again at what the system wants, and tell everyone if that is news."""
        chosen = self._wanted()
        if chosen is not self.theme:
            self.theme = chosen
            self.changed.emit()

    def _wanted(self) -> Theme:
        if self.choice != "system":
            return DARK if self.choice == "dark" else LIGHT
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            return DARK if application.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return LIGHT


_state: _ThemeState | None = None


def theme_state() -> _ThemeState:
    """The application's theme switch: `theme_state().changed.connect(self.restyle)`."""
    global _state  # noqa: PLW0603 - one theme per process, made when first asked for, after QApplication
    if _state is None:
        _state = _ThemeState()
    return _state


def theme() -> Theme:
    """The theme in force."""
    return theme_state().theme


def monospace(size: float | None = None) -> QFont:
    """The system's fixed-width font, for shapes and sums. `size` in points."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    if size is not None:
        font.setPointSizeF(size)
    return font


def palette() -> QPalette:
    """A palette for widgets that draw themselves with the application's style (Fusion)."""
    colors = theme()
    roles = {
        QPalette.ColorRole.Window: colors.window,
        QPalette.ColorRole.WindowText: colors.text,
        QPalette.ColorRole.Base: colors.surface,
        QPalette.ColorRole.AlternateBase: colors.sunken,
        QPalette.ColorRole.Text: colors.text,
        QPalette.ColorRole.PlaceholderText: colors.text_muted,
        QPalette.ColorRole.Button: colors.surface,
        QPalette.ColorRole.ButtonText: colors.text,
        QPalette.ColorRole.Highlight: colors.accent,
        QPalette.ColorRole.HighlightedText: colors.on_accent,
        QPalette.ColorRole.ToolTipBase: colors.surface,
        QPalette.ColorRole.ToolTipText: colors.text,
        QPalette.ColorRole.Link: colors.accent,
    }
    result = QPalette()
    for role, value in roles.items():
        result.setColor(role, QColor(value))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, role, QColor(colors.border_strong))
    return result

"""Colours, pens and fonts of the canvas for one theme, made once and shared, so that painting creates none."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPen, QStaticText, QTransform
from PySide6.QtWidgets import QApplication

from cnnstudio.core.problems import Severity
from cnnstudio.ui.theme import Theme, monospace

FULL_DETAIL = 0.6
"""From this zoom on a card shows everything; below, its name and its output shape in larger letters."""

WITH_SHAPES = 0.4
"""From this zoom on the shape can still be read beside the name."""

TRUE_CURVES = 0.95
"""From this zoom on wires are curves of full width; below, short hair lines, which take a tenth of the time."""

NAMES_ONLY = 0.34
"""Below this zoom cards are plain blocks."""


MOST_TEXTS = 4096
"""Texts that are kept laid out in one font; some megabytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Type:
    """A font, its metrics, and what was written in it: a thousand cards say few different things."""

    font: QFont
    metrics: QFontMetricsF
    _laid_out: dict[str, tuple[QStaticText, float]] = field(default_factory=dict, init=False)

    def laid_out(self, text: str) -> tuple[QStaticText, float]:
        """The text ready to be drawn, and its width. One and the same wherever it stands: laid out anew once per zoom."""
        known = self._laid_out.get(text)
        if known is None:
            static = QStaticText(text)
            static.setTextFormat(Qt.TextFormat.PlainText)
            static.prepare(QTransform(), self.font)
            if len(self._laid_out) >= MOST_TEXTS:
                self._laid_out.clear()
            known = self._laid_out[text] = static, self.metrics.horizontalAdvance(text)
        return known

    def width(self, text: str) -> float:
        """Pixels that the text takes."""
        return self.laid_out(text)[1]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Look:
    """Everything that painting needs of the theme."""

    theme: Theme
    surface: QColor
    canvas: QColor
    dot: QColor
    text: QColor
    muted: QColor
    accent: QColor
    accent_soft: QColor
    error: QColor
    border: QPen
    border_hover: QPen
    border_error: QPen
    ring: QPen
    ring_far: QPen
    focus: QPen
    wire: QPen
    wire_far: QPen
    border_far: QPen
    wire_hover: QPen
    wire_error: QPen
    port: QPen
    port_lit: QPen
    guide: QPen
    shadow: QColor
    name: Type
    label: Type
    mono: Type
    count: Type
    severities: dict[Severity, QColor]
    categories: dict[str, QBrush]

    def strip(self, category: str) -> QBrush:
        """The brush of a category's strip."""
        return self.categories.get(category) or QBrush(self.muted)


def make_look(theme: Theme) -> Look:
    """The look of `theme` with the application's fonts."""
    base = QApplication.font()
    label = _type(_sized(base, 11))
    name = _sized(base, 13)
    name.setWeight(QFont.Weight.DemiBold)
    return Look(
        theme=theme,
        surface=theme.color("surface"),
        canvas=theme.color("canvas"),
        dot=theme.color("canvas_dot"),
        text=theme.color("text"),
        muted=theme.color("text_muted"),
        accent=theme.color("accent"),
        accent_soft=theme.color("accent_soft"),
        error=theme.color("error"),
        border=_pen(theme.color("border"), 1),
        border_hover=_pen(theme.color("border_strong"), 1),
        border_error=_pen(theme.color("error"), 1.25),
        ring=_pen(theme.color("accent"), 2),
        ring_far=_cosmetic(theme.color("accent"), 2),
        focus=_pen(theme.color("accent_soft"), 4),
        wire=_pen(theme.color("wire"), 1.5),
        wire_far=_cosmetic(theme.color("wire")),
        border_far=_cosmetic(theme.color("border_strong")),
        wire_hover=_pen(theme.color("accent"), 2.25),
        wire_error=_pen(theme.color("error"), 2.25),
        port=_pen(theme.color("wire"), 1.25),
        port_lit=_pen(theme.color("accent"), 2),
        guide=_dashed(theme.color("accent")),
        shadow=QColor(16, 24, 40, 14 if theme.name == "light" else 70),
        name=_type(name),
        label=label,
        mono=_type(_sized(monospace(), 12)),
        count=label,
        severities={
            "error": theme.color("error"),
            "warning": theme.color("warning"),
            "hint": theme.color("hint"),
        },
        categories={category: QBrush(theme.category(category)) for category in theme.categories},
    )


def _type(font: QFont) -> Type:
    return Type(font, QFontMetricsF(font))


def _sized(base: QFont, pixels: int) -> QFont:
    font = QFont(base)
    font.setPixelSize(pixels)
    font.setHintingPreference(QFont.HintingPreference.PreferVerticalHinting)
    return font


def _pen(color: QColor, width: float) -> QPen:
    pen = QPen(color, width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _cosmetic(color: QColor, width: float = 1) -> QPen:
    pen = QPen(color, width)
    pen.setCosmetic(True)
    return pen


def _dashed(color: QColor) -> QPen:
    pen = _cosmetic(color)
    pen.setStyle(Qt.PenStyle.DashLine)
    return pen

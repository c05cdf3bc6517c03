"""Makes the text of an SVG last: readable, searchable and of the right width on machines that lack the fonts.

Qt writes text as text, naming one font. Where that font is missing another takes its place, with other widths, and
text would run over the edge of its card. So every text gets fallback families and the width it had here.
"""

from __future__ import annotations

import html
import re

from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF

_TEXT = re.compile(r"<text\b([^>]*)>([^<]*)</text>")
_ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')


def with_lasting_text(svg: str) -> str:
    """The same SVG with fallback families and `textLength` on every text."""
    metrics: dict[tuple[str, str, str], tuple[QFontMetricsF, str]] = {}

    def lasting(match: re.Match[str]) -> str:
        attributes, content = match.group(1), match.group(2)
        found = dict(_ATTRIBUTE.findall(attributes))
        key = found.get("font-family", ""), found.get("font-size", "12"), found.get("font-weight", "400")
        if key not in metrics:
            metrics[key] = _measured(*key)
        measure, families = metrics[key]
        width = measure.horizontalAdvance(html.unescape(content))
        kept = attributes.replace(f'font-family="{key[0]}"', f'font-family="{families}"')
        length = f' textLength="{width:.2f}" lengthAdjust="spacingAndGlyphs"' if width > 0 else ""
        return f"<text{kept.rstrip()}{length}>{content}</text>"

    return _TEXT.sub(lasting, svg)


def _measured(family: str, size: str, weight: str) -> tuple[QFontMetricsF, str]:
    font = QFont(html.unescape(family).strip("'"))
    font.setPixelSize(max(1, round(float(size))))
    font.setWeight(QFont.Weight(min(max(int(weight), 100), 900)))
    measure = QFontMetricsF(font)
    fixed = measure.horizontalAdvance("i") == measure.horizontalAdvance("W")
    real = html.escape(QFontInfo(font).family(), quote=True)
    named = html.escape(html.unescape(family).strip("'"), quote=True)
    families = [f"'{name}'" for name in dict.fromkeys((named, real)) if name]
    families.append("monospace" if fixed else "sans-serif")
    return measure, ", ".join(families)

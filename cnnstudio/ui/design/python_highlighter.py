"""Colours for Python source, in the theme's own colours."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import QColor, QFont, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from cnnstudio.ui.theme import theme, theme_state

_PATTERN = re.compile(
    r"(?P<comment>\#.*)"
    r"|(?P<text>[rbfu]{0,2}(?:\"\"\".*?(?:\"\"\"|$)|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'))"
    r"|(?P<number>\b\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?\b)"
    r"|(?P<keyword>\b(?:" + "|".join(keyword.kwlist) + r")\b)"
    r"|(?P<call>\b[A-Za-z_]\w*(?=\())"
    r"|(?P<argument>\b[a-z_]\w*(?==[^=]))",
    re.IGNORECASE,
)
_QUOTES = '"""'
_IN_TEXT = 1


class PythonHighlighter(QSyntaxHighlighter):
    """Comments, texts (over several lines too), numbers, keywords, calls and argument names."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        theme_state().changed.connect(self.recolour)
        self.recolour()

    def recolour(self) -> None:
        """Take the colours of the theme in force."""
        colors = theme()
        roles = {
            "comment": colors.text_muted,
            "text": colors.ok,
            "number": colors.categories["activation"] if colors.name == "dark" else colors.warning,
            "keyword": colors.categories["normalisation"],
            "call": colors.accent,
            "argument": colors.text,
        }
        for role, color in roles.items():
            style = QTextCharFormat()
            style.setForeground(QColor(color))
            if role == "keyword":
                style.setFontWeight(QFont.Weight.DemiBold)
            style.setFontItalic(role == "comment")
            self._formats[role] = style
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        start = 0
        self.setCurrentBlockState(0)
        if self.previousBlockState() == _IN_TEXT:
            end = text.find(_QUOTES)
            if end < 0:
                self.setFormat(0, len(text), self._formats["text"])
                self.setCurrentBlockState(_IN_TEXT)
                return
            start = end + len(_QUOTES)
            self.setFormat(0, start, self._formats["text"])
        for match in _PATTERN.finditer(text, start):
            role = match.lastgroup or "text"
            self.setFormat(match.start(), match.end() - match.start(), self._formats[role])
            found = match.group()
            body = found.lstrip("rbfuRBFU")
            if role == "text" and body.startswith(_QUOTES) and (len(body) < 6 or not body.endswith(_QUOTES)):
                self.setCurrentBlockState(_IN_TEXT)

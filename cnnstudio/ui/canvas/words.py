"""What the canvas says of a node in words: its worst problem and its tooltip."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QCoreApplication

from cnnstudio.core.analysis import NodeAnalysis
from cnnstudio.core.network import Node
from cnnstudio.core.problems import Diagnostic, Severity
from cnnstudio.ui.session import translated
from cnnstudio.ui.shape_text import count_text, shape_text

RANK: dict[Severity, int] = {"error": 0, "warning": 1, "hint": 2}


def worst(diagnostics: Iterable[Diagnostic]) -> Diagnostic | None:
    """The first of the most severe problems."""
    return min(diagnostics, key=lambda diagnostic: RANK[diagnostic.severity], default=None)


def tooltip(node: Node, analysis: NodeAnalysis, diagnostics: Sequence[Diagnostic]) -> str:
    """Everything a card says, nothing cut off, and all its problems with their cures."""
    lines = [f"{node.label} · {node.type}"]
    if analysis.summary:
        lines.append(analysis.summary)
    if analysis.more_outputs:
        lines += [
            _tr("Output {number}: {shape}").format(number=number, shape=shape_text(shape))
            for number, shape in enumerate(analysis.outputs, 1)
        ]
    elif analysis.output_shape is not None:
        lines.append(_tr("Output: {shape}").format(shape=shape_text(analysis.output_shape)))
    if analysis.param_count:
        lines.append(_tr("{count} parameters").format(count=count_text(analysis.param_count)))
    marks = {"error": _tr("Error"), "warning": _tr("Warning"), "hint": _tr("Hint")}
    for diagnostic in sorted(diagnostics, key=lambda diagnostic: RANK[diagnostic.severity]):
        lines.append(f"{marks[diagnostic.severity]}: {translated(diagnostic.message)}")
        if diagnostic.hint:
            lines.append(translated(diagnostic.hint))
    return "\n".join(lines)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Canvas", text)

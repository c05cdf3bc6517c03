"""A data report as lines of plain text, for the command line. English."""

from __future__ import annotations

from cnnstudio.data.problem import Problem, printable
from cnnstudio.data.report import DataReport

_BAR = 24
_MARKS = {"error": "error", "warning": "warning", "hint": "note"}


def render_text(report: DataReport, *, most_problems: int = 50) -> str:
    """The report in lines of text without a final newline; at most `most_problems` problems are listed."""
    lines = [printable(str(report.root)), ""]
    lines.append(f"{len(report.images):,} images in {len(report.classes)} classes")
    lines += _class_lines(report)
    if report.images:
        sizes = ", ".join(f"{width}×{height} ({count:,})" for width, height, count in report.sizes[:5])
        more = len(report.sizes) - 5
        lines += ["", f"Sizes    {sizes}" + (f" and {more} more" if more > 0 else "")]
        lines.append("Modes    " + ", ".join(f"{mode} ({count:,})" for mode, count in report.modes.items()))
        lines.append("Formats  " + ", ".join(f"{kind} ({count:,})" for kind, count in report.formats.items()))
    if report.duplicates:
        copies = sum(len(group) - 1 for group in report.duplicates)
        lines.append(f"Copies   {copies:,} files repeat another one byte for byte")
    if report.problems:
        lines += ["", "Problems"]
        for problem in report.problems[:most_problems]:
            lines += _problem_lines(problem)
        if len(report.problems) > most_problems:
            lines.append(f"  … and {len(report.problems) - most_problems:,} more (use --json for all)")
    lines.append("")
    if report.error is None:
        lines.append("Ready to train on.")
    else:
        lines.append(f"Cannot be trained on. {report.error.message} {report.error.hint}")
    return "\n".join(lines)


def _class_lines(report: DataReport) -> list[str]:
    if not report.classes:
        return []
    widest = max(len(entry.name) for entry in report.classes)
    most = max(entry.count for entry in report.classes)
    lines = []
    for entry in report.classes:
        bar = "█" * max(1, round(_BAR * entry.count / most))
        line = f"  {entry.name:<{widest}}  {entry.count:>7,}  {bar}"
        if report.layout == "parts":
            line += f"  (train {entry.train:,}, validation {entry.validation:,}, test {entry.test:,})"
        lines.append(line)
    return lines


def _problem_lines(problem: Problem) -> list[str]:
    where = f"{printable(problem.path)}: " if problem.path else ""
    return [f"  {_MARKS[problem.severity]:<8} {where}{problem.message}", f"           {problem.hint}"]

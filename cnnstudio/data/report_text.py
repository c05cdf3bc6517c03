"""A data report as lines of plain text, for the command line. English."""

from __future__ import annotations

from collections import Counter

from cnnstudio.data.problem import Problem, Remedy, printable
from cnnstudio.data.report import DataReport

_BAR = 24
_FEW = 3
_REMEDIES: dict[Remedy, str] = {
    "quarantine": "put them on the project's quarantine list",
    "keep_alike": "-p keep_alike=true",
    "class_weights": "train with -p class_weights=balanced",
    "resize": "-p resize=crop or pad instead of stretch",
}
_MARKS = {"error": "error", "warning": "warning", "hint": "note"}


def render_text(report: DataReport, *, most_problems: int = 50) -> str:
    """The report in lines of text without a final newline; at most `most_problems` problems are listed."""
    lines = [printable(str(report.source or report.root)), "", _headline(report)]
    lines += _class_lines(report) if report.task == "classification" else _target_lines(report)
    if report.images:
        sizes = ", ".join(f"{width}×{height} ({count:,})" for width, height, count in report.sizes[:5])
        more = len(report.sizes) - 5
        lines += ["", f"Sizes    {sizes}" + (f" and {more} more" if more > 0 else "")]
        lines.append("Modes    " + ", ".join(f"{mode} ({count:,})" for mode, count in report.modes.items()))
        lines.append("Formats  " + ", ".join(f"{kind} ({count:,})" for kind, count in report.formats.items()))
    if report.duplicates:
        copies = sum(len(group) - 1 for group in report.duplicates)
        lines.append(f"Copies   {copies:,} files repeat another one byte for byte")
    if report.alike:
        lines.append(f"Alike    {sum(map(len, report.alike)):,} images in {len(report.alike):,} groups")
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


def _headline(report: DataReport) -> str:
    count = f"{len(report.images):,} images"
    if report.task == "classification":
        return f"{count} in {len(report.classes)} classes"
    kind = "labels" if report.task == "multi_label" else "numbers"
    if report.layout == "parts":
        parts = Counter(image.part for image in report.images)
        count += " (" + ", ".join(f"{part} {parts[part]:,}" for part in ("train", "validation", "test")) + ")"
    return f"{count} with {len(report.target_names)} {kind} each"


def _target_lines(report: DataReport) -> list[str]:
    """Each label with the images that have it; each number with its range."""
    targets = report.targets
    if targets is None or not len(targets):
        return []
    widest = max(len(name) for name in report.target_names)
    if report.task == "multi_label":
        counts = targets.sum(axis=0).astype(int).tolist()
        most = max(1, *counts)
        return [
            f"  {name:<{widest}}  {count:>7,}  {'█' * round(_BAR * count / most)}".rstrip()
            for name, count in zip(report.target_names, counts, strict=True)
        ]
    return [
        f"  {name:<{widest}}  {column.min():.6g} to {column.max():.6g}, mean {column.mean(dtype=float):.6g}"
        for name, column in zip(report.target_names, targets.T, strict=True)
    ]


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
    several = len(problem.pictures) > 1 or any(len(group) > 1 for group in problem.pictures)
    where = f"{printable(problem.path)}: " if problem.path and not several else ""
    lines = [f"  {_MARKS[problem.severity]:<8} {where}{problem.message}", f"           {problem.hint}"]
    shown = [", ".join(map(printable, group[:_FEW])) for group in problem.pictures[:_FEW]]
    if problem.pictures not in ((), ((problem.path,),)):
        more = sum(map(len, problem.pictures)) - sum(len(group[:_FEW]) for group in problem.pictures[:_FEW])
        lines.append(f"           {'; '.join(shown)}" + (f" and {more:,} more" if more else ""))
    if problem.remedies and problem.severity != "error":
        lines.append(f"           Remedy: {', or '.join(_REMEDIES[one] for one in problem.remedies)}.")
    return lines

"""How a project splits its images, and which that look alike this would put into more than one part."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.data.problem import DataError, Problem
from cnnstudio.data.report import DataReport, worst_first
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.split import Split, split_report

CODE = "alike.split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Division:
    """A report as some settings split it: what the split leaks is among its problems.

    `parts` is None where the settings' shares cannot be, and then `error` says why.
    """

    report: DataReport
    settings: DataSettings
    parts: Split | None = None
    error: DataError | None = None


def divided(report: DataReport, settings: DataSettings) -> Division:
    """Splits scanned images. Raises nothing; half a second for 100,000 images."""
    try:
        parts = split_report(report, settings)
    except DataError as error:
        return Division(report=_told(report, None), settings=settings, error=error)
    return Division(report=_told(report, _leak(report, settings, parts)), settings=settings, parts=parts)


def with_leaks(report: DataReport, settings: DataSettings) -> DataReport:
    """The report with what these settings' split leaks, in place of what another's did. Raises nothing."""
    if not report.alike or settings.keep_alike:
        return _told(report, None)
    return divided(report, settings).report


def _told(report: DataReport, leak: Problem | None) -> DataReport:
    rest = [problem for problem in report.problems if problem.code != CODE]
    return replace(report, problems=worst_first(rest if leak is None else [*rest, leak]))


def _leak(report: DataReport, settings: DataSettings, parts: Split) -> Problem | None:
    if not report.alike or settings.keep_alike:
        return None
    part = np.zeros(len(report.images), np.int8)
    part[parts.validation], part[parts.test] = 1, 2
    of = dict(zip((image.path for image in report.images), part.tolist(), strict=True))
    fixed = {image.path: image.part for image in report.images}
    torn = tuple(
        group
        for group in report.alike
        if len({of[path] for path in group}) > 1 and len({fixed[path] for path in group}) == 1
    )
    if not torn:
        return None
    return Problem(
        severity="warning",
        code=CODE,
        path=torn[0][0],
        message=Message(
            "Images that look alike fall into more than one of train, validation and test: {count}, for example {first} and {second}.",
            count=len(torn),
            first=torn[0][0],
            second=torn[0][1],
        ),
        hint=Message("Keep them together in the split; otherwise the accuracy looks better than it is."),
        pictures=torn,
        remedies=("keep_alike", "quarantine"),
        surplus=tuple(path for group in torn for path in group[1:]),
    )

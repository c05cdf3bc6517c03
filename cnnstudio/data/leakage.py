"""Images that look alike and would be split over train, validation and test as a project splits them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cnnstudio.core.message import Message
from cnnstudio.data.problem import DataError, Problem
from cnnstudio.data.report import DataReport, worst_first
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.split import split_report

CODE = "alike.split"


def with_leaks(report: DataReport, settings: DataSettings) -> DataReport:
    """The report with what these settings' split leaks, in place of what another's did. Raises nothing."""
    rest = [problem for problem in report.problems if problem.code != CODE]
    leak = _leak(report, settings)
    return replace(report, problems=worst_first(rest if leak is None else [*rest, leak]))


def _leak(report: DataReport, settings: DataSettings) -> Problem | None:
    if not report.alike or settings.keep_alike:
        return None
    try:
        parts = split_report(report, settings)
    except DataError:  # shares that cannot be: told where they are set
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

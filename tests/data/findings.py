"""Reads findings out of a data report."""

from __future__ import annotations

from cnnstudio.data.problem import Problem
from cnnstudio.data.report import DataReport


def found(report: DataReport, code: str) -> list[Problem]:
    return [problem for problem in report.problems if problem.code == code]


def only(report: DataReport, code: str) -> Problem:
    problems = found(report, code)
    assert len(problems) == 1, [(problem.code, problem.path) for problem in report.problems]
    assert str(problems[0].message)
    assert str(problems[0].hint)
    return problems[0]


def paths(report: DataReport) -> list[str]:
    return [image.path for image in report.images]

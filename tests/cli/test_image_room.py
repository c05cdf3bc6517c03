"""The limits of decoded images on the command line: handed on, or refused in a line."""

from __future__ import annotations

import os
from argparse import Namespace

import pytest

from cnnstudio import cli
from cnnstudio.data.keeping.limits import GIGABYTE, Limits, limits
from tests.cli.conftest import Cnnstudio


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CNNSTUDIO_IMAGE_MEMORY", "CNNSTUDIO_IMAGE_CACHE"):
        monkeypatch.setenv(name, "")  # whatever the tests are run with


@pytest.mark.parametrize(
    "words", [["train", "a.cnn", "-o", "run"], ["resume", "run"], ["find-rate", "a.cnn"]]
)
def test_limits_are_in_force_in_the_process_that_decodes(
    cnnstudio: Cnnstudio, monkeypatch: pytest.MonkeyPatch, words: list[str]
) -> None:
    found: list[Limits] = []

    def look(_: Namespace) -> int:
        found.append(limits())
        return 0

    monkeypatch.setattr(cli, "_command", lambda _: look)
    assert cnnstudio(*words).code == 0
    assert cnnstudio(*words, "--image-memory", "0.5", "--image-cache", "7").code == 0
    assert cnnstudio(*words, "--image-memory", "auto").code == 0
    assert found == [Limits(), Limits(memory=GIGABYTE // 2, file=7 * GIGABYTE), Limits()]


@pytest.mark.parametrize("end", [0, RuntimeError("broken")])
def test_limits_hold_for_one_command_and_beside_what_the_environment_says(
    cnnstudio: Cnnstudio, monkeypatch: pytest.MonkeyPatch, end: int | RuntimeError
) -> None:
    monkeypatch.setenv("CNNSTUDIO_IMAGE_CACHE", "3")
    before = dict(os.environ)
    found: list[Limits] = []

    def look(_: Namespace) -> int:
        found.append(limits())
        if isinstance(end, RuntimeError):
            raise end
        return end

    monkeypatch.setattr(cli, "_command", lambda _: look)
    assert cnnstudio("resume", "run", "--image-memory", "2").code == (1 if end else 0)
    assert found == [Limits(memory=2 * GIGABYTE, file=3 * GIGABYTE)]
    assert limits() == Limits(file=3 * GIGABYTE)
    assert dict(os.environ) == before


def test_a_limit_of_the_environment_that_is_no_size_is_told_of(
    cnnstudio: Cnnstudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CNNSTUDIO_IMAGE_CACHE", "much")
    said = cnnstudio("resume", "run", "--image-memory", "2")
    assert said.code == 2
    assert "CNNSTUDIO_IMAGE_CACHE is much, which is no number of gigabytes" in said.err


@pytest.mark.parametrize("wrong", ["-1", "many", "inf", "nan"])
@pytest.mark.parametrize("option", ["--image-memory", "--image-cache"])
def test_what_is_no_size_is_refused(cnnstudio: Cnnstudio, option: str, wrong: str) -> None:
    said = cnnstudio("resume", "run", f"{option}={wrong}")
    assert said.code == 2
    assert f"argument {option}: '{wrong}' is no number of gigabytes, 0 or more" in said.err
    assert not os.environ["CNNSTUDIO_IMAGE_CACHE"]

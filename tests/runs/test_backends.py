"""Which backend is meant, and what is said when it is missing."""

from __future__ import annotations

import pytest

from cnnstudio.runs import backends
from cnnstudio.runs.backends import BackendError, chosen


@pytest.fixture
def all_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backends, "is_installed", lambda _: True)


@pytest.mark.parametrize(
    ("plan", "variable", "expected"),
    [
        ("auto", None, "tensorflow"),
        ("auto", "", "tensorflow"),
        ("auto", "jax", "jax"),
        ("torch", "jax", "torch"),
        ("tensorflow", "theano", "tensorflow"),
    ],
)
@pytest.mark.usefixtures("all_installed")
def test_a_plan_decides_and_auto_asks_the_environment(
    plan: str, variable: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KERAS_BACKEND")
    if variable is not None:
        monkeypatch.setenv("KERAS_BACKEND", variable)
    assert chosen(plan) == expected


def test_an_environment_that_names_no_backend_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KERAS_BACKEND", "theano")
    with pytest.raises(BackendError, match=r"KERAS_BACKEND is theano.*tensorflow, jax, torch"):
        chosen("auto")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("jax", r"The backend JAX is not installed\. .*pip install jax"),
        ("torch", r"The backend PyTorch is not installed\. .*pip install torch"),
        ("tensorflow", r"TensorFlow is not installed\. .*pip install tensorflow"),
    ],
)
def test_a_missing_backend_is_told_with_the_cure(
    name: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "is_installed", lambda _: False)
    with pytest.raises(BackendError, match=told):
        chosen(name)

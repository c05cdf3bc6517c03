"""Backends to test with; those that are not installed are skipped with the reason."""

from __future__ import annotations

import pytest

from cnnstudio.runs.backends import is_installed

OTHERS = tuple(
    pytest.param(
        name, marks=pytest.mark.skipif(not is_installed(name), reason=f"the extra {name} is not installed")
    )
    for name in ("jax", "torch")
)

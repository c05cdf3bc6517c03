"""Resources are found by name, and only inside their folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnstudio.resource_files import resource, resource_root


def test_a_resource_of_the_checkout_is_found(checkout: Path) -> None:
    assert resource_root() == checkout / "resources"
    assert resource("README.md").read_text("utf-8").startswith("# Resources")


def test_a_missing_resource_is_named_in_the_error() -> None:
    with pytest.raises(FileNotFoundError, match=r"icons/absent\.svg"):
        resource("icons/absent.svg")


@pytest.mark.parametrize(
    "name", ["../pyproject.toml", "/etc/hostname", "icons\\..\\x", "a/../../pyproject.toml"]
)
def test_a_name_that_leaves_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="not a name inside"):
        resource(name)

"""docs/networks.md says what the program says."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from cnnstudio.zoo import templates


def test_the_page_of_networks_is_the_one_that_the_program_makes(checkout: Path) -> None:
    spec = spec_from_file_location("make_networks", checkout / "docs" / "make_networks.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (checkout / "docs" / "networks.md").read_text("utf-8") == module.table()


def test_every_network_has_a_small_picture(checkout: Path) -> None:
    pictures = {path.stem: path.stat().st_size for path in (checkout / "docs" / "networks").glob("*.png")}
    assert pictures.keys() == templates().keys()
    assert max(pictures.values()) < 60_000

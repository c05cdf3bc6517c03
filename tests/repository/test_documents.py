"""The documents keep their word: the example works, and links and tables point at what is there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from cnnstudio.core.parameters import Arguments
from cnnstudio.core.params import Params
from cnnstudio.core.problems import ShapeError
from cnnstudio.core.spec import Call, LayerSpec


@pytest.fixture
def example(checkout: Path) -> LayerSpec:
    """The layer that CONTRIBUTING.md shows."""
    (block,) = re.findall(
        r"```python\n(.*?)```", (checkout / "CONTRIBUTING.md").read_text("utf-8"), re.DOTALL
    )
    names: dict[str, Any] = {"__name__": "example"}
    exec(compile(block, "CONTRIBUTING.md", "exec"), names)
    layer: LayerSpec = names["RepeatVector"]()
    return layer


def test_the_example_layer_of_the_guide_works(example: LayerSpec) -> None:
    args: Arguments = example.arguments(Params(n=3))
    assert example.output_shape(((16,),), args) == (3, 16)
    assert [formula.text for formula in example.formula(((16,),), args)] == ["3*16 = 48"]
    assert example.formula(((None,),), args) == ()
    assert example.describe(args) == "3 times"
    assert example.keras(((16,),), args) == (Call("layers.RepeatVector", Params(n=3)),)
    with pytest.raises(ShapeError, match="needs a vector; its input has 3 axes"):
        example.output_shape(((28, 28, 1),), args)


def test_every_link_between_documents_leads_somewhere(
    tracked_files: tuple[Path, ...], checkout: Path
) -> None:
    links = []
    for path in tracked_files:
        if path.suffix != ".md":
            continue
        text = re.sub(r"<!--.*?-->", "", path.read_text("utf-8"), flags=re.DOTALL)
        links += [
            (path, target)
            for target in re.findall(r"\]\(([^)#\s]+)", text)
            if not target.startswith(("http:", "https:", "mailto:"))
        ]
    broken = [
        f"{path.relative_to(checkout)} -> {target}"
        for path, target in links
        if not (path.parent / target).exists()
    ]
    assert len(links) > 5
    assert not broken


def test_every_dependency_is_justified_and_pinned(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    listed = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    names = {re.split(r"[\s<>=!;\[]", line)[0] for line in listed}
    readme = (checkout / "README.md").read_text("utf-8").partition("## Dependencies")[2]
    pins = (checkout / "constraints.txt").read_text("utf-8").lower()
    unexplained = {name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", readme)}
    unpinned = {name for name in names if not re.search(rf"^{re.escape(name.lower())}==", pins, re.MULTILINE)}
    assert len(names) > 20
    assert not unexplained
    assert not unpinned

"""Groups of images to look at: nothing is lost, nothing is counted twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.task import Task
from cnnstudio.data.groups import groups_of, told_of
from cnnstudio.data.report import ClassCount, DataReport, ImageEntry


def report(
    task: Task, names: tuple[str, ...], targets: list[tuple[float, ...]], classes: tuple[int, ...] = ()
) -> DataReport:
    images = tuple(
        ImageEntry(
            path=f"{number}.png",
            class_index=classes[number] if classes else 0,
            part="",
            width=1,
            height=1,
            mode="L",
            format="PNG",
            bytes=1,
            digest=str(number),
            traits=(),
            target=target,
        )
        for number, target in enumerate(targets)
    )
    counts = tuple(ClassCount(name=name, count=1) for name in names) if task == "classification" else ()
    return DataReport(
        root=Path(),
        layout="classes",
        classes=counts,
        images=images,
        problems=(),
        duplicates=(),
        error=None,
        task=task,
        target_names=() if counts else names,
    )


finite = st.floats(-1e6, 1e6, width=32)


@given(values=st.lists(st.tuples(finite, finite), min_size=1, max_size=60))
def test_every_image_is_in_one_range_of_each_number(values: list[tuple[float, float]]) -> None:
    groups = groups_of(report("regression", ("x", "y"), list(values)))
    for name in ("x", "y"):
        members = np.concatenate(
            [group.members for group in groups if str(group.name).startswith(f"{name}: ")]
        )
        assert sorted(members.tolist()) == list(range(len(values)))


@given(
    flags=st.lists(
        st.tuples(st.sampled_from((0.0, 1.0)), st.sampled_from((0.0, 1.0))), min_size=1, max_size=20
    )
)
def test_an_image_is_in_the_group_of_each_of_its_labels(flags: list[tuple[float, float]]) -> None:
    made = report("multi_label", ("a", "b"), list(flags))
    told = {str(group.name): set(group.members.tolist()) for group in groups_of(made)}
    assert told["a"] == {number for number, (first, _) in enumerate(flags) if first}
    assert told["b"] == {number for number, (_, second) in enumerate(flags) if second}
    without = {number for number, pair in enumerate(flags) if not any(pair)}
    assert told.get("no label", set()) == without
    assert all(told_of(made, number) == "" for number in without)


def test_classes_are_groups_in_their_order() -> None:
    made = report("classification", ("cat", "dog"), [(), (), ()], classes=(1, 0, 1))
    assert [(group.name, group.members.tolist()) for group in groups_of(made)] == [
        ("cat", [1]),
        ("dog", [0, 2]),
    ]

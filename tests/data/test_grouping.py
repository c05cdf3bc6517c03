"""Patterns of file names that put images together, and splits that keep groups whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnstudio.data.group_preview import preview_groups
from cnnstudio.data.grouping import check_pattern, group_names
from cnnstudio.data.image_folder import scan
from cnnstudio.data.problem import Cancelled, DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.split import split, split_report
from tests.data.pictures import noise, save

CASES = [
    ("patient_*_*.png", "a/patient_12_left.png", "12"),
    ("patient_*_*.png", "a/patient_12_left_2.png", "12"),
    ("patient_*_*.png", "a/patient_12.png", None),
    ("patient_*_*.png", "a/patient_12_left.jpg", None),
    ("*_(*).png", "x_y_z.png", "y_z"),
    ("*_(#).png", "scan_0041.png", "0041"),
    ("#*", "0041b.png", "0041"),
    ("(#)?.png", "41b.png", "41"),
    ("(?)*", "b12.png", "b"),
    ("(*)/*", "dog/patient 7/001.png", "patient 7"),
    ("(*)/*/*", "dog/patient 7/001.png", "dog"),
    ("(*)/*", "001.png", None),
    ("猫*.png", "c/猫七.png", "七"),
    ("a+b[*].png", "a+b[1].png", "1"),
    ("*.png", "x.png.png", "x.png"),
    ("e\u0301*.png", "\u00e9tude.png", "tude"),
]


@pytest.mark.parametrize(("pattern", "path", "name"), CASES)
def test_a_pattern_names_the_group_of_a_path(pattern: str, path: str, name: str | None) -> None:
    assert group_names([path], pattern) == [name]


def test_no_pattern_groups_nothing() -> None:
    assert group_names(["a/b.png"], "") == [None]
    check_pattern("")


@pytest.mark.parametrize("pattern", ["plain.png", "(*)_(*)", "(a)*", "((*))", "*" * 300, "(*", "?"])
def test_a_pattern_without_one_group_is_refused(pattern: str) -> None:
    with pytest.raises(DataError) as told:
        check_pattern(pattern)
    assert told.value.code == "settings.group_by"
    with pytest.raises(DataError):
        DataSettings.from_json({"group_by": pattern})


def test_a_hostile_pattern_and_name_end_soon() -> None:
    names = ["a" * 255] * 50
    assert group_names(names, "*a" * 60 + "b") == [None] * 50
    assert group_names(["1" * 255], "#*" * 60 + "b") == [None]


def test_groups_stay_whole_and_the_shares_are_near() -> None:
    random = np.random.default_rng(0)
    groups = random.integers(0, 60, 600).tolist()
    labels = [group % 3 for group in groups]
    parts = split(labels, validation_split=0.2, test_split=0.1, seed=1, groups=groups)
    of = {int(i): part for part, ids in enumerate((parts.train, parts.validation, parts.test)) for i in ids}
    assert sorted(of) == list(range(600))
    assert all(len({of[i] for i in range(600) if groups[i] == group}) == 1 for group in set(groups))
    assert abs(len(parts.validation) - 120) < 25
    assert abs(len(parts.test) - 60) < 25
    assert {labels[int(i)] for i in parts.validation} == {0, 1, 2}


def test_groups_of_one_split_as_no_groups_do() -> None:
    labels = [index % 4 for index in range(101)]
    one, other = (
        split(labels, validation_split=0.2, test_split=0.1, seed=7, groups=groups)
        for groups in (None, list(range(101)))
    )
    assert np.array_equal(one.validation, other.validation)
    assert np.array_equal(one.test, other.test)


def test_a_class_of_one_group_is_trained_on() -> None:
    parts = split([0] * 5 + [1] * 5, validation_split=0.2, seed=1, groups=[0] * 5 + [1, 1, 1, 2, 2])
    assert set(range(5)) <= set(parts.train.tolist())
    assert len(parts.validation) in (2, 3)


def test_settings_group_and_mix_the_images_of_a_folder(tmp_path: Path) -> None:
    for label, name in enumerate(("ill", "well")):
        for patient in range(10):
            for view in range(3):
                save(
                    tmp_path / name / f"patient_{label * 10 + patient}_{view}.png",
                    noise(seed=label * 100 + patient * 10 + view),
                )
    report = scan(tmp_path)
    paths = [image.path for image in report.images]
    patients = group_names(paths, "patient_*_*.png")
    parts = split_report(report, DataSettings(validation_split=0.3, group_by="patient_*_*.png"))
    trained = {patients[int(index)] for index in parts.train}
    assert trained.isdisjoint({patients[int(index)] for index in parts.validation})
    assert len(parts.validation) == 18
    mixed = [split_report(report, DataSettings(seed=seed, stratified=False)) for seed in range(5)]
    assert {len(parts.validation) for parts in mixed} == {12}
    assert {int(report.labels[parts.validation].sum()) for parts in mixed} != {6}


def test_a_preview_counts_groups_and_shows_what_belongs_together() -> None:
    paths = ["x/readme.png", *(f"x/p_{n // 2}_{n}.png" for n in range(10))]
    found = preview_groups(paths, "p_(#)_*.png")
    assert (found.groups, found.least, found.most, found.alone) == (5, 2, 2, 1)
    assert found.names == ("0", "1", "2", "3")
    assert found.examples == (("p_0_0.png", "0"), ("p_0_1.png", "0"), ("p_1_2.png", "1"))
    folders = preview_groups(["x/a/1.png", "x/b/1.png"], "(*)/*")
    assert folders.examples == (("a/1.png", "a"), ("b/1.png", "b"))
    none = preview_groups(paths, "nothing_*")
    assert (none.groups, none.least, none.alone) == (0, 0, 11)
    assert [group for _, group in none.examples] == [None, None, None]


def test_a_preview_ends_when_it_is_not_wanted_and_at_its_limit() -> None:
    with pytest.raises(Cancelled):
        preview_groups(["1.png"], "*.png", cancelled=lambda: True)
    with pytest.raises(DataError, match="takes too long") as refused:
        preview_groups(["1.png"], "*.png", limit=-1.0)
    assert refused.value.hint


@pytest.mark.parametrize(
    "pattern", ["*a" * 97 + "(*)b", "#a" * 90 + "(#)b", "*" * 199 + "b", "*?" * 98 + "*b", "(*)" + "a*" * 98]
)
@pytest.mark.timeout(60)
def test_no_pattern_takes_more_than_a_moment_for_a_name(pattern: str) -> None:
    names = ["a" * 251 + ".png", "1a" * 120 + ".png"]
    assert len(group_names(names * 50, pattern)) == 100

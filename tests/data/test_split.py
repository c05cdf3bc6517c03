"""Splits: stratified, complete, disjoint, and the same for ever."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.data.image_folder import scan
from cnnstudio.data.problem import DataError
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.split import split, split_report
from tests.data.pictures import save, two_classes


@given(
    labels=st.lists(st.integers(0, 4), max_size=80),
    validation=st.floats(0, 0.6),
    test=st.floats(0, 0.39),
    seed=st.integers(),
)
def test_every_split_is_complete_disjoint_and_serves_every_class(
    labels: list[int], validation: float, test: float, seed: int
) -> None:
    parts = split(labels, validation_split=validation, test_split=test, seed=seed)
    together = np.concatenate([parts.train, parts.validation, parts.test])
    assert sorted(together.tolist()) == list(range(len(labels)))
    for label in set(labels):
        count = labels.count(label)
        in_train, in_validation, in_test = (
            sum(labels[index] == label for index in part)
            for part in (parts.train, parts.validation, parts.test)
        )
        assert in_train >= 1
        assert (in_validation >= 1) == (validation > 0 and count >= 2)
        if test > 0 and validation == 0:
            assert (in_test >= 1) == (count >= 2)
        assert in_validation <= max(1, count * validation + 0.5)


def test_a_split_is_the_same_on_every_machine() -> None:
    parts = split([0] * 10 + [1] * 10, validation_split=0.2, test_split=0.1, seed=1337)
    assert parts.validation.tolist() == [6, 8, 10, 11]
    assert parts.test.tolist() == [1, 13]


def test_another_seed_gives_another_split() -> None:
    labels = [0] * 100
    first, second = (split(labels, validation_split=0.2, seed=seed).validation.tolist() for seed in (1, 2))
    assert first != second


def test_an_added_image_moves_at_most_one_other_image() -> None:
    keys = [f"cat/{number}.png" for number in range(100)]
    before = split([0] * 100, validation_split=0.2, seed=1, keys=keys)
    after = split([0] * 101, validation_split=0.2, seed=1, keys=["cat/new.png", *keys])
    held_before = {keys[index] for index in before.validation}
    held_after = {["cat/new.png", *keys][index] for index in after.validation}
    assert len(held_before ^ held_after) <= 2


@pytest.mark.parametrize(
    ("validation", "test"), [(1.0, 0), (-0.1, 0), (0.5, 0.5), (float("nan"), 0), (0.2, 1.5)]
)
def test_shares_that_leave_nothing_are_refused(validation: float, test: float) -> None:
    with pytest.raises(DataError) as caught:
        split([0, 1], validation_split=validation, test_split=test, seed=1)
    assert caught.value.code == "split.fraction"


def test_a_class_folder_is_split_by_the_settings(tmp_path: Path) -> None:
    report = scan(two_classes(tmp_path, each=10))
    parts = split_report(report, DataSettings(validation_split=0.2, test_split=0.1))
    assert (len(parts.train), len(parts.validation), len(parts.test)) == (14, 4, 2)
    assert report.labels[parts.validation].tolist() == [0, 0, 1, 1]


def test_fixed_parts_are_kept(tmp_path: Path) -> None:
    for part in ("train", "val", "test"):
        for name in ("cat", "dog"):
            for number in range(3):
                save(tmp_path / part / name / f"{part}-{name}-{number}.png")
    report = scan(tmp_path)
    parts = split_report(report, DataSettings(validation_split=0.5))
    for part, indices in (("train", parts.train), ("val", parts.validation), ("test", parts.test)):
        assert len(indices) == 6
        assert all(report.images[index].path.startswith(f"{part}/") for index in indices)


def test_a_missing_validation_part_is_taken_from_train(tmp_path: Path) -> None:
    for part in ("train", "test"):
        two_classes(tmp_path / part, each=10)
    report = scan(tmp_path)
    parts = split_report(report, DataSettings(validation_split=0.2))
    assert (len(parts.train), len(parts.validation), len(parts.test)) == (16, 4, 20)
    assert all(report.images[index].part == "train" for index in parts.validation)


def test_settings_survive_a_round_trip_with_unknown_keys() -> None:
    section = {
        "kind": "image_folder",
        "path": "图片",
        "validation_split": 0.3,
        "seed": 7,
        "stratified": False,
        "group_by": "patient_*_*.png",
        "keep_alike": True,
        "resize": "pad",
        "quarantine": ["猫/1.png", "dog/2.png"],
        "augment": {"flip": True},
    }
    settings = DataSettings.from_json(section)
    assert (settings.path, settings.validation_split, settings.seed, settings.test_split) == (
        "图片",
        0.3,
        7,
        0.0,
    )
    assert settings.to_json() == section
    assert DataSettings.from_json({**section, "test_split": 0.1}).to_json()["test_split"] == 0.1


def test_absent_settings_have_defaults() -> None:
    assert DataSettings.from_json({}) == DataSettings()
    assert DataSettings().to_json() == {
        "kind": "image_folder",
        "path": "",
        "validation_split": 0.2,
        "seed": 1337,
    }


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ({"kind": "stream"}, "stream"),
        ({"path": 5}, "path is 5"),
        ({"seed": "x"}, "seed is 'x'"),
        ({"seed": True}, "seed is True"),
        ({"validation_split": 1}, "validation_split is 1"),
        ({"validation_split": float("nan")}, "validation_split is nan"),
        ({"test_split": "half"}, "test_split is 'half'"),
        ({"stratified": "no"}, "stratified is 'no'"),
        ({"keep_alike": 1}, "keep_alike is 1"),
        ({"resize": "squeeze"}, "resize is 'squeeze'"),
        ({"quarantine": "a.png"}, "quarantine is 'a.png'"),
        ({"quarantine": [1]}, "quarantine is"),
        ({"group_by": 3}, "group_by is 3"),
    ],
)
def test_wrong_settings_are_refused_by_name(section: dict[str, object], words: str) -> None:
    with pytest.raises(DataError, match=words):
        DataSettings.from_json(section)

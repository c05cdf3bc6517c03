"""Measures against hand-made cases and against slow, plain definitions written a second time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.runs.metrics.calibration import calibration
from cnnstudio.runs.metrics.classification import (
    averages,
    class_scores,
    confusion_matrix,
    roc_auc,
    roc_curve,
    top_k_share,
    wilson_interval,
)
from cnnstudio.runs.metrics.multi_label import multi_label_report
from cnnstudio.runs.metrics.regression import regression_report, regression_scores
from cnnstudio.runs.metrics.report import classification_report


def some_guesses(seed: int, images: int = 60, classes: int = 4) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    probabilities = generator.dirichlet(np.ones(classes), images).astype(np.float32)
    return generator.integers(0, classes, images), np.round(probabilities, 2)  # rounding makes equals


@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [  # Brown, Cai and DasGupta's formula worked out by hand; 9 of 10 and 81 of 263 are textbook cases
        (9, 10, 0.5958, 0.9821),
        (81, 263, 0.2553, 0.3662),
        (0, 20, 0.0, 0.1611),
        (20, 20, 0.8389, 1.0),
    ],
)
def test_the_interval_is_wilsons(right: int, count: int, low: float, high: float) -> None:
    assert wilson_interval(right, count) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@given(st.integers(1, 500).flatmap(lambda count: st.tuples(st.integers(0, count), st.just(count))))
def test_the_interval_ends_where_the_score_test_just_rejects(case: tuple[int, int]) -> None:
    right, count = case
    share = right / count
    for end in wilson_interval(right, count):
        if 0 < end < 1:
            deviation = abs(share - end) / math.sqrt(end * (1 - end) / count)
            assert deviation == pytest.approx(1.959963984540054, rel=1e-6)
    low, high = wilson_interval(right, count)
    assert 0 <= low <= share <= high <= 1


def test_no_images_tell_nothing() -> None:
    assert wilson_interval(0, 0) == (0.0, 1.0)


@given(st.integers(0, 1000))
def test_scores_are_what_counting_image_by_image_gives(seed: int) -> None:
    labels, probabilities = some_guesses(seed)
    guesses = probabilities.argmax(axis=1)
    scores = class_scores(confusion_matrix(labels, guesses, 5), "abcde")
    for number, score in enumerate(scores):
        hits = sum(1 for t, g in zip(labels, guesses, strict=True) if t == g == number)
        alarms = sum(1 for t, g in zip(labels, guesses, strict=True) if g == number != t)
        missed = sum(1 for t, g in zip(labels, guesses, strict=True) if t == number != g)
        assert score.count == hits + missed
        assert score.precision == (hits / (hits + alarms) if hits + alarms else None)
        assert score.recall == (hits / (hits + missed) if hits + missed else None)
        if score.precision and score.recall:
            harmonic = 2 / (1 / score.precision + 1 / score.recall)
            assert score.f1 == pytest.approx(harmonic)
        else:
            assert not score.f1


def test_averages_weigh_classes_alike_or_by_their_images() -> None:
    matrix = np.array([[3, 1, 0, 0], [0, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
    macro, weighted = averages(
        class_scores(matrix, "abcd")
    )  # d neither occurs nor is guessed; c is never right
    assert macro.precision == pytest.approx((1 + 1 / 3 + 0) / 3)
    assert macro.recall == pytest.approx((3 / 4 + 1 + 0) / 3)
    assert macro.f1 == pytest.approx((6 / 7 + 2 / 4 + 0) / 3)
    assert weighted.recall == pytest.approx(4 / 6)  # weighted recall is the accuracy
    assert weighted.precision == pytest.approx((4 * 1 + 1 * 1 / 3) / 6)


@given(st.integers(0, 1000), st.integers(1, 4))
def test_top_k_is_what_sorting_each_row_gives(seed: int, k: int) -> None:
    labels, probabilities = some_guesses(seed)
    found = sum(
        label in sorted(range(4), key=lambda number: (-row[number], number))[:k]
        for label, row in zip(labels, probabilities, strict=True)
    )
    assert top_k_share(labels, probabilities, k) == pytest.approx(found / len(labels))


@given(st.integers(0, 1000))
def test_the_area_under_roc_is_the_share_of_pairs_in_order(seed: int) -> None:
    generator = np.random.default_rng(seed)
    positive = generator.random(30) < 0.4
    scores = np.round(generator.random(30), 1)
    pairs = [(p > n) + (p == n) / 2 for p in scores[positive] for n in scores[~positive]]
    assert roc_auc(positive, scores) == (pytest.approx(np.mean(pairs)) if pairs else None)


def test_the_roc_runs_from_corner_to_corner() -> None:
    alarms, hits = roc_curve(np.array([True, False, True]), np.array([0.9, 0.5, 0.5]))
    assert alarms.tolist() == [0.0, 0.0, 1.0]
    assert hits.tolist() == [0.0, 0.5, 1.0]


@given(st.integers(0, 1000))
def test_the_calibration_error_is_guos_sum_over_bins(seed: int) -> None:
    generator = np.random.default_rng(seed)
    confidences = np.round(generator.random(80), 2)
    right = generator.random(80) < confidences
    found = calibration(confidences, right)
    expected, largest = 0.0, 0.0
    for number in range(10):
        low, high = number / 10, (number + 1) / 10
        inside = [i for i, c in enumerate(confidences) if low < c <= high or (number == 0 and c == 0)]
        if inside:
            gap = abs(np.mean([right[i] for i in inside]) - np.mean([confidences[i] for i in inside]))
            expected += gap * len(inside) / 80
            largest = max(largest, gap)
        assert found.bins[number].count == len(inside)
    assert found.expected_error == pytest.approx(expected)
    assert found.largest_error == pytest.approx(largest)


def test_who_is_right_as_often_as_sure_is_calibrated() -> None:
    found = calibration(np.array([0.75] * 4 + [1.0]), np.array([True, True, True, False, True]))
    assert found.expected_error == pytest.approx(0.0)


def test_labels_are_judged_one_by_one_and_together() -> None:
    targets = np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0]])
    probabilities = np.array([[0.9, 0.6, 0.1], [0.4, 0.5, 0.2], [0.1, 0.2, 0.3]])
    report = multi_label_report(targets, probabilities, ("cat", "dog", "fish"))
    cat, dog, fish = report["per_label"]
    assert (cat["precision"], cat["recall"], cat["f1"]) == (1.0, 0.5, pytest.approx(2 / 3))
    assert (dog["precision"], dog["recall"]) == (0.5, 1.0)
    assert (fish["precision"], fish["recall"], fish["roc_auc"]) == (None, None, None)
    assert cat["roc_auc"] == 1.0
    assert report["accuracy"] == pytest.approx(7 / 9)
    assert report["exact_match"] == pytest.approx(1 / 3)
    assert report["averages"]["micro"] == {
        "precision": pytest.approx(2 / 3),
        "recall": pytest.approx(2 / 3),
        "f1": pytest.approx(2 / 3),
    }


def test_numbers_are_judged_in_their_own_unit() -> None:
    targets, values = np.array([[1.0, 5], [2, 5], [3, 5]]), np.array([[1.0, 5], [2, 5], [6, 8]])
    first, second = regression_scores(targets, values, ("age", "size"))
    assert (first.mae, first.rmse, first.r2) == (1.0, pytest.approx(math.sqrt(3)), pytest.approx(1 - 9 / 2))
    assert (second.r2, second.bias) == (None, 1.0)
    assert regression_report(targets, values, ("age", "size"))["mae"] == 1.0


def test_r2_is_the_square_of_the_correlation_for_the_line_of_least_squares() -> None:
    generator = np.random.default_rng(4)
    x = generator.random(50)
    y = 3 * x + generator.normal(0, 0.3, 50)
    slope, offset = np.polyfit(x, y, 1)
    (score,) = regression_scores(y[:, None], (slope * x + offset)[:, None], ("y",))
    assert score.r2 == pytest.approx(np.corrcoef(x, y)[0, 1] ** 2)


def test_a_report_holds_everything_for_two_classes_and_no_top_k() -> None:
    labels = np.array([0, 0, 1, 1])
    first = np.array([0.9, 0.4, 0.35, 0.2])
    report = classification_report(labels, np.stack([first, 1 - first], axis=1), ("no", "yes"))
    assert report["accuracy"] == 0.75
    assert report["top_k"] == {}
    assert report["roc_auc"] == 1.0  # every yes scores above every no
    assert report["confusion"] == [[1, 1], [0, 2]]
    low, high = report["accuracy_interval"]
    assert low < 0.75 < high


def test_a_report_of_many_classes_has_the_first_three_and_five() -> None:
    labels, probabilities = some_guesses(3, classes=6)
    report = classification_report(labels, probabilities, "abcdef")
    assert report["top_k"]["3"] == top_k_share(labels, probabilities, 3)
    assert report["top_k"]["5"] >= report["top_k"]["3"] >= report["accuracy"]
    assert "roc_auc" not in report

"""The images told worst: by the error that is largest for its number, and by labels that are wrong."""

from __future__ import annotations

import pytest

from cnnstudio.runs.metrics.worst import largest_errors, most_wrong_labels


def guess(path: str, true: list[float], predicted: list[float]) -> dict[str, object]:
    return {"path": path, "true": true, "predicted": predicted}


def test_errors_of_numbers_of_every_scale_count_alike() -> None:
    guesses = [
        guess("a", [0.1, 1000.0], [0.1, 1100.0]),
        guess("b", [0.2, 1000.0], [0.9, 1010.0]),
        guess("c", [0.3, 1000.0], [0.3, 1000.0]),
    ]
    found = largest_errors(guesses, ("small", "large"), 2)
    assert [(row["path"], row["name"]) for row in found] == [("b", "small"), ("a", "large")]
    assert found[0]["predicted"] - found[0]["true"] == pytest.approx(0.7)
    assert largest_errors([guesses[2]], ("small", "large"), 5)[0]["true"] == 0.3
    assert largest_errors([], ("x",), 5) == []


def test_images_with_the_most_wrong_labels_come_first_and_right_ones_not_at_all() -> None:
    guesses = [
        guess("right", [1, 0], [0.9, 0.1]),
        guess("one", [1, 0], [0.4, 0.1]),
        guess("surer", [0, 0], [0.95, 0.1]),
        guess("two", [0, 1], [0.7, 0.2]),
    ]
    found = most_wrong_labels(guesses, ("sun", "sea"), 10)
    assert [row["path"] for row in found] == ["two", "surer", "one"]
    assert found[0] == {"path": "two", "true": ["sea"], "predicted": ["sun"], "wrong": 2}
    assert found[2]["predicted"] == []
    assert most_wrong_labels([], ("sun",), 3) == []

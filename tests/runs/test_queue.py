"""The queue of runs: its order, its file, and what is left of a damaged one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cnnstudio.core.message import Message
from cnnstudio.core.params import Params
from cnnstudio.core.project import Project
from cnnstudio.runs.queue import QueuedRun, RunQueue
from cnnstudio.runs.queue_file import read_queue, write_queue
from cnnstudio.zoo import templates


def queued(name: str, **plan: object) -> QueuedRun:
    project = Project(name=name, network=templates()["lenet5"].build(), training=Params(plan))
    return QueuedRun(id=name, project=project, runs_folder="/runs")


def of(names: str, **values: bool) -> RunQueue:
    return RunQueue(runs=tuple(queued(name) for name in names), **values)


def order(queue: RunQueue) -> str:
    return "".join(run.id for run in queue.runs)


@pytest.mark.parametrize(("row", "expected"), [(0, "bac"), (1, "abc"), (2, "acb"), (-5, "bac"), (99, "acb")])
def test_a_run_moves_to_any_place_and_no_further_than_the_ends(row: int, expected: str) -> None:
    assert order(of("abc").moved("b", row)) == expected


def test_what_is_not_there_is_neither_moved_nor_removed() -> None:
    queue = of("ab")
    assert order(queue.moved("z", 0)) == order(queue.removed("z")) == "ab"


def test_failed_runs_gather_in_front_and_are_passed_by() -> None:
    queue = of("abc")
    for run in queue.runs[:2]:
        queue = queue.removed(run.id).failed(run, Message("no data"))
    assert order(queue) == "abc"
    assert queue.next is not None
    assert queue.next.id == "c"
    assert queue.find("b") == queue.runs[1]
    assert queue.retried("a").next == queued("a")


def test_a_queue_survives_its_file(tmp_path: Path) -> None:
    path = tmp_path / "state" / "queue.json"
    queue = of("ab", held=True).added(queued("c", epochs=7, learning_rate=0.01))
    queue = queue.failed(queue.runs[1], Message("The folder {path} is gone.", path="/d"))
    write_queue(path, queue)
    read, problem = read_queue(path)
    assert problem is None
    assert read.held
    assert [run.project for run in read.runs] == [run.project for run in queue.runs]
    assert [str(run.failure) for run in read.runs] == ["The folder /d is gone.", "", ""]
    assert [entry.name for entry in path.parent.iterdir()] == ["queue.json"]


def test_an_empty_queue_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "queue.json"
    write_queue(path, of("a"))
    write_queue(path, RunQueue())
    assert list(tmp_path.iterdir()) == []
    assert read_queue(path) == (RunQueue(), None)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"format": "cnnstudio.queue", "version": 99, "runs": []}',
        b'{"format": "cnnstudio.queue", "version": 1, "runs": {}}',
    ],
)
def test_a_damaged_file_is_put_aside_and_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "queue.json"
    path.write_bytes(content)
    queue, problem = read_queue(path)
    assert queue == RunQueue()
    assert str(tmp_path / "queue-damaged.json") in str(problem)
    assert (tmp_path / "queue-damaged.json").read_bytes() == content
    assert not path.exists()


@pytest.mark.parametrize("damage", [{"project": {"format": "x"}}, {"id": 3}, {"runs_folder": ""}])
def test_one_damaged_run_costs_no_other(tmp_path: Path, damage: dict[str, object]) -> None:
    path = tmp_path / "queue.json"
    document = json.loads(json.dumps(of("abc").to_json()))
    document["runs"][1] |= damage
    path.write_text(json.dumps(document), "utf-8")
    queue, problem = read_queue(path)
    assert order(queue) == "ac"
    assert "run 2: " in str(problem)
    assert (tmp_path / "queue-damaged.json").exists()

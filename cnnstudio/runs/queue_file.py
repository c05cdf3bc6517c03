"""The file in which the queue of runs outlives the window. A damaged file is put aside, never written over."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from cnnstudio.core.atomic_file import write_atomically
from cnnstudio.core.message import Message
from cnnstudio.runs.queue import QueueError, RunQueue


def read_queue(path: Path) -> tuple[RunQueue, Message | None]:
    """The queue in a file, and what to tell the user of it, if anything. Never raises; no file is an empty queue."""
    try:
        queue, problems = RunQueue.from_json(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return RunQueue(), None
    except QueueError as error:
        return RunQueue(), _put_aside(path, error.message)
    except OSError as error:
        return RunQueue(), _put_aside(path, Message("{reason}", reason=error.strerror or str(error)))
    except (ValueError, RecursionError) as error:
        return RunQueue(), _put_aside(path, Message("it is damaged, {reason}", reason=str(error)))
    if not problems:
        return queue, None
    return queue, _put_aside(path, problems[0])


def write_queue(path: Path, queue: RunQueue) -> None:
    """Write the queue atomically; an empty one leaves no file. Raises OSError."""
    if not queue.runs:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(queue.to_json(), ensure_ascii=False, indent=1)
    write_atomically(path, text.encode("utf-8"))


def _put_aside(path: Path, reason: Message) -> Message:
    aside = path.with_name(f"{path.stem}-damaged{path.suffix}")
    with contextlib.suppress(OSError):
        path.replace(aside)
        return Message(
            "Not all of the queue of runs could be read: {reason}. What was in its file is kept in {path}.",
            reason=reason,
            path=str(aside),
        )
    return Message(
        "Not all of the queue of runs could be read: {reason}. Its file is {path}.",
        reason=reason,
        path=str(path),
    )

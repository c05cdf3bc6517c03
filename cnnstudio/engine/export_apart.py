"""Exporting in a process of its own that runs TensorFlow, for an engine that runs JAX or PyTorch.

SavedModel, ONNX and LiteRT are written by TensorFlow; a run's best model fits every backend. The two processes
exchange lines of JSON: a request, then progress, then the answer. Closing the request's pipe gives the export up.
"""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from cnnstudio.core.message import NO_MESSAGE, Message
from cnnstudio.engine.failures import CancelledError, EngineError, explain

_LISTEN_SECONDS = 0.1


def export_apart(
    run_dir: Path,
    format_name: str,
    path: Path,
    *,
    progress: Callable[[int, int], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> dict[str, object]:
    """Write a run's best model in a format, in another process; gives `Exported.to_reply`.

    Raises EngineError and CancelledError.
    """
    request = {"run_dir": str(run_dir.absolute()), "format": format_name, "path": str(path.absolute())}
    child = subprocess.Popen(
        [sys.executable, "-m", __name__],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={
            **os.environ,
            "KERAS_BACKEND": "tensorflow",
            "PYTHONPATH": os.pathsep.join(place for place in sys.path if place),
        },
    )
    assert child.stdin is not None
    assert child.stdout is not None
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    reader = threading.Thread(target=_read, args=(child.stdout, lines), name="export-reader", daemon=True)
    reader.start()
    try:
        _write_line(child.stdin, request)
        return _answer(child, child.stdin, lines, progress, cancelled)
    finally:
        child.kill()
        child.wait()
        reader.join()
        child.stdin.close()
        child.stdout.close()


def _answer(
    child: subprocess.Popen[str],
    pipe: IO[str],
    lines: queue.SimpleQueue[str],
    progress: Callable[[int, int], None] | None,
    cancelled: Callable[[], bool] | None,
) -> dict[str, object]:
    """Listen until the answer comes. An export that is given up ends after its step, and clears up behind itself."""
    while True:
        if cancelled is not None and not pipe.closed and cancelled():
            pipe.close()
        try:
            line = lines.get(timeout=_LISTEN_SECONDS)
        except queue.Empty:
            continue
        if not line:
            raise EngineError(
                Message("The export stopped unexpectedly (exit code {code}).", code=child.wait()),
                Message("Look whether there is enough free memory, then export again."),
            )
        report: dict[str, Any] = json.loads(line)
        if "done" in report:
            if progress is not None:
                progress(report["done"], report["total"])
        elif report.get("cancelled"):
            raise CancelledError
        elif "message" in report:
            raise EngineError(_message(report["message"]), _message(report["hint"]))
        else:
            return {**report, "note": _message(report["note"])}


def _read(stream: IO[str], lines: queue.SimpleQueue[str]) -> None:
    """Every line, and an empty one when there are no more."""
    for line in stream:
        lines.put(line)
    lines.put("")


def _write_line(stream: IO[str], value: Mapping[str, object]) -> None:
    stream.write(json.dumps(value) + "\n")
    stream.flush()


def _plain(message: Message) -> dict[str, object]:
    """A message as JSON has it."""
    values = {
        name: _plain(value)
        if isinstance(value, Message)
        else value
        if isinstance(value, (int, float))
        else str(value)
        for name, value in message.values.items()
    }
    return {"template": message.template, "values": values}


def _message(plain: dict[str, Any]) -> Message:
    values = {
        name: _message(value) if isinstance(value, dict) else value for name, value in plain["values"].items()
    }
    return Message(plain["template"], **values) if plain["template"] else NO_MESSAGE


def _work() -> None:
    """The other process: do what standard input asks for."""
    given_up = threading.Event()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what libraries print is no answer
    request = json.loads(sys.stdin.readline())

    def wait_for_end() -> None:
        while os.read(0, 1):
            pass
        given_up.set()

    threading.Thread(target=wait_for_end, name="export-watch", daemon=True).start()
    try:
        from cnnstudio.engine.export import export_run

        exported = export_run(
            Path(request["run_dir"]),
            request["format"],
            Path(request["path"]),
            progress=lambda done, total: _write_line(answers, {"done": done, "total": total}),
            cancelled=given_up.is_set,
        )
    except CancelledError:
        _write_line(answers, {"cancelled": True})
    except Exception as error:  # noqa: BLE001 - told in words by the one who asked
        explained = explain(error)
        _write_line(answers, {"message": _plain(explained.message), "hint": _plain(explained.hint)})
    else:
        _write_line(answers, {**exported.to_reply(), "note": _plain(exported.note)})


if __name__ == "__main__":
    _work()

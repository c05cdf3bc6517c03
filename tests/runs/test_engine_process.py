"""The engine's process: talk, death and its words, nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from cnnstudio.runs.engine_process import EngineProcess, EngineStoppedError
from cnnstudio.runs.protocol import ListDevices, Reply

HERE = "tests.runs.scripted_engine:"


def answer(engine: EngineProcess) -> Reply:
    report = engine.receive(60)
    assert isinstance(report, Reply)
    return report


def test_a_request_is_answered_and_the_environment_was_set_before() -> None:
    with EngineProcess(HERE + "echo", environment={"KERAS_BACKEND": "jax"}) as engine:
        engine.send(ListDevices(request=engine.next_request()))
        name, environment = answer(engine).value
        assert name == "ListDevices"
        assert environment["KERAS_BACKEND"] == "jax"
        assert engine.is_alive
        assert engine.exit_reason() is None
        assert engine.receive(0) is None
        assert not engine.poll()
    assert not engine.is_alive
    assert engine.exit_reason() is not None


def test_a_killed_engine_says_its_last_words_then_why_it_died() -> None:
    with EngineProcess(HERE + "die_at_once") as engine:
        engine.send(ListDevices(request=1))
        assert answer(engine).value == "last words"
        with pytest.raises(EngineStoppedError, match="ran out of memory"):
            engine.receive(60)
        assert not engine.is_alive
        assert "ran out of memory" in str(engine.exit_reason())
        engine.send(ListDevices(request=2))  # said to nobody; no error, no hang


def test_an_engine_that_exits_says_its_code() -> None:
    with EngineProcess(HERE + "exit_with_three") as engine:
        engine.send(ListDevices(request=1))
        with pytest.raises(EngineStoppedError, match="exit code 3"):
            engine.receive(60)


def test_an_engine_that_does_not_listen_is_killed_when_closed() -> None:
    engine = EngineProcess(HERE + "hang")
    pid = answer(engine).value
    engine.close(timeout=0.2)
    assert not psutil.pid_exists(pid)
    engine.close()


def test_sending_to_an_engine_that_does_not_listen_returns() -> None:
    engine = EngineProcess(HERE + "hang")
    answer(engine)
    for number in range(20_000):
        engine.send(ListDevices(request=number))
    assert engine.is_alive
    engine.kill()


def test_an_engine_that_talks_without_end_can_be_closed() -> None:
    engine = EngineProcess(HERE + "flood")
    assert engine.receive(60) is not None
    engine.close(timeout=0.2)
    assert not engine.is_alive


def test_what_the_engine_prints_goes_to_its_log_and_no_backend_is_imported(tmp_path: Path) -> None:
    log = tmp_path / "engine.log"
    with EngineProcess(HERE + "noisy", log=log) as engine:
        assert answer(engine).value == "no keras"
    text = log.read_text("utf-8")
    assert "python speaks" in text
    assert "native code speaks" in text


def test_the_engine_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import sys, time\n"
        "from cnnstudio.runs.engine_process import EngineProcess\n"
        "if __name__ == '__main__':\n"
        f"    engine = EngineProcess('{HERE}echo')\n"
        "    print(engine.pid, flush=True)\n"
        "    time.sleep(600)\n"
    )
    checkout = str(Path(__file__).resolve().parents[2])
    parent = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": checkout},
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert psutil.pid_exists(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 60
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)

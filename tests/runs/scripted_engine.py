"""Entries for `EngineProcess` that stand in for the engine: they import no Keras."""

from __future__ import annotations

import os
import signal
import sys
import time
from multiprocessing.connection import Connection

from cnnstudio.runs.protocol import Quit, Reply


def echo(connection: Connection) -> None:
    while not isinstance(message := connection.recv(), Quit):
        connection.send(Reply(request=message.request, value=(type(message).__name__, dict(os.environ))))


def die_at_once(connection: Connection) -> None:
    connection.recv()
    connection.send(Reply(request=0, value="last words"))
    os.kill(os.getpid(), signal.SIGKILL)


def exit_with_three(connection: Connection) -> None:
    connection.recv()
    sys.exit(3)


def hang(connection: Connection) -> None:
    connection.send(Reply(request=0, value=os.getpid()))
    while True:
        time.sleep(60)


def flood(connection: Connection) -> None:
    for number in range(1_000_000):
        connection.send(Reply(request=number, value="x" * 1000))


def noisy(connection: Connection) -> None:
    print("python speaks")
    os.write(2, b"native code speaks\n")
    connection.send(Reply(request=0, value="modules" if "keras" in sys.modules else "no keras"))
    connection.recv()

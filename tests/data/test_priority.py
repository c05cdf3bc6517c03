"""Processes that leave the processors to the window."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pytest

from cnnstudio.data.priority import NICENESS, step_back


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such class")
def test_a_process_that_stepped_back_gets_what_others_leave_and_so_do_its_threads() -> None:
    code = "import os, threading; input(); t = []; w = threading.Thread(target=lambda: t.append(os.sched_getscheduler(0))); w.start(); w.join(); print(t[0])"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        step_back(process.pid)
        assert psutil.Process(process.pid).nice() == min(19, psutil.Process().nice() + NICENESS)
        assert os.sched_getscheduler(process.pid) == os.SCHED_IDLE
        assert process.communicate("\n")[0].strip() == str(os.SCHED_IDLE)


def test_of_a_process_that_is_gone_nothing_is_said() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    step_back(process.pid)
    assert not psutil.pid_exists(process.pid)

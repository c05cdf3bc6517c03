"""The wheel carries all it needs and runs from anywhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this checkout with no network."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(checkout)],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (path,) = folder.glob("cnnstudio-*.whl")
    return path


class Installed:
    """The wheel installed in a folder of its own, run from a folder that is not the checkout."""

    def __init__(self, site: Path, elsewhere: Path) -> None:
        self.site = site
        self.elsewhere = elsewhere

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments; only the installed package and the interpreter's own are importable."""
        return subprocess.run(
            [sys.executable, *command],
            cwd=self.elsewhere,
            env={**os.environ, "PYTHONPATH": str(self.site), "PYTHONSAFEPATH": "1"},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def cnnstudio(self, *arguments: str) -> str:
        """Standard output of the installed command; fails the test when it does not end with 0."""
        done = self.run(str(self.site / "bin" / "cnnstudio"), *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel installed without its dependencies, which the running interpreter has."""
    site = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--no-index",
            "--target",
            str(site),
            str(wheel),
        ],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Installed(site, tmp_path_factory.mktemp("elsewhere"))


def test_the_wheel_carries_every_resource_and_every_module(
    wheel: Path, tracked_files: tuple[Path, ...], checkout: Path
) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    names = [path.relative_to(checkout).as_posix() for path in tracked_files]
    wanted = {name for name in names if name.startswith("cnnstudio/")}
    wanted |= {f"cnnstudio/{name}" for name in names if name.startswith("resources/")}
    assert any(name.startswith("cnnstudio/resources/") for name in wanted)
    assert wanted <= packed, f"Missing from the wheel: {sorted(wanted - packed)}"


def test_the_wheel_carries_nothing_else(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"cnnstudio", f"{wheel.name.split('-py3')[0]}.dist-info"}


def test_an_installed_wheel_finds_its_own_resources(installed: Installed) -> None:
    done = installed.run(
        "-c", "from cnnstudio.resource_files import resource; print(resource('README.md').read_text('utf-8'))"
    )
    assert done.stdout.startswith("# Resources"), done.stderr
    where = installed.run("-c", "from cnnstudio.resource_files import resource_root; print(resource_root())")
    assert Path(where.stdout.strip()) == installed.site / "cnnstudio" / "resources"


def test_an_installed_wheel_writes_and_checks_a_project_from_another_folder(installed: Installed) -> None:
    assert "lenet" in installed.cnnstudio("templates").lower()
    installed.cnnstudio("new", "lenet5", "-o", "lenet.cnn")
    report = json.loads(installed.cnnstudio("check", "lenet.cnn", "--json"))
    assert report["ok"] is True
    assert report["total_params"] > 0
    assert not list(installed.site.rglob("*.cnn"))

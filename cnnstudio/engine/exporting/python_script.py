"""A readable Python script with its weights beside it: runs alone, with Keras and nothing of this program."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import ClassVar

import numpy as np

from cnnstudio.core.code_writer import keras_source
from cnnstudio.core.custom_source import custom_layer_source
from cnnstudio.core.message import Message
from cnnstudio.core.source_text import text
from cnnstudio.engine.exporting.format import Arrays, ExportFormat, Trained
from cnnstudio.engine.failures import EngineError
from cnnstudio.layers import catalogue

_PATIENCE_SECONDS = 300
_LOADER = '''
CLASSES = [{classes}]
PIXELS = {pixels}  # what the network is fed; images are (batch, height, width, channels)


def load_model() -> keras.Model:
    """The trained network; its weights lie beside this file."""
    model = build_model()
    model.load_weights(Path(__file__).with_suffix(".weights.h5"))
    return model


if __name__ == "__main__":
    load_model().summary()
'''
_CHECK = """
import runpy, sys
import numpy as np
script, given, out = sys.argv[1:]
model = runpy.run_path(script)["load_model"]()
inputs = list(np.load(given).values())
found = model.predict_on_batch(inputs if len(inputs) > 1 else inputs[0])
assert not any(name.partition(".")[0] == "cnnstudio" for name in sys.modules)
np.savez(out, *(found if isinstance(found, (list, tuple)) else [found]))
"""


class PythonScript(ExportFormat):
    """`NAME.py` and `NAME.weights.h5`."""

    name: ClassVar[str] = "python"
    suffix: ClassVar[str] = ".py"
    needs_project: ClassVar[bool] = True

    def parts(self, path: Path) -> tuple[Path, ...]:
        return path.with_suffix(".weights.h5"), path

    def write(self, trained: Trained, path: Path) -> None:
        path.write_text(script(trained), "utf-8")
        trained.model.save_weights(path.with_suffix(".weights.h5"))

    def outputs(self, trained: Trained, path: Path, inputs: Arrays) -> Arrays | None:
        with tempfile.TemporaryDirectory(prefix="cnnstudio-") as folder:
            given, out = Path(folder) / "given.npz", Path(folder) / "out.npz"
            np.savez(given, *inputs)
            done = subprocess.run(
                [sys.executable, "-I", "-c", _CHECK, str(path.resolve()), str(given), str(out)],
                cwd=folder,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=_PATIENCE_SECONDS,
                check=False,
            )
            if done.returncode != 0:
                last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
                raise EngineError(Message("The script does not run: {reason}", reason=last[:300]))
            with np.load(out) as found:
                return list(found.values())

    def note(self, trained: Trained) -> Message:
        return Message("Its weights lie beside it; keep both together.")


def script(trained: Trained) -> str:
    """The source that builds the network, and how to load the weights into it."""
    if trained.project is None:
        raise EngineError(Message("There is no project to write the source from."))
    source = keras_source(
        trained.project.network,
        catalogue(),
        name=trained.project.name,
        custom_source=custom_layer_source,
    )
    head, _, _ = source.rpartition('\n\nif __name__ == "__main__":')
    head = head.replace("import keras\n", "from pathlib import Path\n\nimport keras\n", 1)
    classes = ", ".join(text(name) for name in trained.classes)
    return head + "\n" + _LOADER.format(classes=classes, pixels=text(trained.pixels))

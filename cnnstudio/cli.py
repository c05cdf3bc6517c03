"""The command line: parses arguments, calls the command, turns its end into an exit code.

What a command does is in `cnnstudio.commands`, imported when it is called: `check` and its like never load Keras.
"""

from __future__ import annotations

import argparse
import contextlib
import math
import os
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from cnnstudio import __version__
from cnnstudio.commands.failure import BAD_USAGE, ENDED_BADLY, INTERRUPTED, CommandError
from cnnstudio.commands.output import make_streams_safe, remark, say_json
from cnnstudio.core.message import NO_MESSAGE, Message

EXPORT_FORMATS = ("keras", "weights", "saved_model", "onnx", "litert", "python", "torch")
_DATA_FILES = "a table (.csv, .tsv), IDX, CIFAR or NumPy (.npz) files, or an archive of any"
_INPUT_FLOORS = ("cnnstudio.core.", "cnnstudio.data.", "cnnstudio.runs.", "cnnstudio.zoo.")
"""Errors from these floors are about what was handed in, not about how the work went."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and give its exit code: 0 done, 1 ended badly, 2 bad usage or input, 130 interrupted."""
    words = list(sys.argv[1:] if argv is None else argv)
    make_streams_safe()
    try:
        arguments = _parser().parse_args(_with_command(words))
    except SystemExit as end:  # argparse has said why
        return end.code if isinstance(end.code, int) else BAD_USAGE
    if arguments.debug:
        os.environ["CNNSTUDIO_DEBUG"] = "1"  # backends may talk
    try:
        with _limited_images(arguments):
            code = _command(arguments.run)(arguments)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        return _reader_gone()
    except KeyboardInterrupt:
        remark(Message("Interrupted."))
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the last place that can keep a traceback out of the user's face
        return _tell(error, arguments)


def _command(path: str) -> Callable[[argparse.Namespace], int]:
    module, _, name = path.partition(":")
    found: Callable[[argparse.Namespace], int] = getattr(import_module(f"cnnstudio.commands.{module}"), name)
    return found


@contextlib.contextmanager
def _limited_images(arguments: argparse.Namespace) -> Iterator[None]:
    """Let the limits of decoded images hold in this process as long as the command works; a queue hands them on itself."""
    memory, file = getattr(arguments, "image_memory", None), getattr(arguments, "image_cache", None)
    if memory is None and file is None:
        yield
        return
    from cnnstudio.data.keeping.limits import FILE_VARIABLE, MEMORY_VARIABLE, limits_from, set_limits

    given = {MEMORY_VARIABLE: memory, FILE_VARIABLE: file}
    chosen = {name: value for name, value in given.items() if value is not None}
    set_limits(limits_from({**os.environ, **chosen}))
    try:
        yield
    finally:
        set_limits(None)


def _with_command(words: list[str]) -> list[str]:
    """Nothing, or a project file alone, opens the window."""
    plain = [word for word in words if not word.startswith("-")]
    if not plain and not {"-h", "--help", "--version"} & set(words):
        return ["open", *words]
    if plain and plain[0] == words[0] and plain[0].lower().endswith(".cnn"):
        return ["open", *words]
    return words


def _tell(error: Exception, arguments: argparse.Namespace) -> int:
    code, message, hint = _explained(error)
    if getattr(arguments, "debug", False):
        traceback.print_exception(error)
    else:
        remark(message, hint, kind="error")
    if getattr(arguments, "json", False):
        say_json({"ok": False, "error": {"message": str(message), "hint": str(hint)}})
    return code


def _explained(error: Exception) -> tuple[int, Message, Message]:
    message, hint = getattr(error, "message", None), getattr(error, "hint", NO_MESSAGE)
    if isinstance(message, Message):
        if isinstance(error, CommandError):
            return error.code, message, hint
        is_input = f"{type(error).__module__}.".startswith(_INPUT_FLOORS)
        return (BAD_USAGE if is_input else ENDED_BADLY), message, hint
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return (
            ENDED_BADLY,
            Message("{place}{reason}.", place=place, reason=error.strerror or error),
            NO_MESSAGE,
        )
    if isinstance(error, MemoryError):
        return ENDED_BADLY, Message("There is not enough memory."), Message("Use a smaller network or batch.")
    first = (str(error).strip().splitlines() or [""])[0][:300]
    return (
        ENDED_BADLY,
        Message("It failed unexpectedly: {kind}: {reason}", kind=type(error).__name__, reason=first),
        Message("Run it again with --debug to see where."),
    )


def _reader_gone() -> int:
    """The reader of our output (`| head`) has seen enough: end without a word."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ENDED_BADLY


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, then how to get help."""

    def error(self, message: str) -> NoReturn:
        remark(f"{message}", Message("See: {program} --help", program=self.prog), kind="error")
        raise SystemExit(BAD_USAGE)


def _parser() -> argparse.ArgumentParser:
    common = _Parser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    parser = _Parser(
        prog="cnnstudio",
        description="Draw convolutional networks, see every shape, train them, take them away.",
        epilog="Without a command the window opens. Exit codes: 0 done, 1 ended badly, 2 bad usage or input, 130 interrupted.",
    )
    parser.add_argument("--version", action="version", version=f"cnnstudio {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def command(name: str, run: str, summary: str, *, json: bool = False) -> argparse.ArgumentParser:
        sub = commands.add_parser(
            name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", parents=[common]
        )
        sub.set_defaults(run=run)
        if json:
            sub.add_argument("--json", action="store_true", help="print one JSON document")
        return sub

    _add_project_commands(command)
    _add_data_command(command)
    _add_training_commands(command)
    _add_result_commands(command)
    _add_export_commands(command)
    return parser


_Adder = Callable[..., argparse.ArgumentParser]


def _add_project_commands(command: _Adder) -> None:
    sub = command("open", "window:open_window", "open the window, with a project if one is named")
    sub.add_argument("file", nargs="?", type=Path, metavar="FILE", help="project file (.cnn)")

    command(
        "templates",
        "projects:list_templates",
        "list the built-in networks with their parameters",
        json=True,
    )

    sub = command("new", "projects:new", "write a project from a built-in network")
    sub.add_argument("template", metavar="TEMPLATE", help="a name listed by: templates")
    _add_settings(sub, "a parameter of the template, as input_shape=32,32,3")
    _add_output(sub, "FILE", "project file to write")

    sub = command("check", "projects:check", "show every shape, sum and problem of a network", json=True)
    sub.add_argument("file", type=Path, metavar="FILE", help="project file (.cnn)")
    sub.add_argument("--no-hints", action="store_true", help="leave out what rules of thumb advise")

    sub = command("code", "projects:code", "print readable source that builds the same network")
    sub.add_argument("file", type=Path, metavar="FILE", help="project file (.cnn)")
    sub.add_argument("--framework", choices=("keras", "torch"), default="keras", help="default: keras")
    sub.add_argument("-o", "--output", type=Path, metavar="OUT.py", help="write a file instead")

    sub = command(
        "picture", "picture:picture", "draw the network as on the canvas, into an SVG, PNG or PDF file"
    )
    sub.add_argument("file", type=Path, metavar="FILE", help="project file (.cnn)")
    sub.add_argument("--theme", choices=("light", "dark"), default="light", help="default: light")
    sub.add_argument(
        "--scale", type=float, metavar="N", help="size against the canvas; default: 2 for PNG, else 1"
    )
    sub.add_argument("--transparent", action="store_true", help="leave the background out")
    _add_output(sub, "OUT", "picture to write: .svg, .png or .pdf")

    sub = command("import", "projects:import_model", "turn a .keras file's architecture into a project")
    sub.add_argument("model", type=Path, metavar="MODEL", help=".keras file; no code from it is run")
    _add_output(sub, "FILE", "project file to write")


def _add_data_command(command: _Adder) -> None:
    sub = command("data", "data:report", "examine a folder or file of images", json=True)
    sub.add_argument(
        "data",
        type=Path,
        metavar="DIR",
        help=f"folder with one folder of images for each class, or {_DATA_FILES}",
    )
    _add_settings(sub, "how to read a table, as label_columns=x,y or delimiter=semicolon")


def _add_training_commands(command: _Adder) -> None:
    sub = command("train", "training:train", "train a project on images")
    sub.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="project file (.cnn); several: one after another"
    )
    sub.add_argument(
        "--data", type=Path, metavar="DIR", help="image folder or file; default: the one in the project"
    )
    _add_settings(sub, "a training setting, as epochs=20 or learning_rate=0.01")
    sub.add_argument("--device", metavar="D", help="auto, cpu, gpu, gpu:1 …; default: the project's")
    _add_image_room(sub)
    _add_output(sub, "RUN", "run folder to write; of several projects the folder that theirs are put into")

    sub = command(
        "find-rate", "rate:find_rate", "try rising learning rates for a moment and suggest one", json=True
    )
    sub.add_argument("file", type=Path, metavar="FILE", help="project file (.cnn)")
    sub.add_argument(
        "--data", type=Path, metavar="DIR", help="image folder or file; default: the one in the project"
    )
    _add_settings(sub, "a training setting, as optimizer=sgd")
    _add_image_room(sub)

    sub = command("resume", "training:resume", "go on with a run after its last finished epoch")
    sub.add_argument("run_dir", type=Path, metavar="RUN", help="run folder")
    sub.add_argument(
        "--data", type=Path, metavar="DIR", help="where the images are now; default: where they were"
    )
    sub.add_argument(
        "--epochs", type=_positive, default=0, metavar="N", help="epochs in all; default: as planned"
    )
    _add_image_room(sub)


def _add_result_commands(command: _Adder) -> None:
    sub = command("evaluate", "measuring:evaluate", "measure a run's best model on images", json=True)
    sub.add_argument("run_dir", type=Path, metavar="RUN", help="run folder")
    sub.add_argument("--data", type=Path, required=True, metavar="DIR", help="image folder or file")
    sub.add_argument(
        "--part",
        choices=("train", "validation", "test"),
        default="",
        help="as split for training; default: all images",
    )
    _add_image_room(sub)

    sub = command(
        "report", "run_report:report", "write all that is known of a run into one HTML or Markdown file"
    )
    sub.add_argument("run_dir", type=Path, metavar="RUN", help="run folder")
    sub.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="measure the model on this image folder or file; default: tell what training left",
    )
    sub.add_argument(
        "--part", choices=("train", "validation", "test"), default="", help="of --data; default: all images"
    )
    _add_output(sub, "FILE", "file to write: .html or .md")

    sub = command("predict", "measuring:predict", "classify images with a run's best model", json=True)
    sub.add_argument("run_dir", type=Path, metavar="RUN", help="run folder")
    sub.add_argument("images", type=Path, nargs="+", metavar="IMAGE", help="image files")
    sub.add_argument(
        "--top", type=_positive, default=5, metavar="N", help="classes shown for each; default: 5"
    )


def _add_export_commands(command: _Adder) -> None:
    sub = command(
        "export", "exporting:export", "write a run's best model in another format, and check the file"
    )
    sub.add_argument("run_dir", type=Path, metavar="RUN", help="run folder")
    sub.add_argument("--format", required=True, choices=EXPORT_FORMATS, help="what to write")
    _add_output(sub, "PATH", "file or folder to write")

    sub = command("demo", "demo:demo", "train LeNet on the sample images and export it, without a window")
    sub.add_argument("-o", "--output", type=Path, default=Path("runs/demo"), metavar="RUN",
                     help="run folder; default: runs/demo")  # fmt: skip
    sub.add_argument("--epochs", type=_positive, default=10, metavar="N", help="default: 10")


def _add_settings(sub: argparse.ArgumentParser, summary: str) -> None:
    sub.add_argument("-p", "--param", action="append", default=[], metavar="key=value", help=summary)


def _add_output(sub: argparse.ArgumentParser, name: str, summary: str) -> None:
    sub.add_argument("-o", "--output", type=Path, required=True, metavar=name, help=summary)


def _add_image_room(sub: argparse.ArgumentParser) -> None:
    sub.add_argument(
        "--image-memory",
        type=_memory,
        metavar="GB",
        help="hold decoded images up to this size in memory; default: auto, a quarter of what is free",
    )
    sub.add_argument(
        "--image-cache",
        type=_gigabytes,
        metavar="GB",
        help="keep larger ones in files of the user's cache, all together up to this size; default: 20",
    )


def _memory(text: str) -> str:
    return text if text == "auto" else _gigabytes(text)


def _gigabytes(text: str) -> str:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not 0 <= number < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of gigabytes, 0 or more")
    return text


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("it must be 1 or more")
    return number


if __name__ == "__main__":
    raise SystemExit(main())

"""templates, new, check, code, import: what needs no Keras. Answers in a fraction of a second."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from cnnstudio.commands.failure import DONE, ENDED_BADLY, InputError
from cnnstudio.commands.output import remark, say, say_json, table
from cnnstudio.commands.report import check_json, check_text
from cnnstudio.commands.settings import read_settings
from cnnstudio.core.analysis import Analyser
from cnnstudio.core.atomic_file import write_atomically
from cnnstudio.core.code_writer import CodeError, keras_source
from cnnstudio.core.custom_source import custom_layer_source, torch_layer_source
from cnnstudio.core.frozen import frozen_nodes, with_frozen
from cnnstudio.core.keras_archive import KerasFileError
from cnnstudio.core.keras_import import import_keras
from cnnstudio.core.message import Message
from cnnstudio.core.params import thaw
from cnnstudio.core.project import Project
from cnnstudio.core.project_file import ProjectFileError, load_project, save_project
from cnnstudio.core.torch_writer import torch_source
from cnnstudio.layers import catalogue
from cnnstudio.layers.advice import advise
from cnnstudio.layers.fixes import offer_fixes
from cnnstudio.layers.hints import HintContext, rules
from cnnstudio.zoo import Template, ZooError, templates


def open_project(path: Path) -> Project:
    """A project file. Raises InputError."""
    try:
        return load_project(path)
    except ProjectFileError as error:
        raise InputError(error.message, hint=error.hint) from error


def list_templates(arguments: Namespace) -> int:
    """`templates`: the built-in networks with their parameters."""
    found = list(templates().values())
    if arguments.json:
        say_json({"templates": [_template_json(template) for template in found]})
        return DONE
    rows = [
        (
            template.name,
            str(template.description),
            " ".join(f"{spec.name}={_compact(thaw(spec.default))}" for spec in template.parameters),
        )
        for template in found
    ]
    say(table(("template", "what it is", "parameters and their defaults"), rows))
    return DONE


def new(arguments: Namespace) -> int:
    """`new`: a project from a template."""
    template = _template(arguments.template)
    try:
        network = template.build(**read_settings(arguments.param))
    except ZooError as error:
        raise InputError(error.message, hint=error.hint) from error
    _save(Project(name=template.title, network=network), arguments.output)
    return DONE


def check(arguments: Namespace) -> int:
    """`check`: shapes, parameters, formulas, problems."""
    project = open_project(arguments.file)
    network = project.network
    analyser = Analyser(catalogue())
    context = HintContext(loss=_loss(project))
    off = rules() if arguments.no_hints else ()
    analysed = with_frozen(analyser.analyse(network), frozen_nodes(project.training))
    analysis = advise(analysed, context, off=off)
    analysis = offer_fixes(network, analysis, analyser, context)
    if arguments.json:
        say_json(check_json(analysis))
    else:
        say(check_text(analysis, catalogue()))
    return DONE if analysis.ok else ENDED_BADLY


def _loss(project: Project) -> str:
    """The loss of the project's training plan."""
    loss = project.training.get("loss", "auto")
    return loss if isinstance(loss, str) else "auto"


def code(arguments: Namespace) -> int:
    """`code`: source that builds the same network."""
    project = open_project(arguments.file)
    try:
        if arguments.framework == "torch":
            source = torch_source(
                project.network, catalogue(), name=project.name, custom_source=torch_layer_source
            )
        else:
            source = keras_source(
                project.network, catalogue(), name=project.name, custom_source=custom_layer_source
            )
    except CodeError as error:
        remark(error.message, error.hint, kind="error")
        return ENDED_BADLY
    if arguments.output is None:
        say(source.rstrip("\n"))
    else:
        write_file(arguments.output, source.encode("utf-8"))
    return DONE


def import_model(arguments: Namespace) -> int:
    """`import`: the architecture of a `.keras` file as a project, without running code from it."""
    try:
        imported = import_keras(arguments.model, catalogue())
    except KerasFileError as error:
        raise InputError(error.message, hint=error.hint) from error
    for warning in imported.warnings:
        remark(warning, kind="warning")
    _save(imported.project, arguments.output)
    analysis = Analyser(catalogue()).analyse(imported.project.network)
    if not analysis.ok:
        count = sum(problem.severity == "error" for problem in analysis.diagnostics)
        remark(
            Message("The project has {count} errors.", count=count),
            Message("Look at them with: check {path}", path=str(arguments.output)),
            kind="warning",
        )
    return DONE


def write_file(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises InputError."""
    try:
        write_atomically(path, content)
    except OSError as error:
        raise InputError(
            Message("{path} cannot be written: {reason}.", path=str(path), reason=error.strerror or error),
            hint=Message("Choose a folder that exists and that you may write to."),
        ) from error


def _save(project: Project, path: Path) -> None:
    try:
        save_project(project, path)
    except ProjectFileError as error:
        raise InputError(error.message, hint=error.hint) from error


def _template(name: str) -> Template:
    found = templates().get(name.lower())
    if found is not None:
        return found
    near = [known for known in templates() if known.startswith(name.lower()[:4])] or list(templates())
    raise InputError(
        Message("There is no template named {name}.", name=name),
        hint=Message("There are {names}. See them all with: templates", names=", ".join(near)),
    )


def _template_json(template: Template) -> dict[str, object]:
    return {
        "name": template.name,
        "title": template.title,
        "description": str(template.description),
        "parameters": [
            {"name": spec.name, "default": thaw(spec.default), "help": str(spec.help)}
            for spec in template.parameters
        ],
    }


def _compact(value: object) -> str:
    """A default as `-p` takes it."""
    if isinstance(value, list):
        return ",".join(_compact(item) for item in value)
    if value is None or isinstance(value, bool):
        return "none" if value is None else "yes" if value else "no"
    return str(value)

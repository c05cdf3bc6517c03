"""New, open, save: which file the document belongs to, and the questions that protect unsaved work."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from cnnstudio.core.keras_archive import KerasFileError
from cnnstudio.core.keras_import import Imported, import_keras
from cnnstudio.core.message import Message
from cnnstudio.core.project import MOST_LAYERS, Project
from cnnstudio.core.project_file import SUFFIX, ProjectFileError, load_project, save_project
from cnnstudio.ui.opening import CancelledError, Opening
from cnnstudio.ui.prepared import is_large
from cnnstudio.ui.recent_files import RecentFiles
from cnnstudio.ui.session import Session, translated
from cnnstudio.ui.settings import Settings
from cnnstudio.ui.shape_text import count_text

T = TypeVar("T")

READ_AT_ONCE = 48 * 1024
"""Bytes of a file that are read and parsed in one turn of the event loop: nobody feels it."""

KERAS_SUFFIX = ".keras"
OTHER_MODELS = frozenset({".h5", ".hdf5", ".pb", ".onnx", ".tflite", ".pt", ".pth", ".ckpt", ".safetensors"})
OTHER_KINDS = frozenset(
    {".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".webp", ".svg", ".pdf"}
    | {".py", ".ipynb", ".txt", ".md", ".docx", ".pptx", ".xlsx", ".mp4", ".npy"}
)
DATA_KINDS = frozenset({".csv", ".tsv", ".npz", ".zip", ".gz", ".tar", ".tgz", ".bz2", ".xz"})


class ProjectFiles(QObject):
    """The file commands of one window."""

    path_changed = Signal()
    opened = Signal()
    """Another project is shown."""
    saved = Signal(object)
    """The path just written."""

    def __init__(self, session: Session, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._settings = settings
        self._window = window
        self.recent = RecentFiles(settings, self)
        self._path: Path | None = None

    @property
    def path(self) -> Path | None:
        """The file that holds the project, if one does."""
        return self._path

    def new(self) -> bool:
        """Show an empty project. False when the user wants to keep the present one."""
        return self.show_project(Project())

    def show_project(self, project: Project, *, path: Path | None = None, saved: bool = True) -> bool:
        """Show a project in place of the present one, after asking about unsaved work."""
        if not self.may_leave():
            return False
        return self.replace(project, path=path, saved=saved)

    def replace(self, project: Project, *, path: Path | None, saved: bool) -> bool:
        """Show a project without asking; False when it is large and the user does not wait for it."""
        is_felt = is_large(project.network) or is_large(self._session.document.network)
        if is_felt and not self._show_gradually(project, path):
            return False
        self._path = path
        self._session.select(())
        self._session.document.open(project, saved=saved)
        self.path_changed.emit()
        self.opened.emit()
        return True

    def _show_gradually(self, project: Project, path: Path | None) -> bool:
        """Analyse a large network in a thread and show it piece by piece; what was shown comes back if cancelled."""
        session = self._session
        name = path.name if path is not None else project.name
        with Opening(self._window, self.tr("Opening “{name}”").format(name=name)) as opening:
            try:
                found = opening.wait_for(self.tr("Checking every layer…"), session.prepare(project))
                phase = self.tr("Drawing {count} layers…").format(count=count_text(len(found.network.nodes)))
                opening.go_through(phase, session.grow(found))
            except CancelledError:
                opening.go_through(self.tr("Going back…"), session.shrink(), may_cancel=False)
                return False
        return True

    def open(self) -> bool:
        """Ask for a file and show it."""
        if not self.may_leave():
            return False
        text, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open a project"), self._folder(), self._filter()
        )
        return bool(text) and self._load(Path(text))

    def open_path(self, path: Path) -> bool:
        """Show the project in a file, after asking about unsaved work."""
        return self.may_leave() and self._load(path)

    def save(self) -> bool:
        """Write the project to its file; ask where when it has none."""
        return self._write(self._path) if self._path is not None else self.save_as()

    def save_as(self) -> bool:
        """Ask for a file and write the project there."""
        name = self._session.document.project.name or self.tr("untitled")
        safe = "".join(
            "-" if letter in '/\\:*?"<>|' or ord(letter) < 32 else letter for letter in name
        ).strip(". ")
        start = self._path or Path(self._folder()) / f"{safe or 'network'}{SUFFIX}"
        text, _ = QFileDialog.getSaveFileName(
            self._window, self.tr("Save the project"), str(start), self._saving_filter()
        )
        if not text:
            return False
        path = Path(text)
        if path.suffix.lower() != SUFFIX:
            path = path.with_name(path.name + SUFFIX)
            if path.exists() and not self._may_overwrite(path):
                return False
        return self._write(path)

    @property
    def folder(self) -> Path:
        """Where a file dialog begins: beside the project, or where the last one was saved."""
        return Path(self._folder())

    def may_leave(self) -> bool:
        """Whether the present project may go: it is saved, or the user decided."""
        if not self._session.document.is_modified:
            return True
        name = self._session.document.project.name or self.tr("Untitled")
        box = QMessageBox(
            QMessageBox.Icon.Question,
            self.tr("Unsaved changes"),
            self.tr("Save the changes to “{name}”?").format(name=name),
            QMessageBox.StandardButton.Save
            | QMessageBox.StandardButton.Discard
            | QMessageBox.StandardButton.Cancel,
            self._window,
        )
        box.setObjectName("unsavedChanges")
        box.setInformativeText(self.tr("Without saving, they are lost."))
        box.setDefaultButton(QMessageBox.StandardButton.Save)
        answer = box.exec()
        box.deleteLater()
        if answer == QMessageBox.StandardButton.Save:
            return self.save()
        return answer == QMessageBox.StandardButton.Discard

    def read(self, path: Path) -> Project | None:
        """The project in a file, or a Keras model's architecture; None, after a sentence, when it is neither."""
        try:
            if path.suffix.lower() == KERAS_SUFFIX:
                importing = partial(import_keras, path, self._session.catalogue, most_layers=MOST_LAYERS)
                return self._imported(self._patiently(path, importing))
            self._refuse_other_kinds(path)
            return self._patiently(path, partial(load_project, path, most_layers=MOST_LAYERS))
        except CancelledError:
            return None
        except (ProjectFileError, KerasFileError) as error:
            self._tell(self.tr("This project cannot be opened"), error)
        return None

    def _patiently(self, path: Path, read: Callable[[], T]) -> T:
        """What `read` gives or raises; in a thread where the file is large. Raises CancelledError."""
        try:
            size = path.stat().st_size
        except OSError:
            size = 0  # reading says what is wrong
        if size <= READ_AT_ONCE:
            return read()
        title = self.tr("Opening “{name}”").format(name=path.name)
        with Opening(self._window, title) as opening:
            return opening.wait_for(self.tr("Reading the file…"), read)

    def _imported(self, imported: Imported) -> Project:
        """Its project; what could not be taken over is told first."""
        if imported.warnings:
            most = 12
            lines = [translated(warning) for warning in imported.warnings[:most]]
            if len(imported.warnings) > most:
                lines.append(self.tr("… and {count} more").format(count=len(imported.warnings) - most))
            box = QMessageBox(
                QMessageBox.Icon.Information,
                self.tr("Not everything could be taken over"),
                self.tr("The model is opened without these parts:"),
                QMessageBox.StandardButton.Ok,
                self._window,
            )
            box.setObjectName("importWarnings")
            box.setInformativeText("\n".join(lines))
            box.exec()
            box.deleteLater()
        return imported.project

    def _refuse_other_kinds(self, path: Path) -> None:
        """Raises ProjectFileError for what is plainly something else, before it is read."""
        hint = Message("Open or drop a CNN Studio project (.cnn) or a Keras model (.keras).")
        if path.is_dir():
            raise ProjectFileError(
                Message("“{name}” is a folder, not a project.", name=path.name),
                hint=Message("Folders of images are opened in the Data workspace."),
            )
        suffix = path.suffix.lower()
        if suffix in OTHER_MODELS:
            raise ProjectFileError(
                Message("“{name}” is a model of a kind that cannot be opened.", name=path.name),
                hint=Message("Load it in Keras and save it with model.save(“name.keras”)."),
            )
        if suffix in DATA_KINDS:
            raise ProjectFileError(
                Message("“{name}” holds no network.", name=path.name),
                hint=Message("Tables, archives and arrays of images are opened in the Data workspace."),
            )
        if suffix in OTHER_KINDS:
            raise ProjectFileError(Message("“{name}” holds no network.", name=path.name), hint=hint)

    def _load(self, path: Path) -> bool:
        project = self.read(path)
        if project is None:
            return False
        if path.suffix.lower() == KERAS_SUFFIX:
            return self.replace(project, path=None, saved=False)
        if not self.replace(project, path=path, saved=True):
            return False
        self.recent.add(path)
        return True

    def _write(self, path: Path) -> bool:
        document = self._session.document
        if not document.project.name:
            document.set_name(path.stem)
        project = document.project
        try:
            save_project(project, path)
        except ProjectFileError as error:
            self._tell(self.tr("The project could not be saved"), error)
            return False
        self._path = path
        document.mark_saved(project)
        self.recent.add(path)
        self._settings.set_text("folder", str(path.parent))
        self.path_changed.emit()
        self.saved.emit(path)
        return True

    def _tell(self, title: str, error: ProjectFileError | KerasFileError) -> None:
        box = QMessageBox(
            QMessageBox.Icon.Warning,
            title,
            translated(error.message),
            QMessageBox.StandardButton.Ok,
            self._window,
        )
        box.setObjectName("fileProblem")
        box.setInformativeText(translated(error.hint) if error.hint else "")
        box.exec()
        box.deleteLater()

    def _may_overwrite(self, path: Path) -> bool:
        answer = QMessageBox.question(
            self._window,
            self.tr("Replace the file?"),
            self.tr("“{name}” exists already. Replace it?").format(name=path.name),
        )
        return answer == QMessageBox.StandardButton.Yes

    def _folder(self) -> str:
        if self._path is not None:
            return str(self._path.parent)
        remembered = Path(self._settings.text("folder"))
        return str(remembered if self._settings.text("folder") and remembered.is_dir() else Path.home())

    def _filter(self) -> str:
        return self.tr(
            "Networks (*.cnn *.keras);;CNN Studio projects (*.cnn);;Keras models (*.keras);;All files (*)"
        )

    def _saving_filter(self) -> str:
        return self.tr("CNN Studio projects (*.cnn);;All files (*)")

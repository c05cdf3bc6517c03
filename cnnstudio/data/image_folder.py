"""Scans an image folder: lists it, decodes every image once, and reports what is good, odd or broken.

Every file is decoded to its end, because a look at the header (Pillow's `verify`) passes truncated JPEGs. Only
what passes becomes part of the report's images; nothing on disk is changed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image

from cnnstudio.core.message import Message
from cnnstudio.data.findings import duplicate_groups, duplicate_problems, trait_hints, why_not_trainable
from cnnstudio.data.listing import ListedFile, Listing, list_folder, natural_key
from cnnstudio.data.parallel import IsCancelled, Progress, map_files, workers_for
from cnnstudio.data.picture import (
    SIXTEEN_BIT_MODES,
    SUFFIXES,
    PictureError,
    finding,
    format_of,
    format_of_name,
    is_animated,
    load_picture,
    open_picture,
    orientation,
    read_bytes,
)
from cnnstudio.data.problem import Problem
from cnnstudio.data.report import ClassCount, DataReport, ImageEntry

__all__ = ["SUFFIXES", "scan"]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What one good file is, before its class has a number."""

    width: int
    height: int
    mode: str
    format: str
    bytes: int
    digest: str
    traits: tuple[str, ...]
    problem: Problem | None


def scan(
    root: Path,
    *,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
    workers: int | None = None,
) -> DataReport:
    """The report on a data folder (`cnnstudio.data.listing` says which layouts are understood).

    Raises DataError when the folder is missing, is a file or cannot be read, and Cancelled. A folder that can
    be read but not trained on (no images, one class) gives a report whose `error` says so.
    `progress(done, total)` counts files.
    """
    listing = list_folder(root, cancelled=cancelled)
    paths = [root / file.path for file in listing.files]
    facts = map_files(
        partial(_examine, root),
        listing.files,
        progress=progress,
        cancelled=cancelled,
        workers=workers or workers_for(paths),
    )
    problems = list(listing.problems)
    good: list[tuple[ListedFile, _Facts]] = []
    for file, result in zip(listing.files, facts, strict=True):
        if isinstance(result, Problem):
            problems.append(result)
            continue
        if result.problem is not None:
            problems.append(result.problem)
        good.append((file, result))
    good = _only_trained_classes(listing, good, problems)
    images, classes = _numbered(good)
    duplicates = duplicate_groups(images)
    problems += _class_problems(listing, good)
    problems += trait_hints(images, listing.layout, classes)
    problems += duplicate_problems(images, duplicates)
    error = why_not_trainable(listing, classes)
    if listing.loose and classes:
        problems.append(
            finding(
                "warning",
                "folder.loose",
                Message(
                    "Images that lie beside the class folders belong to no class and are left out: {count}.",
                    count=listing.loose,
                ),
                Message("Move each into the folder of its class."),
            )
        )
    rank = {"error": 0, "warning": 1, "hint": 2}
    return DataReport(
        root=root,
        layout=listing.layout,
        classes=classes,
        images=images,
        problems=tuple(sorted(problems, key=lambda problem: rank[problem.severity])),
        duplicates=duplicates,
        error=error,
    )


def _examine(root: Path, file: ListedFile) -> _Facts | Problem:
    """Decodes one file; a Problem when it cannot be used. Never raises."""
    try:
        content = read_bytes(root / file.path)
        picture = open_picture(content)
        return _facts(picture, content, file.path)
    except PictureError as error:
        problem = error.problem
        return finding(problem.severity, problem.code, problem.message, problem.hint, file.path)


def _facts(picture: Image.Image, content: bytes, path: str) -> _Facts:
    width, height = picture.size
    turned = load_picture(picture, smallest=(max(1, width // 8), max(1, height // 8)))
    kind = format_of(picture)
    if kind == "TIFF":  # Pillow turns these while it loads them
        width, height = turned.size
    turn = orientation(picture)
    if turn >= 5:  # the four that swap the axes
        width, height = height, width
    traits = _traits(picture, content, rotated=turn != 1)
    problem = None
    if format_of_name(path) != kind:
        problem = finding(
            "warning",
            "image.misnamed",
            Message(
                "The name ends in {suffix}, but the content is {format}. It is used all the same.",
                suffix=Path(path).suffix,
                format=kind,
            ),
            Message("Rename it to .{suffix}; other programs may refuse it.", suffix=kind.lower()),
            path,
        )
    return _Facts(
        width=width,
        height=height,
        mode=picture.mode,
        format=kind,
        bytes=len(content),
        digest=hashlib.blake2b(content, digest_size=16).hexdigest(),
        traits=traits,
        problem=problem,
    )


def _traits(picture: Image.Image, content: bytes, *, rotated: bool) -> tuple[str, ...]:
    traits = []
    if _is_sixteen_bit(picture, content):
        traits.append("16-bit")
    if picture.has_transparency_data and picture.mode not in SIXTEEN_BIT_MODES:
        traits.append("alpha")
    if picture.mode == "CMYK":
        traits.append("cmyk")
    if picture.mode in ("P", "PA"):
        traits.append("palette")
    if rotated:
        traits.append("rotated")
    if is_animated(picture):
        traits.append("animated")
    return tuple(traits)


def _is_sixteen_bit(picture: Image.Image, content: bytes) -> bool:
    if picture.mode in SIXTEEN_BIT_MODES:
        return True
    if picture.format == "PNG":
        return content[24:25] == b"\x10"  # bit depth in the IHDR chunk
    if picture.format == "TIFF":
        bits = getattr(picture, "tag_v2", {}).get(258, (8,))
        return 16 in (bits if isinstance(bits, tuple) else (bits,))
    return False


def _only_trained_classes(
    listing: Listing, good: list[tuple[ListedFile, _Facts]], problems: list[Problem]
) -> list[tuple[ListedFile, _Facts]]:
    """With fixed parts, a class without images in train cannot be learned: its images are left out."""
    if listing.layout == "classes":
        return good
    trained = {file.class_name for file, _ in good if file.part == "train"}
    for name in sorted({file.class_name for file, _ in good} - trained, key=natural_key):
        path = next(path for folder, path, _ in listing.class_folders if folder == name)
        problems.append(
            finding(
                "error",
                "class.not_in_train",
                Message(
                    "The class {name} has no images to train on; its other images are left out.", name=name
                ),
                Message("Put images of it into the train folder, or remove the class."),
                path,
            )
        )
    return [pair for pair in good if pair[0].class_name in trained]


def _numbered(
    good: list[tuple[ListedFile, _Facts]],
) -> tuple[tuple[ImageEntry, ...], tuple[ClassCount, ...]]:
    names = sorted({file.class_name for file, _ in good}, key=natural_key)
    index = {name: number for number, name in enumerate(names)}
    images = tuple(
        ImageEntry(
            path=file.path,
            class_index=index[file.class_name],
            part=file.part,
            width=facts.width,
            height=facts.height,
            mode=facts.mode,
            format=facts.format,
            bytes=facts.bytes,
            digest=facts.digest,
            traits=facts.traits,
        )
        for file, facts in good
    )
    counts = Counter((image.class_index, image.part) for image in images)
    classes = tuple(
        ClassCount(
            name=name,
            count=sum(counts[number, part] for part in ("", "train", "validation", "test")),
            train=counts[number, "train"],
            validation=counts[number, "validation"],
            test=counts[number, "test"],
        )
        for number, name in enumerate(names)
    )
    return images, classes


def _class_problems(listing: Listing, good: list[tuple[ListedFile, _Facts]]) -> list[Problem]:
    """Class folders that give no class, because nothing usable is in them."""
    unread = {problem.path for problem in listing.problems}
    listed = Counter((file.class_name, file.part) for file in listing.files)
    usable = Counter((file.class_name, file.part) for file, _ in good)
    problems = []
    for name, path, part in listing.class_folders:
        if usable[name, part] or path in unread:
            continue
        if listed[name, part]:
            if any(file.class_name == name for file, _ in good) or part in ("", "train"):
                problems.append(
                    finding(
                        "error",
                        "class.unusable",
                        Message(
                            "No image of this class can be used (of {count}); it is no class.",
                            count=listed[name, part],
                        ),
                        Message("Repair the files listed for it, or delete the folder."),
                        path,
                    )
                )
        else:
            problems.append(
                finding(
                    "error",
                    "class.empty",
                    Message("This class folder holds no images; it is no class."),
                    Message("Put images into it, or delete the folder."),
                    path,
                )
            )
    return problems

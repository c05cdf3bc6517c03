"""Scans images: has a reader list them, decodes every one once, and reports what is good, odd or broken.

Only what decodes to its last byte becomes part of the report's images; nothing that was chosen is changed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.core.message import Message
from cnnstudio.data.copies import Groups, copy_problems, duplicate_groups, groups_alike
from cnnstudio.data.examine import Facts, misnamed
from cnnstudio.data.examining import examine_all
from cnnstudio.data.findings import class_problems, trait_hints, why_not_trainable
from cnnstudio.data.leakage import with_leaks
from cnnstudio.data.listing import ListedFile, Listing
from cnnstudio.data.natural_order import in_natural_order
from cnnstudio.data.parallel import IsCancelled, Progress, Rounds
from cnnstudio.data.picture import finding
from cnnstudio.data.problem import Problem, printable
from cnnstudio.data.report import ClassCount, DataReport, ImageEntry, worst_first
from cnnstudio.data.scan_memory import ScanMemory
from cnnstudio.data.settings import DataSettings
from cnnstudio.data.sources import reader_for
from cnnstudio.data.suffixes import IMAGE_SUFFIXES
from cnnstudio.data.table_findings import target_hints, why_table_not_trainable

__all__ = ["IMAGE_SUFFIXES", "Remarks", "list_files", "no_remarks", "report_on", "scan"]


def scan(
    path: Path,
    settings: DataSettings | None = None,
    *,
    progress: Progress | None = None,
    unpacking: Progress | None = None,
    cancelled: IsCancelled | None = None,
    workers: int | None = None,
    processes: int = 0,
) -> DataReport:
    """The report on a data folder or file (`cnnstudio.data.sources` holds what can be read).

    `settings`: the project's, where they say how the data are to be read; their `path` is not looked at. Raises
    DataError when it is missing or cannot be read, and Cancelled. What can be read but not trained on (no images, one
    class) gives a report whose `error` says so. `progress(done, total)` counts files. Where they are to be unpacked before,
    `unpacking` counts them by itself; without it that is the first half of `progress`. `workers` threads decode, or so
    many `processes` where there are thousands of files.
    """
    settings = settings or DataSettings()
    rounds = Rounds(progress)
    listing = list_files(
        path, settings, progress=unpacking or (rounds.before if progress else None), cancelled=cancelled
    )
    memory = ScanMemory(listing.root)
    facts = examine_all(
        memory,
        [file.path for file in listing.files],
        progress=rounds.last if progress else None,
        cancelled=cancelled,
        workers=workers,
        processes=processes,
    )

    def remark(
        good: Sequence[tuple[ListedFile, Facts]], images: Sequence[ImageEntry], classes: Sequence[ClassCount]
    ) -> Remarks:
        alike = memory.alike(
            [image.path + image.digest for image in images],
            lambda: groups_alike(images, [one.miniature for _, one in good], cancelled=cancelled),
        )
        duplicates = duplicate_groups(images)
        named = [misnamed(file.path, one) for file, one in good]
        problems = [
            *(problem for problem in named if problem is not None),
            *_quarantine_hints(listing.set_aside),
            *trait_hints(images, settings.resize),
            *class_problems(images, classes, fixed=listing.layout == "parts"),
            *copy_problems(images, duplicates, alike),
            *target_hints(images, listing),
        ]
        return Remarks(problems=problems, duplicates=duplicates, alike=alike)

    report = report_on(path, listing, facts, remark)
    memory.keep([file.path for file in (*listing.files, *listing.set_aside)])
    return with_leaks(report, settings)


def list_files(
    path: Path,
    settings: DataSettings,
    *,
    progress: Progress | None = None,
    cancelled: IsCancelled | None = None,
) -> Listing:
    """What the data's reader lists, the project's quarantine set aside. Raises DataError and Cancelled.

    `progress` counts the images that are unpacked, where there are any.
    """
    listing = reader_for(path, settings).listing(path, settings, progress=progress, cancelled=cancelled)
    unwanted = set(settings.quarantine)
    listing.set_aside = (
        [file for file in listing.files if printable(file.path) in unwanted] if unwanted else []
    )
    if listing.set_aside:
        listing.files = [file for file in listing.files if printable(file.path) not in unwanted]
    return listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    """What is told of images that can be used, for people to look at."""

    problems: Sequence[Problem] = ()
    duplicates: Groups = ()
    alike: Groups = ()


def no_remarks(*_: object) -> Remarks:
    """Where nobody asks."""
    return Remarks()


def report_on(
    path: Path,
    listing: Listing,
    found: Sequence[Facts | Problem],
    remark: Callable[
        [Sequence[tuple[ListedFile, Facts]], Sequence[ImageEntry], Sequence[ClassCount]], Remarks
    ],
) -> DataReport:
    """The report on what was listed at `path` and `found` in each file.

    `remark` is told the good files, their entries in the report, and the classes.
    """
    pairs = zip(listing.files, found, strict=True)
    good = [(file, one) for file, one in pairs if not isinstance(one, Problem)]
    problems = [*listing.problems, *(result for result in found if isinstance(result, Problem))]
    good = _only_trained_classes(listing, good, problems)
    images, classes = _numbered(good) if listing.task == "classification" else (_targeted(good), ())
    problems += _class_problems(listing, good, {file.class_name for file in listing.set_aside})
    remarks = remark(good, images, classes)
    problems += remarks.problems
    error = (
        why_table_not_trainable(listing, images, classes)
        if listing.table
        else why_not_trainable(listing, classes)
    )
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
    return DataReport(
        root=listing.root,
        source=None if path == listing.root else path,
        layout=listing.layout,
        classes=classes,
        images=images,
        problems=worst_first(problems),
        duplicates=remarks.duplicates,
        error=error,
        task=listing.task,
        target_names=listing.target_names,
        alike=remarks.alike,
    )


def _quarantine_hints(quarantined: Sequence[ListedFile]) -> list[Problem]:
    if not quarantined:
        return []
    return [
        Problem(
            severity="hint",
            code="image.quarantined",
            path="",
            message=Message(
                "Images that the project leaves out (quarantine): {count}.", count=len(quarantined)
            ),
            hint=Message("Put back those that are to be used; the files themselves are untouched."),
            pictures=(tuple(file.path for file in quarantined),),
        )
    ]


def _only_trained_classes(
    listing: Listing, good: list[tuple[ListedFile, Facts]], problems: list[Problem]
) -> list[tuple[ListedFile, Facts]]:
    """With fixed parts, a class without images in train cannot be learned: its images are left out."""
    if listing.layout == "classes" or listing.task != "classification":
        return good
    trained = {file.class_name for file, _ in good if file.part == "train"}
    for name in in_natural_order({file.class_name for file, _ in good} - trained):
        path = next((path for folder, path, _ in listing.class_folders if folder == name), "")
        problems.append(
            finding(
                "error",
                "class.not_in_train",
                Message(
                    "The class {name} has no images to train on; its other images are left out.", name=name
                ),
                Message("Put some of its images into the part train, or remove the class."),
                path,
            )
        )
    return [pair for pair in good if pair[0].class_name in trained]


def _numbered(
    good: list[tuple[ListedFile, Facts]],
) -> tuple[tuple[ImageEntry, ...], tuple[ClassCount, ...]]:
    names = in_natural_order({file.class_name for file, _ in good})
    index = {name: number for number, name in enumerate(names)}
    images = tuple(_entry(file, facts, index[file.class_name]) for file, facts in good)
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


def _targeted(good: list[tuple[ListedFile, Facts]]) -> tuple[ImageEntry, ...]:
    return tuple(_entry(file, facts, 0) for file, facts in good)


def _entry(file: ListedFile, facts: Facts, class_index: int) -> ImageEntry:
    return ImageEntry(
        path=file.path,
        class_index=class_index,
        part=file.part,
        width=facts.width,
        height=facts.height,
        mode=facts.mode,
        format=facts.format,
        bytes=facts.bytes,
        digest=facts.digest,
        traits=facts.traits,
        target=file.target,
    )


def _class_problems(
    listing: Listing, good: list[tuple[ListedFile, Facts]], thinned: Collection[str]
) -> list[Problem]:
    """Class folders that give no class, because nothing usable is in them; `thinned`: classes with quarantined images."""
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
        elif name not in thinned:
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

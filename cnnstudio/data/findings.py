"""What a report says beyond single files: traits of many images, duplicates, and whether it can be trained on."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Literal

from cnnstudio.core.message import Message
from cnnstudio.data.listing import Listing
from cnnstudio.data.picture import finding
from cnnstudio.data.problem import Problem
from cnnstudio.data.report import ClassCount, ImageEntry

_UNBALANCED = 10

_TRAIT_HINTS = {
    "16-bit": (
        "image.16_bit",
        Message("They are scaled to 8 bits: 0 stays 0, 65535 becomes 255."),
    ),
    "alpha": ("image.alpha", Message("Transparent parts are laid on white.")),
    "cmyk": ("image.cmyk", Message("They are converted to RGB without a colour profile.")),
    "palette": ("image.palette", Message("Their colours are looked up and used as RGB.")),
    "rotated": ("image.rotated", Message("They are turned upright, as the camera noted (EXIF).")),
    "animated": ("image.animated", Message("Only their first frame is used.")),
}
_TRAIT_SENTENCES = {
    "16-bit": "Images with 16 bits a channel: {count}.",
    "alpha": "Images with transparency: {count}.",
    "cmyk": "Images in CMYK, the colours of printing: {count}.",
    "palette": "Images with a palette of colours: {count}.",
    "rotated": "Images stored on their side or mirrored: {count}.",
    "animated": "Images that are animated or have several pages: {count}.",
}
_ACROSS_CLASSES = (
    "Images that are in more than one class: {count}, for example {first} and {second}.",
    "Keep each image in its right class only.",
)
_ACROSS_TARGETS = (
    "Equal images of which different things are told: {count}, for example {first} and {second}.",
    "Keep each image once, with what is right.",
)


def trait_hints(
    images: Sequence[ImageEntry], layout: Literal["classes", "parts"], classes: Sequence[ClassCount]
) -> list[Problem]:
    """One hint for each thing decoding will do, with the number of images; small and unbalanced classes."""
    counts = Counter(trait for image in images for trait in image.traits)
    problems = [
        finding("hint", code, Message(_TRAIT_SENTENCES[trait], count=counts[trait]), hint)
        for trait, (code, hint) in _TRAIT_HINTS.items()
        if counts[trait]
    ]
    sizes = {(image.width, image.height) for image in images}
    if len(sizes) > 1:
        problems.append(
            finding(
                "hint",
                "image.sizes",
                Message("The images have {count} different sizes.", count=len(sizes)),
                Message("Each is resized to the network's input; the aspect ratio is not kept."),
            )
        )
    if layout == "classes":
        problems += [
            finding(
                "warning",
                "class.small",
                Message(
                    "The class {name} has a single image, which is used for training only.", name=entry.name
                ),
                Message("Add images to it."),
            )
            for entry in classes
            if entry.count == 1
        ]
    if len(classes) > 1:
        small = min(classes, key=lambda entry: entry.count)
        large = max(classes, key=lambda entry: entry.count)
        if large.count >= _UNBALANCED * small.count:
            problems.append(
                finding(
                    "warning",
                    "class.unbalanced",
                    Message(
                        "The class {large} has {large_count} images, {small} only {small_count}.",
                        large=large.name,
                        large_count=large.count,
                        small=small.name,
                        small_count=small.count,
                    ),
                    Message(
                        "Add images to the small classes, or expect the network to favour the large ones."
                    ),
                )
            )
    return problems


def duplicate_groups(images: Sequence[ImageEntry]) -> tuple[tuple[str, ...], ...]:
    """Groups of paths whose files are equal byte for byte, in the order of their first member."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for image in images:
        groups[image.digest].append(image.path)
    return tuple(tuple(paths) for paths in groups.values() if len(paths) > 1)


def duplicate_problems(images: Sequence[ImageEntry], duplicates: Sequence[tuple[str, ...]]) -> list[Problem]:
    """What duplicates spoil: labels that contradict each other, validation images that were trained on."""
    if not duplicates:
        return []
    by_path = {image.path: image for image in images}
    across_classes = [group for group in duplicates if len({_learned(by_path[path]) for path in group}) > 1]
    across_parts = [group for group in duplicates if len({by_path[path].part for path in group}) > 1]
    problems = []
    if across_classes:
        sentence, cure = _ACROSS_TARGETS if images[0].target else _ACROSS_CLASSES
        problems.append(
            finding(
                "warning",
                "duplicate.classes",
                Message(
                    sentence,
                    count=len(across_classes),
                    first=across_classes[0][0],
                    second=across_classes[0][1],
                ),
                Message(cure),
                across_classes[0][0],
            )
        )
    if across_parts:
        problems.append(
            finding(
                "warning",
                "duplicate.parts",
                Message(
                    "Images that are in more than one of train, validation and test: {count}, for example {first}.",
                    count=len(across_parts),
                    first=across_parts[0][0],
                ),
                Message("Remove them from train; otherwise the accuracy looks better than it is."),
                across_parts[0][0],
            )
        )
    same = len(duplicates) - len(set(across_classes) | set(across_parts))
    if same:
        problems.append(
            finding(
                "hint",
                "duplicate.same_class",
                Message("Images that occur more than once in their class: {count}.", count=same),
                Message("Copies in both training and validation make the accuracy look better than it is."),
            )
        )
    return problems


def _learned(image: ImageEntry) -> tuple[object, ...]:
    """What a network is to learn of an image: its class, or its labels or numbers."""
    return image.class_index, image.target


def why_not_trainable(listing: Listing, classes: Sequence[ClassCount]) -> Problem | None:
    """Why a classifier cannot be trained on the folder; None when it can."""
    if len(classes) > 1:
        return None
    if classes:
        inner = _class_folders_one_level_down(listing)
        if inner:
            return finding(
                "error",
                "data.one_class",
                Message(
                    "All images lie in one folder, {name}, so there is one class only.", name=classes[0].name
                ),
                Message(
                    "Choose the folder {name} itself: its folders {inner} look like the classes.",
                    name=classes[0].name,
                    inner=", ".join(inner[:5]),
                ),
            )
        return finding(
            "error",
            "data.one_class",
            Message(
                "There is only one class with images, {name}; a classifier needs at least two.",
                name=classes[0].name,
            ),
            Message("Add a second folder with images of something else."),
        )
    if listing.files:
        return finding(
            "error",
            "data.no_images",
            Message("No image file can be used (of {count}).", count=len(listing.files)),
            Message("See the problems listed for each file."),
        )
    if listing.loose:
        return finding(
            "error",
            "data.no_classes",
            Message(
                "The images lie in no class folder ({count}), so what they show is not known.",
                count=listing.loose,
            ),
            Message("Make one folder for each class, and move each image into the folder of its class."),
        )
    return finding(
        "error",
        "data.no_images",
        Message("There are no images in this folder."),
        Message(
            "Choose a folder that holds one folder of images for each class (PNG, JPEG, BMP, GIF, WebP, TIFF)."
        ),
    )


def _class_folders_one_level_down(listing: Listing) -> list[str]:
    """Names of two or more folders inside the only class folder, when no image lies beside them."""
    inner: dict[str, None] = {}
    for file in listing.files:
        parts = file.path.split("/")
        if len(parts) < 3:
            return []
        inner[parts[1]] = None
    return list(inner) if listing.layout == "classes" and len(inner) > 1 else []

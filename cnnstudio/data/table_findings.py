"""What a report says of images that a table lists: whether they can be trained on, and labels that teach nothing."""

from __future__ import annotations

from collections.abc import Sequence

from cnnstudio.core.message import Message
from cnnstudio.data.listing import Listing
from cnnstudio.data.picture import finding
from cnnstudio.data.problem import Problem
from cnnstudio.data.report import ClassCount, ImageEntry


def why_table_not_trainable(
    listing: Listing, images: Sequence[ImageEntry], classes: Sequence[ClassCount]
) -> Problem | None:
    """Why nothing can be learned from the images of a table; None when something can."""
    if not images:
        return finding(
            "error",
            "data.no_images",
            Message("No image of the table can be used."),
            Message("See the problems listed for each row."),
        )
    if listing.task == "classification" and len(classes) < 2:
        return finding(
            "error",
            "data.one_class",
            Message(
                "There is only one class with images, {name}; a classifier needs at least two.",
                name=classes[0].name,
            ),
            Message("Add rows of another class."),
        )
    if listing.task != "classification" and len({image.target for image in images}) < 2:
        return finding(
            "error",
            "data.one_target",
            Message("The table tells the same of every image, so there is nothing to learn."),
            Message("Add rows of which something else is told."),
        )
    return None


def target_hints(images: Sequence[ImageEntry], listing: Listing) -> list[Problem]:
    """Labels and numbers that are the same for every image; labels of which every image has exactly one."""
    problems = []
    single = all(sum(image.target) == 1 for image in images)
    if listing.task == "multi_label" and images and single and len(listing.target_names) > 1:
        problems.append(
            finding(
                "hint",
                "target.single",
                Message("Every image has exactly one label, as if the labels were classes."),
                Message("To train a classifier that chooses one of them, set task to classification."),
            )
        )
    for number, name in enumerate(listing.target_names):
        values = {image.target[number] for image in images}
        if len(values) == 1 and len(images) > 1:
            value = values.pop()
            said = (
                Message(
                    "The label {name} is on every image." if value else "No image has the label {name}.",
                    name=name,
                )
                if listing.task == "multi_label"
                else Message("The number {name} is {value} for every image.", name=name, value=f"{value:g}")
            )
            problems.append(
                finding("warning", "target.constant", said, Message("There is nothing to learn of it."))
            )
    return problems

"""TextVectorization: where text enters, word by word as numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.core.drawings import Drawing, NumberedWords
from cnnstudio.core.message import Message
from cnnstudio.core.parameters import Arguments, ChoiceParam, IntParam, ParamSpec, TextParam
from cnnstudio.core.params import Params, Value
from cnnstudio.core.spec import Call, Fields, LayerSpec, Shape, Shapes
from cnnstudio.layers.wording import join

_RESERVED = "[UNK]"


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsParam(TextParam):
    """Words parted by spaces, each once; a list of words is read too."""

    maximum_length: int = 1_000_000

    def normalise(self, value: Value) -> Value:
        words = value.split() if isinstance(value, str) else list(value) if isinstance(value, tuple) else []
        sound = [word for word in words if isinstance(word, str) and word and word != _RESERVED]
        if not sound or len(sound) != len(words) or len(set(sound)) != len(sound):
            shown = value if isinstance(value, str) else None
            raise self.refuse(Message("it must be words parted by spaces, each of them once."), shown)
        text = " ".join(sound)
        if len(text) > self.maximum_length:
            raise self.refuse(Message("it is too long."), text)
        return text


class TextVectorization(LayerSpec):
    """`keras.layers.TextVectorization` behind an input of text: one string becomes `(output_sequence_length,)`.

    0 stands for no word, 1 for a word that the vocabulary lacks, 2 for the vocabulary's first. It needs TensorFlow.
    """

    type: ClassVar[str] = "TextVectorization"
    category: ClassVar[str] = "input"
    prefix: ClassVar[str] = "text"
    order: ClassVar[int] = 10
    keywords: ClassVar[tuple[str, ...]] = ("words", "token", "string", "vocabulary", "sentence")
    minimum_inputs: ClassVar[int] = 0
    maximum_inputs: ClassVar[int | None] = 0
    drawing: ClassVar[Drawing] = NumberedWords()
    help: ClassVar[Message] = Message(
        "Where text enters the network: splits each text into words and gives every word its number in the "
        "vocabulary. Put Embedding behind it; it needs two numbers more than there are words, one for 'no word' and "
        "one for unknown words."
    )
    params: ClassVar[tuple[ParamSpec, ...]] = (
        WordsParam(
            name="vocabulary",
            default="the a and of to in is it that not good bad",
            help=Message("The words that have a number of their own, parted by spaces."),
        ),
        IntParam(
            name="output_sequence_length",
            default=50,
            optional=True,
            help=Message("How many words come out: longer texts are cut, shorter ones filled with 0."),
        ),
        ChoiceParam(
            name="output_mode",
            default="int",
            choices=("int", "multi_hot", "count"),
            help=Message(
                "'int' gives the words' numbers in order, 'multi_hot' which words occur, 'count' how often."
            ),
        ),
        ChoiceParam(
            name="standardize",
            default="lower_and_strip_punctuation",
            choices=("lower_and_strip_punctuation", "lower", "strip_punctuation"),
            optional=True,
            advanced=True,
            help=Message("What is done to the text before it is split."),
        ),
        ChoiceParam(
            name="split",
            default="whitespace",
            choices=("whitespace", "character"),
            advanced=True,
            help=Message("Where words end."),
        ),
    )

    def output_shape(self, inputs: Shapes, args: Arguments) -> Shape:
        if args.text("output_mode") != "int":
            return (len(self._words(args)) + 1,)
        length = args["output_sequence_length"]
        return (None if length is None else args.integer("output_sequence_length"),)

    def fields(self, inputs: Shapes, fields: tuple[Fields, ...], args: Arguments) -> Fields:
        return None

    def describe(self, args: Arguments) -> str:
        mode = args.text("output_mode")
        return join(f"{len(self._words(args))} words", None if mode == "int" else mode)

    def keras(self, inputs: Shapes, args: Arguments) -> tuple[Call, ...]:
        arguments: dict[str, object] = {"vocabulary": tuple(self._words(args))}
        mode = args.text("output_mode")
        if mode != "int":
            arguments["output_mode"] = mode
        elif args["output_sequence_length"] is not None:
            arguments["output_sequence_length"] = args.integer("output_sequence_length")
        for name, usual in (("standardize", "lower_and_strip_punctuation"), ("split", "whitespace")):
            if args[name] != usual:
                arguments[name] = args[name]
        text = Call("layers.Input", Params(shape=(), dtype="string"), suffix="text")
        return text, Call("layers.TextVectorization", Params(arguments))

    def _words(self, args: Arguments) -> list[str]:
        return args.text("vocabulary").split()

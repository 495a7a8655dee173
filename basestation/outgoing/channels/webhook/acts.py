"""What a webhook that comes in may say, version 1: a report about a notice, or somebody's answer.

Decides how JSON becomes one of the two, and refuses the rest with a sentence. A verb is passed on as words
with the code of the case, so that it counts by the same rule as a text message; nothing is guessed.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from basestation.outgoing.channels.channel import Answer, Report, Stage

VERSION: Final = 1
Text = Annotated[str, Field(max_length=1600)]
Short = Annotated[str, Field(max_length=200)]
Code = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{3,12}$")]
#: Those that words can say; on a technical alarm `accept` acknowledges.
_Verb = Literal[
    "accept", "decline", "on_the_way", "on_scene", "still_here", "need_more",
    "escalate", "all_clear", "false_alarm",
]  # fmt: skip


class ContentRefused(ValueError):
    """A body says nothing that we take; the text is a sentence."""


class _Act(BaseModel):
    model_config = ConfigDict(frozen=True)

    version: Literal[1]
    key: Short = ""


class ReportAct(_Act):
    """What became of a notice."""

    type: Literal["report"]
    key: Annotated[str, Field(min_length=1, max_length=200)]
    stage: Literal["failed", "delivered", "opened"]
    detail: Short = ""

    def report(self) -> Report:
        """Return it as the port has it."""
        return Report(self.key, Stage(self.stage), self.detail)


class AnswerAct(_Act):
    """What somebody said: their words, or a verb with the code of the case."""

    type: Literal["answer"]
    sender: Annotated[str, Field(min_length=1, max_length=200)]
    text: Text = ""
    verb: _Verb | None = None
    code: Code | None = None
    minutes: Annotated[int, Field(ge=1, le=240)] | None = None
    is_automatic: bool = False

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        if (self.verb is None) != (self.code is None):
            raise ValueError("a verb counts only with the code of its case, and a code only with a verb")
        if self.verb is None and not self.text.strip():
            raise ValueError("it says nothing: send text, or verb and code")
        if self.minutes is not None and self.verb != "on_the_way":
            raise ValueError("minutes go with the verb on_the_way")
        return self

    def answer(self, channel: str) -> Answer:
        """Return it as the port has it."""
        return Answer(channel, self.sender, self.words(), key=self.key, is_automatic=self.is_automatic)

    def words(self) -> str:
        """Return what is said, as somebody would write it in a text message."""
        if self.verb is None:
            return self.text
        minutes = "" if self.minutes is None else f" {self.minutes}"
        return f"{self.code} {self.verb.replace('_', ' ')}{minutes} {self.text}".strip()


Act = ReportAct | AnswerAct
_ACTS: Final[TypeAdapter[Act]] = TypeAdapter(Annotated[Act, Field(discriminator="type")])


def act_of(body: bytes) -> Act:
    """Return what a body says; raises ContentRefused. Fields that nobody knows are passed over."""
    try:
        return _ACTS.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"] if part not in {"report", "answer"})
        where = f"{place}: " if place else ""
        raise ContentRefused(f"The body is not what is taken here: {where}{first['msg']}.") from None

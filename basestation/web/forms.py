"""The pieces forms are made of: what a name, a number and a line of text may be."""

from typing import Annotated

from pydantic import Field, StringConstraints

#: Numbers given by the database, of 64 bits.
Id = Annotated[int, Field(ge=1, le=2**62)]

# Control characters do not print, and the bidirectional ones would let a name show as another one.
_LINE = r"^[^\x00-\x1f\x7f-\x9f\u{202a}-\u{202e}\u{2066}-\u{2069}]*$"
#: What a text of several lines may hold.
TEXT_PATTERN = r"^[^\x00-\x09\x0b-\x1f\x7f-\x9f\u{202a}-\u{202e}\u{2066}-\u{2069}]*$"

#: One line that people read, 1 to 120 characters.
Line = Annotated[str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True, pattern=_LINE)]
#: The same, may be left empty.
OptionalLine = Annotated[str, StringConstraints(max_length=120, strip_whitespace=True, pattern=_LINE)]
#: A few sentences, such as the way to a workplace; may be left empty.
Text = Annotated[str, StringConstraints(max_length=500, strip_whitespace=True, pattern=TEXT_PATTERN)]
#: A login; spaces would be invisible in a log.
Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._@-]{1,64}$")]
#: The version that somebody had seen before they changed it; none: whatever it was.
Seen = Annotated[int | None, Field(ge=0, le=2**31)]
#: A device's name, part of its topics.
DeviceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]

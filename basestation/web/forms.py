"""The pieces forms are made of: what a name, a number and a line of text may be."""

from typing import Annotated

from fastapi import Path
from pydantic import Field, StringConstraints

#: Numbers given by the database, of 64 bits.
Id = Annotated[int, Field(ge=1, le=2**62)]
CaseId = Annotated[int, Path(ge=1, le=2**62)]

#: One line that people read: no control characters, nothing that only looks empty.
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=120, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")
]
#: The same, may be left empty.
OptionalLine = Annotated[
    str, StringConstraints(max_length=120, strip_whitespace=True, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")
]
#: A few sentences, such as the way to a workplace.
Text = Annotated[
    str, StringConstraints(max_length=500, strip_whitespace=True, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f-\x9f]*$")
]
#: A login; spaces would be invisible in a log.
Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._@-]{1,64}$")]
#: A device's name, part of its topics.
DeviceName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]

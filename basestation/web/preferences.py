"""Language and theme of the person logged in; they follow to every browser."""

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from basestation.web.part import Web
from basestation.web.sessions import LoggedIn

router = APIRouter(prefix="/api/v1", tags=["log-in"])


class PreferencesForm(BaseModel):
    """What somebody wants of the console; None: what their browser asks for."""

    language: Literal["en", "de"] | None = None
    theme: Literal["dark", "light"] | None = None


@router.put("/me/preferences")
async def choose(form: PreferencesForm, user: LoggedIn, web: Web) -> dict[str, str | None]:
    """Keep both, and return them as they are kept."""
    await web.engine.preferences.choose(user.id, form.language, form.theme, user.display_name)
    return await web.engine.preferences.of(user.id)

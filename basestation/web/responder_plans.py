"""The floor plans of a responder's page: a picture, and a large plan on a page of its own.

Decides that both live and die with the link: no plan before an alarm was raised, none after its case is over,
and none of any other case. A link that opens nothing is answered and counted as everywhere (`responder.py`).
"""

from html import escape

from fastapi import APIRouter, Request, Response

from basestation.plans.drawn import figures
from basestation.plans.words import words_in
from basestation.web.forms import Id
from basestation.web.part import Web
from basestation.web.plans import picture_response
from basestation.web.responder import as_page, invalid
from basestation.web.responder_html import document

router = APIRouter(include_in_schema=False)


@router.get("/r/{token}/picture/{plan_id}")
async def picture(token: str, plan_id: Id, request: Request, web: Web) -> Response:
    """Return the picture of a plan of this case."""
    if await web.engine.pages.plan(token, plan_id) is None:
        return invalid(request, web)
    return picture_response(*await web.engine.plans.picture(plan_id))


@router.get("/r/{token}/plan/{plan_id}")
async def plan(token: str, plan_id: Id, request: Request, web: Web) -> Response:
    """Return a plan of this case on a page of its own."""
    found = await web.engine.pages.plan(token, plan_id)
    if found is None:
        return invalid(request, web)
    page, drawing = found
    back = f'<p><a class="button" href="/r/{escape(token)}">{escape(words_in(page.language)["back"])}</a></p>'
    here = f"/r/{token}/picture/{plan_id}"
    shown = figures((drawing,), page.language, lambda _: here, lambda _: here)
    return as_page(document(page.language, f'<main class="plan-page">{back}{shown}</main>'))

"""Webhook, e-mail and every URL that apprise knows, through apprise 2.2.

Decides how an address becomes an apprise URL and what its answer means: every target must have
taken the notice, and one that timed out may have it. apprise blocks, so each send has a thread of its
own; a thread that hangs is left behind, and holds its place, until it ends.
"""

import asyncio
import threading
from urllib.parse import quote, urlsplit

import apprise
from apprise.result import AppriseResult, AppriseResultStatus

from basestation.outgoing.channels.channel import Delivery, Health, Notice, Stage

#: apprise gives up on its targets after this, in seconds; less than the dispatcher does.
_TARGETS_S_MAX = 15
#: Threads at one moment; more wait for one to end.
THREADS_MAX = 32

_TIMED_OUT = "no answer, it may have arrived"
_NO_MAIL_SERVER = "no mail server is set: put its URL into the settings"


class AppriseChannel:
    """Sends through apprise. `mail_server` is its URL of a mail server, such as mailtos://user:pass@host."""

    def __init__(self, mail_server: str = "") -> None:
        self._mail_server = mail_server
        self._threads = asyncio.Semaphore(THREADS_MAX)

    async def send(self, notice: Notice) -> Delivery:
        """Try once."""
        url = self._url(notice)
        if url is None:
            return Delivery(Stage.FAILED, _NO_MAIL_SERVER)
        await self._threads.acquire()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Delivery] = loop.create_future()

        def run() -> None:
            delivery = _send(url, notice)
            if not loop.is_closed():
                loop.call_soon_threadsafe(self._ended, answer, delivery)

        # Not a pool: at exit that would wait for a thread that hangs.
        threading.Thread(target=run, name="notice", daemon=True).start()
        return await answer

    async def check(self) -> Health:
        """Tell what can be told without sending: whether there is a thread free."""
        if self._threads.locked():
            return Health(
                is_working=False,
                detail=f"all {THREADS_MAX} sends hang: the machines behind them do not answer",
            )
        return Health(is_working=True)

    def _ended(self, answer: asyncio.Future[Delivery], delivery: Delivery) -> None:
        self._threads.release()
        if not answer.done():
            answer.set_result(delivery)

    def _url(self, notice: Notice) -> str | None:
        """Return the apprise URL of the notice's address; None for e-mail without a mail server."""
        address = notice.address
        scheme = urlsplit(address).scheme
        if scheme in {"http", "https"}:
            # apprise posts JSON there; the prefix `:` makes a field of it.
            fields = f":case={notice.case_id}&:key={quote(notice.key, safe='')}"
            joined = "&" if "?" in address else "?"
            return f"json{'s' if scheme == 'https' else ''}{address.removeprefix(scheme)}{joined}{fields}"
        if scheme or "@" not in address:
            return address
        if not self._mail_server:
            return None
        joined = "&" if "?" in self._mail_server else "?"
        return f"{self._mail_server}{joined}to={quote(address, safe='')}"


def _send(url: str, notice: Notice) -> Delivery:
    sender = apprise.Apprise()
    if not sender.add(url):
        return Delivery(Stage.FAILED, "the address is none that apprise understands")
    try:
        body = f"{notice.body}\n{notice.link}" if notice.link else notice.body
        result = sender.notify(body=body, title=notice.subject, timeout=_TARGETS_S_MAX)
    except Exception as error:  # noqa: BLE001 (a plugin may raise anything; the notice is tried again)
        return Delivery(Stage.FAILED, f"apprise failed: {type(error).__name__}")
    return _delivery(result)


def _delivery(result: AppriseResult) -> Delivery:
    failed = [
        # The name, not the URL: secrets stand in it.
        f"{target.name}: {_TIMED_OUT if target.status is AppriseResultStatus.TIMEOUT else 'refused'}"
        for target in result.results
        if target.status is not AppriseResultStatus.SUCCESS
    ]
    if failed or not result.results:
        return Delivery(Stage.FAILED, "; ".join(failed) or "no target took it")
    return Delivery(Stage.SENT, ", ".join(target.name for target in result.results))

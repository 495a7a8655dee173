"""E-mail as a channel: apprise sends it, and the site's mail server is asked whether it answers.

Asking tells nobody anything: a connection, a greeting, the same encryption and log-in as for sending, and a
good-bye. What the server then does with a message is not known here.
"""

import asyncio
import smtplib
import ssl
import threading
from typing import Final

import apprise

from basestation.outgoing.channels.apprise import AppriseChannel
from basestation.outgoing.channels.channel import Health

#: What the mail server gets to answer, in seconds.
ANSWER_S_MAX: Final = 10
_NOT_SET = "no mail server is set: put its URL into the settings"


class MailChannel(AppriseChannel):
    """Sends e-mail through the site's mail server."""

    def __init__(self, mail_server: str = "") -> None:
        """`mail_server` is an apprise URL, such as mailtos://user:secret@mail.example."""
        super().__init__(mail_server)
        self._server = mail_server

    async def check(self) -> Health:
        """Ask the mail server whether it answers and lets us in."""
        threads = await super().check()
        if not self._server or not threads.is_working:
            return threads if self._server else Health(is_working=False, detail=_NOT_SET)
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Health] = loop.create_future()

        def run() -> None:
            health = _asked(self._server)
            if not loop.is_closed():
                loop.call_soon_threadsafe(lambda: None if answer.done() else answer.set_result(health))

        # Not a pool: at exit that would wait for a thread that hangs.
        threading.Thread(target=run, name="mail server", daemon=True).start()
        return await answer


def _asked(url: str) -> Health:
    plugin = apprise.Apprise.instantiate(url)
    host, port = getattr(plugin, "smtp_host", None), getattr(plugin, "port", None)
    if plugin is None or not host or not port:
        return Health(is_working=False, detail="the URL of the mail server is none that apprise understands")
    mode = str(getattr(plugin, "secure_mode", ""))
    try:
        with _connected(host, int(port), mode) as server:
            if plugin.user and plugin.password:
                server.login(plugin.user, plugin.password)
            server.noop()
    except (OSError, smtplib.SMTPException) as error:
        # Its words may hold the log-in.
        return Health(is_working=False, detail=f"the mail server does not let us in: {type(error).__name__}")
    return Health(is_working=True, detail="the mail server answers")


def _connected(host: str, port: int, mode: str) -> smtplib.SMTP:
    if mode == "ssl":
        return smtplib.SMTP_SSL(host, port, timeout=ANSWER_S_MAX, context=ssl.create_default_context())
    server = smtplib.SMTP(host, port, timeout=ANSWER_S_MAX)
    if mode == "starttls":
        server.starttls(context=ssl.create_default_context())
    return server

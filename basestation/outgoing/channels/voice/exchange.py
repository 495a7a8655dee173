"""A small telephone system on loopback that speaks SIP by UDP, with faults that can be set; for tests.

Registers who knows the password (digest, MD5, as RFC 3261 section 22 has it), asks callers for it too, and
passes calls on to whoever is registered under the number; sound goes between the telephones directly.
Whoever has no telephone can be busy, refuse or never answer. Not a product: no other transport, no routes.
"""

import asyncio
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from basestation.outgoing.channels.voice.twin import Fault

_REALM: Final = "twin.example"
_STATUSES: Final = {
    100: "Trying", 180: "Ringing", 200: "OK", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found",
    407: "Proxy Authentication Required", 486: "Busy Here", 487: "Request Terminated", 603: "Decline",
}  # fmt: skip
_FAULTS: Final = {Fault.BUSY: (100, 486), Fault.REFUSES: (100, 180, 603), Fault.NEVER_ANSWERS: (100, 180)}
_COPIED: Final = ("via", "from", "to", "call-id", "cseq")
_URI: Final = re.compile(r"sip:([^@;>]*)@([^;:>]+)(?::(\d+))?")
_PARAMETER: Final = re.compile(r'(\w+)="?([^",]*)"?')

Address = tuple[str, int]


@dataclass
class Message:
    """A SIP message: first line, headers in order, body."""

    first: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @classmethod
    def of(cls, data: bytes) -> "Message | None":
        """Return the message in a datagram; None for anything else."""
        head, divided, body = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("utf-8", "replace").split("\r\n")
        pairs = [line.partition(":") for line in lines]
        if not divided or "SIP/2.0" not in first or not all(colon for _, colon, _ in pairs):
            return None
        return cls(first, [(name.strip(), value.strip()) for name, _, value in pairs], body)

    def get(self, name: str) -> str:
        """Return the first value of a header; empty if there is none."""
        return next((value for found, value in self.headers if found.lower() == name), "")

    def data(self) -> bytes:
        """Return the message as a datagram."""
        lines = [self.first, *(f"{name}: {value}" for name, value in self.headers), "", ""]
        return "\r\n".join(lines).encode() + self.body


class TwinExchange(asyncio.DatagramProtocol):
    """The telephone system; `passwords` by user, `faults` by number."""

    def __init__(self, passwords: dict[str, str]) -> None:
        self.passwords = passwords
        self.faults: dict[str, Fault] = {}
        #: Nobody gets an answer.
        self.is_dead = False
        #: Everybody who registers is refused with 403.
        self.is_refusing = False
        #: Datagrams that are no SIP message.
        self.not_understood = 0
        #: Where each user's telephone is, and its own address.
        self.bindings: dict[str, tuple[str, Address]] = {}
        self.invited: list[str] = []
        self._back: dict[str, Address] = {}
        self._forth: dict[str, tuple[str, Address]] = {}
        self._ringing: dict[str, tuple[Message, Address]] = {}
        self._nonce = secrets.token_hex(8)
        self._transport: Any = None
        self._changed = asyncio.Event()
        self.port = 0

    async def open(self) -> None:
        """Listen on a free port of loopback."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", 0))
        self.port = self._transport.get_extra_info("sockname")[1]

    def close(self) -> None:
        """Stop listening."""
        self._transport.close()

    async def until_registered(self, user: str, wait_s: float = 20.0) -> None:
        """Return once a user's telephone is registered; raises TimeoutError."""
        async with asyncio.timeout(wait_s):
            while user not in self.bindings:
                self._changed.clear()
                await self._changed.wait()

    async def until_heard(self, wait_s: float = 20.0) -> None:
        """Return once somebody has sent something; raises TimeoutError."""
        self._changed.clear()
        await asyncio.wait_for(self._changed.wait(), wait_s)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Take a message."""
        self._changed.set()
        message = Message.of(data)
        if message is None:
            self.not_understood += 1
        elif not self.is_dead:
            if message.first.startswith("SIP/2.0"):
                self._pass_back(message)
            else:
                self._take(message, addr)

    def _take(self, message: Message, addr: Address) -> None:
        method = message.first.partition(" ")[0]
        if method == "REGISTER":
            self._register(message, addr)
        elif method == "INVITE":
            self._invite(message, addr)
        elif method == "CANCEL":
            self._cancel(message, addr)
        elif method == "ACK":
            self._pass_on(message, addr)

    def _register(self, message: Message, addr: Address) -> None:
        if self.is_refusing:
            self._answer(message, addr, 403)
            return
        user = self._user(message, addr, 401, "authorization", "WWW-Authenticate")
        contact = _URI.search(message.get("contact"))
        if not user:
            return
        expires = re.search(r"expires=(\d+)", message.get("contact")) or re.search(
            r"(\d+)", message.get("expires")
        )
        if contact is None or (expires is not None and int(expires[1]) == 0):
            self.bindings.pop(user, None)
        else:
            self.bindings[user] = (contact[0], (contact[2], int(contact[3] or 5060)))
        self._answer(message, addr, 200, ("Contact", message.get("contact")))

    def _invite(self, message: Message, addr: Address) -> None:
        if not self._user(message, addr, 407, "proxy-authorization", "Proxy-Authenticate"):
            return
        number = (_URI.search(message.first) or [""] * 2)[1]
        self.invited.append(number)
        fault = self.faults.get(number, Fault.NONE)
        if fault is Fault.SILENT:
            return
        if fault in _FAULTS:
            self._ringing[_branch(message)] = (message, addr)
            for status in _FAULTS[fault]:
                self._answer(message, addr, status)
        elif number in self.bindings:
            self._forth[_branch(message)] = self.bindings[number]
            self._pass_on(message, addr)
        else:
            self._answer(message, addr, 404)

    def _cancel(self, message: Message, addr: Address) -> None:
        ringing = self._ringing.pop(_branch(message), None)
        if ringing is None:
            self._pass_on(message, addr)
        else:
            self._answer(message, addr, 200)
            self._answer(*ringing, 487)

    def _pass_on(self, message: Message, addr: Address) -> None:
        """Send a request on to the telephone that its call went to; others end here."""
        branch = _branch(message)
        if branch not in self._forth:
            return
        uri, there = self._forth[branch]
        ours = "z9hG4bKtwin" + hashlib.sha256(branch.encode()).hexdigest()[:16]
        self._back[ours] = addr
        method = message.first.partition(" ")[0]
        via = ("Via", f"SIP/2.0/UDP 127.0.0.1:{self.port};branch={ours};rport")
        sent = Message(f"{method} {uri} SIP/2.0", [via, *message.headers], message.body)
        self._transport.sendto(sent.data(), there)

    def _pass_back(self, message: Message) -> None:
        addr = self._back.get(_branch(message))
        if addr is None:
            return
        first_via = next(i for i, (name, _) in enumerate(message.headers) if name.lower() in {"via", "v"})
        del message.headers[first_via]
        self._transport.sendto(message.data(), addr)

    def _user(self, message: Message, addr: Address, status: int, said: str, asked: str) -> str:
        """Return who proved to know their password; whoever did not is asked for it."""
        given: dict[str, str] = dict(_PARAMETER.findall(message.get(said)))
        password = self.passwords.get(given.get("username", ""), "")
        method = message.first.partition(" ")[0]
        asked_for = _md5(f"{method}:{given.get('uri')}")
        secret = _md5(f"{given.get('username')}:{_REALM}:{password}")
        wanted = _md5(f"{secret}:{self._nonce}:{asked_for}")
        if password and secrets.compare_digest(given.get("response", ""), wanted):
            return given["username"]
        if given:
            self._answer(message, addr, 403)
        else:
            challenge = f'Digest realm="{_REALM}", nonce="{self._nonce}", algorithm=MD5'
            self._answer(message, addr, status, (asked, challenge))
        return ""

    def _answer(self, message: Message, addr: Address, status: int, *more: tuple[str, str]) -> None:
        headers = [
            (name, value + (";tag=twin" if name.lower() == "to" and "tag=" not in value else ""))
            for name, value in message.headers
            if name.lower() in _COPIED
        ]
        first = f"SIP/2.0 {status} {_STATUSES[status]}"
        self._transport.sendto(Message(first, [*headers, *more, ("Content-Length", "0")]).data(), addr)


def _branch(message: Message) -> str:
    found = re.search(r"branch=([^;,\s]+)", message.get("via"))
    return found[1] if found else ""


def _md5(text: str) -> str:
    # The digest of the protocol; nothing here is kept secret by it.
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

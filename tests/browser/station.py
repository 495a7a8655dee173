"""A base station as a process of its own, for browser tests: it can be frozen and killed.

Run as a program it carries out one JSON command a line and answers each with one line: `open` serves
a fresh control room (the real web part over the real engine on SQLite, the radio a queue), the others
say what devices do and what the site registers. One process serves one room after the other.
"""

import asyncio
import json
import signal
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec

from basestation.cases.chain import chain_from_json
from basestation.casework.pressing import Said
from basestation.log_lines import configure
from basestation.outgoing.channels import Delivery, Notice, Stage
from basestation.outgoing.channels.web_push import Vapid, WebPushSettings
from basestation.web.own_phone import own_phone_router
from basestation.web.push import push_router
from tests.basestation.web.control_room import WAIT_S_MAX, ControlRoom, serving
from tests.basestation.web.rescue_room import staffed, token_of

ROOT = Path(__file__).parents[2]


class Station:
    """The process, seen from a test."""

    def __init__(self):
        self._process = None
        self.port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.browser.station"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def open(self, folder: Path, port: int = 0, *, is_attended: bool = True) -> None:
        """Serve the control room whose database is in `folder`; the one before is closed.

        `is_attended`: somebody sits at a further console; otherwise the consoles of the test count alone.
        """
        self.port = self.do("open", folder=str(folder), port=port, is_attended=is_attended)["port"]

    def do(self, name: str, /, **arguments) -> dict:
        """Carry out one command and return its answer."""
        self._process.stdin.write(json.dumps({"do": name, **arguments}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the station ended"
        return json.loads(line)

    def freeze(self) -> None:
        """Stop the process as a hung machine would: every socket stays open."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it without a word."""
        self._process.kill()
        self._process.wait(WAIT_S_MAX)

    def stop(self) -> None:
        self.thaw()
        self._process.stdin.close()
        try:
            self._process.wait(WAIT_S_MAX)
        except subprocess.TimeoutExpired:
            self.kill()


class Program:
    """What runs in the process."""

    def __init__(self):
        self._stack = AsyncExitStack()
        self._room = None

    async def carry_out(self, command: dict) -> dict:
        """Do what a line says and return the answer."""
        return await getattr(self, f"do_{command.pop('do')}")(**command)

    async def do_open(self, **command) -> dict:
        return {"port": await self._open(**command)}

    async def do_shift(self, **command) -> dict:
        return {"shift": await self._room.start_shift(**command)}

    async def do_alarm(self, device: str, kind: str = "manual", **fields) -> dict:
        return {"alarm": self._room.radio.raise_alarm(device, kind, **fields)}

    async def do_say(self, device: str, kind: str, **fields) -> dict:
        return {"id": self._room.radio.say(device, kind, **fields)}

    async def do_case(self, **command) -> dict:
        return await self._room.engine.case(command["id"])

    async def do_close(self, id: int) -> dict:  # noqa: A002 -- as the command says
        """Take a case and end it as well."""
        user = (await self._room.engine.user_by_login("olga")).user
        for verb in ("accept", "on_the_way", "on_scene"):
            await self._room.engine.press(id, verb, user)
        return await self._room.engine.press(id, "all_clear", user, Said("Worker is well"))

    async def do_plan(self, svg: str, marks: list[dict]) -> dict:
        """Keep a plan with what stands on it."""
        plans = self._room.engine.plans
        added = await plans.add("Hall 3", "ground floor", 1, svg.encode(), "Otto Officer")
        for one in marks:
            await plans.place(added["id"], one.pop("kind"), one.pop("points"), "Otto Officer", **one)
        return {"id": added["id"]}

    async def do_protocol(self, steps: list[str], kind: str = "") -> dict:
        """Put a protocol in force."""
        return await self._room.engine.casefiles.protocols.set(1, kind, steps, 0, "Otto Officer")

    async def do_beacon(self, name: str, zone: str) -> dict:
        return await self._room.engine.beacons.add(name, zone)

    async def do_chain(self, **chain) -> dict:
        await self._room.engine.set_chain(chain_from_json(json.dumps(chain)))
        return {}

    async def do_responder(self, name: str, channel: str, address: str) -> dict:
        """Add somebody who may be called, with one address."""
        people = self._room.engine.rescue.responders
        added = await people.add(name, "en", None, None, "Otto Officer")
        await people.set_addresses(added["id"], [(channel, address)], "Otto Officer")
        return {"id": added["id"]}

    async def do_deactivate(self, login: str) -> dict:
        await self._room.engine.deactivate_user(login)
        return {}

    async def do_staff(self) -> dict:
        await staffed(self._room)
        return {}

    async def do_web_push(self) -> dict:
        """Set web push up, with a key of this site."""
        key = ec.generate_private_key(ec.SECP256R1())
        settings = WebPushSettings(contact="mailto:safety@works.example")
        public_key = Vapid(key, settings.contact).public_key
        self._room.web.include_router(push_router(public_key))
        self._room.web.include_router(own_phone_router(settings, public_key))
        return {}

    async def do_ask(self, responder_id: int) -> dict:
        """Send somebody a test message, and return its code."""
        proofs, codes = self._room.engine.rescue.proofs, []

        async def send(_channel: str, notice: Notice) -> Delivery:
            codes.append(notice.code)
            return Delivery(Stage.SENT)

        proofs.send = send
        await proofs.ask(responder_id, "Otto Officer")
        return {"code": codes[0]}

    async def do_page(self, **command) -> dict:
        """Return where the page of one who is called is."""
        return {"path": f"/r/{token_of(self._room, **command)}"}

    async def _open(self, folder: str, port: int, *, is_attended: bool) -> int:
        await self.close()
        self._room = ControlRoom(Path(folder), is_attended=is_attended)
        # Who comes back to a port comes back to a database.
        await self._room.start(is_new=port == 0)
        self._stack.push_async_callback(self._room.engine.stop)
        return await self._stack.enter_async_context(serving(self._room.web, port))

    async def close(self) -> None:
        """End the room that is open."""
        await self._stack.aclose()


async def main() -> None:
    """Carry out commands until the input ends."""
    # As the program does: answers have the output to themselves, and a traceback takes no seconds.
    configure()
    program, loop = Program(), asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(await program.carry_out(json.loads(line))), flush=True)
    await program.close()


if __name__ == "__main__":
    asyncio.run(main())

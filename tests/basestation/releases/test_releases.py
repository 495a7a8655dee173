"""Releases at the base station: signed, trusted, imported, ordered, and followed to their end."""

import asyncio
import base64
import io
import json
import zipfile

import pytest

from basestation.engine import EntryRefused
from basestation.releases.archive import contents, image_of, packed, unpacked
from basestation.releases.errors import ReleaseRefused
from basestation.releases.keys import make_key, trust
from basestation.releases.shelf import INCOMING
from firmware.sealed import is_sealed
from firmware.update_order import sealed_part
from protocol.messages import UPDATE_PIECE_BYTES
from tests.basestation.site_bench import DEVICE, OPERATOR, running_site

FILES = {"firmware/main.mpy": b"m" * 2000, "protocol/codec.mpy": b"c" * 700}


@pytest.fixture
def key(tmp_path):
    """A key that the site in `tmp_path` trusts."""
    path = tmp_path / "maker"
    trust(tmp_path, make_key(path))
    return path


def lay_down(tmp_path, data):
    """Put a release where the base station looks for it; return its name."""
    folder = tmp_path / INCOMING
    folder.mkdir(exist_ok=True)
    (folder / ("a" * 32)).write_bytes(data)
    return "a" * 32


def changed(data, name, content):
    """Return an archive with one file changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == name else old.read(entry))
    return out.getvalue()


def test_a_release_is_taken_only_if_a_trusted_key_signed_exactly_what_it_holds(tmp_path, key):
    """No trusted key, a foreign one, a changed file, a changed manifest, no archive at all."""
    data = packed("1.2.0", {"unix": FILES}, key)
    release = unpacked(data, tmp_path)
    assert (release.version, release.key, release.boards) == ("1.2.0", "maker", {"unix": FILES})
    assert contents(data).boards == {"unix": FILES}
    foreign = tmp_path / "foreign"
    make_key(foreign)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for wrong, folder, words in (
        (data, elsewhere, "trusts no release key yet"),
        (packed("1.2.0", {"unix": FILES}, foreign), tmp_path, "not signed by a key that this site trusts"),
        (changed(data, "unix/firmware/main.mpy", b"m"), tmp_path, "is not what the signed manifest says"),
        (changed(data, "manifest.json", b"{}"), tmp_path, "not signed by a key"),
        (b"rubbish", tmp_path, "is no release"),
    ):
        with pytest.raises(ReleaseRefused, match=words):
            unpacked(wrong, folder)


def test_what_cannot_be_a_release_is_not_made(tmp_path, key):
    """A version with a blank, a board nobody has, a path out of the slot, an empty file."""
    for version, boards, words in (
        ("1 2", {"unix": FILES}, "is no version"),
        ("1.2", {"toaster": FILES}, "some of these boards"),
        ("1.2", {"unix": {"firmware/../../main.py": b"x"}}, "cannot be a file"),
        ("1.2", {"unix": {"firmware/main.mpy": b""}}, "cannot be a file"),
    ):
        with pytest.raises(ReleaseRefused, match=words):
            packed(version, boards, key)
    with pytest.raises(ReleaseRefused, match="never overwritten"):
        make_key(key)
    with pytest.raises(ReleaseRefused, match="holds no release key"):
        trust(tmp_path, tmp_path / "nothing.pub")
    (tmp_path / "other").mkdir()
    make_key(tmp_path / "other" / "maker")
    with pytest.raises(ReleaseRefused, match="Another key is trusted as maker"):
        trust(tmp_path, tmp_path / "other" / "maker.pub")
    assert (key.stat().st_mode & 0o777) == 0o600


async def ready(site, tmp_path, key, version="2.0"):
    """Let a device say what it is, and import a release for it."""
    await site.say("started", firmware="1.0", cause="power_on", settings_version=0, board="unix")
    await site.say("presence", state="online", reason="connected")
    site.engine.releases.shelf.data_dir = tmp_path
    return await site.engine.releases.shelf.take(
        lay_down(tmp_path, packed(version, {"unix": FILES}, key)), OPERATOR
    )


async def fleet(site):
    """Return what the fleet page says of the device."""
    return next(row for row in await site.engine.releases.all() if row["device"] == DEVICE)


async def order_after(site, earlier):
    """Return the next order to the device; repeats of the earlier one are passed over."""
    while True:
        order = await site.link.told(DEVICE, "update")
        if (order["boot"], order["seq"]) != (earlier["boot"], earlier["seq"]):
            return order


async def becomes(site, state, device=DEVICE, wait_s=5.0):
    """Return when the fleet page says that a device's update is in this state."""
    async with asyncio.timeout(wait_s):
        while {row["device"]: row["state"] for row in await site.engine.releases.all()}[device] != state:
            pass


async def test_a_release_goes_to_a_device_piece_by_piece_until_it_runs_there(tmp_path, key):
    """Sealed under the device's own key; what it wants is sent, and its words are on the fleet page."""
    async with running_site(tmp_path) as site:
        imported = await ready(site, tmp_path, key)
        assert (imported["version"], imported["boards"], imported["key"]) == ("2.0", ["unix"], "maker")
        await site.engine.releases.order([DEVICE], "2.0", 0, OPERATOR)
        order = await site.link.told(DEVICE, "update", release="2.0")
        credential = (await site.engine.credentials())[0]
        given = (await site.engine.tuning.handed_over(credential))["settings_key"]
        assert is_sealed(given.encode(), sealed_part(order), order["signature"])
        assert order["counter"] == 1
        await site.answer(order)
        await site.say("update-state", release="2.0", state="receiving", piece=1)
        image = image_of("unix", FILES)
        for number in range(1, image.pieces):
            piece = await site.link.told(DEVICE, "update-piece", piece=number)
            part = image.stream[number * UPDATE_PIECE_BYTES :][:UPDATE_PIECE_BYTES]
            assert base64.b64decode(piece["data"]) == part
            await site.answer(piece)
            site.clock.jump(1)
        for state in ("received", "started", "passed"):
            await site.say("update-state", release="2.0", state=state)
            assert (await fleet(site))["state"] == state
        assert (await fleet(site))["wanted"] == "2.0"
        other = lay_down(tmp_path, packed("2.0", {"unix": {"firmware/a.mpy": b"1"}}, key))
        with pytest.raises(EntryRefused, match="There is another release"):
            await site.engine.releases.shelf.take(other, OPERATOR)


async def test_a_device_that_goes_back_is_a_technical_alarm_and_stops_the_others(tmp_path, key):
    """The canary failed: the rest never begin."""
    async with running_site(tmp_path) as site:
        await ready(site, tmp_path, key)
        await site.engine.add_device("pna-02")
        started = {"firmware": "1.0", "cause": "power_on", "settings_version": 0, "board": "unix"}
        await site.say("started", device="pna-02", **started)
        await site.say("presence", device="pna-02", state="online", reason="connected")
        await site.engine.releases.order([], "2.0", 1, OPERATOR)
        await site.answer(await site.link.told(DEVICE, "update"))
        await site.say("update-state", release="2.0", state="rolled_back", reason="it failed to start")
        case = await site.only_case(kind="technical")
        assert "The update to 2.0 failed (rolled back): it failed to start" in case["cause"]
        site.clock.jump(10)
        await becomes(site, "stopped", "pna-02")
        assert (await fleet(site))["state"] == "rolled_back"


async def test_nothing_is_begun_on_shift_and_it_waits_for_its_end(tmp_path, key):
    """A device that refuses because of a shift or an alarm is asked again later."""
    async with running_site(tmp_path) as site:
        await ready(site, tmp_path, key)
        shift = await site.start_shift()
        await site.engine.releases.order([DEVICE], "2.0", 0, OPERATOR)
        site.clock.jump(30)
        assert (await fleet(site))["state"] == "waiting"
        await site.engine.end_shift(shift["id"], OPERATOR)
        site.clock.jump(30)
        order = await site.link.told(DEVICE, "update")
        fields = {"answers_boot": order["boot"], "answers_seq": order["seq"], "result": "refused"}
        await site.say("answer", **fields, reason="an alarm runs")
        assert ((await fleet(site))["state"], (await fleet(site))["reason"]) == ("waiting", "an alarm runs")
        site.clock.jump(30)
        order = await order_after(site, order)
        fields = {"answers_boot": order["boot"], "answers_seq": order["seq"], "result": "unsupported"}
        await site.say("answer", **fields)
        assert (await fleet(site))["state"] == "refused"


async def test_an_order_that_makes_no_sense_is_refused_with_a_sentence(tmp_path, key):
    """No such release, no such device, a board nobody knows."""
    async with running_site(tmp_path) as site:
        await site.engine.add_device("pna-03")
        await ready(site, tmp_path, key)
        for names, release, words in (
            ([DEVICE], "9", "There is no release '9'"),
            (["pna-09"], "2.0", "no device 'pna-09' in service"),
            (["pna-03"], "2.0", "nobody knows yet"),
        ):
            with pytest.raises(EntryRefused, match=words):
                await site.engine.releases.order(names, release, 0, OPERATOR)
        assert json.dumps(await site.engine.releases.all())

"""CAP on its way: by signed request and into a folder, each alert once, with references over a restart."""

import os
from xml.etree import ElementTree as ET

import pytest
from pydantic import ValidationError

from basestation.clock import FakeClock
from basestation.outgoing.channels import Stage
from basestation.outgoing.channels.cap import (
    CapChannel,
    CapSettings,
    FileReferenceStore,
    MemoryReferenceStore,
    References,
    TwinReceiver,
)
from basestation.outgoing.channels.cap.alert import NAMESPACE, Reference
from basestation.outgoing.channels.cap.references import ALERTS_MAX, CASES_MAX
from basestation.outgoing.channels.https import Fault
from basestation.outgoing.channels.https.errands import Errands
from tests.basestation.outgoing.channels.cap_rules import broken_rules
from tests.basestation.outgoing.channels.https_site import NOW, SECRET, a_notice, a_poster, serving
from tests.basestation.outgoing.channels.webhook_site import whsec


def a_channel(target, store=None, clock=None):
    """Return a channel to one target."""
    settings = CapSettings(sender="rufweite@works.example", targets={"siren": target})
    references = References(store or MemoryReferenceStore(), Errands())
    return CapChannel(settings, a_poster()[0], references, clock or FakeClock(NOW))


def said(alert, name):
    """Return what stands in an element of an alert."""
    return ET.fromstring(alert).findtext(f".//{{{NAMESPACE}}}{name}")


async def test_a_receiver_takes_signed_alerts_and_each_attempt_is_the_same_alert():
    """To the byte, however late it is tried again."""
    clock = FakeClock(NOW)
    async with serving(TwinReceiver(SECRET, clock)) as twin:
        channel = a_channel({"request": {"url": twin.url, "secret": whsec(SECRET)}}, clock=clock)
        twin.do(Fault.DIES)
        first = await channel.send(a_notice())
        clock.jump(90)
        second = await channel.send(a_notice())
        third = await channel.send(a_notice(key="other", text_key="closed"))
        assert (await channel.check()).is_working
    assert [one.stage for one in (first, second, third)] == [Stage.FAILED, Stage.SENT, Stage.SENT]
    assert "it may have arrived" in first.detail
    bodies = [heard.body for heard in twin.taken]
    assert bodies[0] == bodies[1]
    assert said(bodies[2], "msgType") == "Cancel"
    assert twin.taken[0].headers["content-type"] == "application/cap+xml"
    away = await channel.check()
    assert not away.is_working
    assert "siren: nobody lets us in" in away.detail


async def test_alerts_stand_whole_in_a_folder_and_refer_to_each_other_over_a_restart(tmp_path):
    """Whoever watches sees no half of one."""
    out, kept = tmp_path / "out", tmp_path / "references"
    out.mkdir()
    for key, reason in (("a", "alarm"), ("b", "alarm_again"), ("c", "closed")):
        channel = a_channel({"folder": out}, FileReferenceStore(kept))
        delivery = await channel.send(a_notice(key=key, text_key=reason, mark="drill"))
        assert (delivery.stage, delivery.detail) == (Stage.SENT, "siren: written")
    assert (await channel.check()).is_working
    alerts = [path.read_bytes() for path in sorted(out.iterdir())]
    assert [broken_rules(alert) for alert in alerts] == [[], [], []]
    assert {said(alert, "msgType") for alert in alerts} == {"Alert", "Update", "Cancel"}
    assert {said(alert, "status") for alert in alerts} == {"Exercise"}
    cancel = next(alert for alert in alerts if said(alert, "msgType") == "Cancel")
    assert len(said(cancel, "references").split()) == 2


async def test_a_folder_that_is_not_there_fails_and_is_named(tmp_path):
    """By sending and by check alike; so does a target that nobody knows."""
    channel = a_channel({"folder": tmp_path / "none"})
    delivery = await channel.send(a_notice())
    assert delivery.stage is Stage.FAILED
    assert "the folder refuses" in delivery.detail
    assert "siren: the folder refuses" in (await channel.check()).detail
    assert "no such target" in (await channel.send(a_notice(address="other"))).detail


async def test_a_disk_that_refuses_stops_no_alarm(tmp_path):
    """What was sent is known as long as the process lives; a file that is none is passed over."""
    store = MemoryReferenceStore()
    store.is_failing = True
    channel = a_channel({"folder": tmp_path}, store)
    assert (await channel.send(a_notice(key="a"))).is_sent
    assert (await channel.send(a_notice(key="b"))).is_sent
    types = {said(path.read_bytes(), "msgType") for path in tmp_path.iterdir()}
    assert types == {"Alert", "Update"}
    kept = tmp_path / "kept"
    for text in ("[]", "{", '{"siren/7": 5, "siren/8": [["a"]]}'):
        kept.write_text(text)
        references = References(FileReferenceStore(kept), Errands())
        assert await references.of("siren", 7) == ()
        assert await references.of("siren", 8) == ()
        assert references.failures == (text != '{"siren/7": 5, "siren/8": [["a"]]}')


async def test_what_is_remembered_is_bounded_and_the_first_alert_stays():
    """Of each case, and of cases."""
    references = References(MemoryReferenceStore(), Errands())
    for number in range(ALERTS_MAX + 1):
        await references.add("siren", 1, Reference(str(number), "t"))
    kept = [one.identifier for one in await references.of("siren", 1)]
    assert kept == ["0", *map(str, range(2, ALERTS_MAX + 1))]
    await references.add("siren", 1, Reference("0", "t"))
    assert len(await references.of("siren", 1)) == ALERTS_MAX
    for number in range(2, CASES_MAX + 2):
        references._known[f"siren/{number}"] = []
    await references.add("siren", 2, Reference("a", "t"))
    assert await references.of("siren", 1) == ()


def test_wrong_settings_get_a_sentence():
    """Without repeating a secret."""
    request = {"url": "https://a.example", "secret": whsec(SECRET)}
    for changes, sentence in (
        ({"sender": "a b"}, "without spaces"),
        ({"targets": {}}, "at least 1"),
        ({"targets": {"siren": {}}}, "one of them"),
        ({"targets": {"siren": {"folder": os.curdir, "request": request}}}, "not both"),
    ):  # fmt: skip
        with pytest.raises(ValidationError, match=sentence) as caught:
            CapSettings(**({"sender": "a@b", "targets": {"siren": {"folder": "x"}}} | changes))
        assert whsec(SECRET) not in str(caught.value)

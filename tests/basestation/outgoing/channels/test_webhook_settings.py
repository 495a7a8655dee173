"""Settings of webhooks: wrong ones get a sentence, and no sentence repeats a secret."""

import pytest
from pydantic import ValidationError

from basestation.outgoing.channels.webhook import Hook, WebhookSettings, WebhookTarget
from tests.basestation.outgoing.channels.https_site import OTHER_SECRET, SECRET
from tests.basestation.outgoing.channels.webhook_site import whsec

URL = "https://siren.example/in/7f3a"


def refusal(build):
    """Return the sentence that wrong settings get."""
    with pytest.raises(ValidationError) as caught:
        build()
    text = str(caught.value)
    assert whsec(SECRET) not in text
    assert "7f3a" not in text
    return text


def test_right_settings_are_taken_and_show_neither_secret_nor_address(tmp_path):
    """From the settings or from a file."""
    file = tmp_path / "secret"
    file.write_text(whsec(SECRET) + "\n")
    target = WebhookTarget(url=URL, secret_file=file)
    hook = Hook(secret=whsec(SECRET), old_secret=whsec(OTHER_SECRET))
    settings = WebhookSettings(targets={"siren": target}, hooks={"telephony": hook})
    assert target.secret_bytes == SECRET
    assert hook.secrets == (SECRET, OTHER_SECRET)
    assert Hook(secret=whsec(SECRET)).secrets == (SECRET,)
    assert whsec(SECRET) not in repr(settings)
    assert "7f3a" not in repr(settings)


def test_each_target_has_one_secret_of_the_right_form(tmp_path):
    """None, two, or one that is none."""
    file = tmp_path / "secret"
    assert "one of them" in refusal(lambda: WebhookTarget(url=URL))
    assert "not both" in refusal(lambda: WebhookTarget(url=URL, secret=whsec(SECRET), secret_file=file))
    assert "cannot be read" in refusal(lambda: WebhookTarget(url=URL, secret_file=file))
    file.write_text("")
    assert "is empty" in refusal(lambda: WebhookTarget(url=URL, secret_file=file))
    file.write_bytes(b"\xff\xfe")
    assert "no text" in refusal(lambda: WebhookTarget(url=URL, secret_file=file))
    assert "random bytes" in refusal(lambda: Hook(secret="whsec_c2hvcnQ="))
    assert "random bytes" in refusal(lambda: Hook(secret=whsec(SECRET), old_secret="x"))


def test_addresses_and_names_must_be_possible():
    """An address in clear text, a name that no address of a recipient can be."""
    assert "for loopback only" in refusal(
        lambda: WebhookTarget(url="http://siren.example/7f3a", secret=whsec(SECRET))
    )
    target = WebhookTarget(url=URL, secret=whsec(SECRET))
    for name in ("", "Siren", "a b", "-a", "x" * 41):
        assert "pattern" in refusal(lambda name=name: WebhookSettings(targets={name: target}))
    assert WebhookSettings(targets={"x" * 40: target}).targets
    assert "Extra inputs" in refusal(lambda: WebhookSettings(target={}))
    assert "less than or equal" in refusal(lambda: WebhookSettings(request_s_max=15.1))

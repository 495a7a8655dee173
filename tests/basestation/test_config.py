"""Settings from file, environment and defaults; wrong ones are refused with a sentence."""

from pathlib import Path

import pytest

from basestation.config import ConfigError, Settings, load, names_in

#: A broker of others, but for its TLS.
OURS = '[[more_brokers]]\nhost="127.0.0.1"\nport=1884\ndata_dir="/srv/second"\n'
FURTHER = '[[more_brokers]]\nhost="127.0.0.1"\nport=1884\nuser="u"\nclient_id="c1"\n'
EXTERNAL = 'broker="external"\nmqtt_user="u"\nmqtt_secret="s3cr3t"\nmqtt_client_id="c1"\n'


def written(folder: Path, text: str) -> Path:
    """Return a settings file with this text."""
    file = folder / "rufweite.toml"
    file.write_text(text)
    return file


def test_nothing_needs_to_be_set(monkeypatch, tmp_path):
    """One command and no configuration; the data lie below the home folder."""
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = load()
    assert settings.data_dir == tmp_path / ".local/share/rufweite"
    assert settings.database == f"sqlite+aiosqlite:///{settings.data_dir}/rufweite.db"


def test_the_environment_wins_over_the_file_and_the_file_over_the_default(monkeypatch, tmp_path):
    """Three sources, one order."""
    file = written(tmp_path, "silence_s = 60\nlast_will_s = 10\n")
    monkeypatch.setenv("RUFWEITE_SILENCE_S", "70")
    settings = load(file)
    assert (settings.silence_s, settings.last_will_s) == (70, 10)
    assert settings.shift_ask_s == Settings().shift_ask_s


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("silence_s = 86", ["silence_s", "86", "85"]),
        ("silence_s = 34", ["silence_s", "34", "35"]),
        ('silence_s = "long"', ["silence_s", "'long'"]),
        ("silense_s = 60", ["silense_s is no setting"]),
        ('http_host = "0.0.0.0"', ["http_host is 0.0.0.0", "only loopback"]),
        ('mqtt_host = "192.0.2.1"', ["mqtt_host is 192.0.2.1", "set mqtt_tls", "only loopback"]),
        ('mqtt_tls = "on"', ["mqtt_tls", "'on'", "client_certificates"]),
        ('mqtt_names = "Broker.Site"', ["mqtt_names", "'Broker.Site'", "lower case"]),
        ('public_url = "http://192.0.2.1"', ["public_url", "it begins with https://"]),
        ('mqtt_names = " , "', ["mqtt_names", "one name at least"]),
        ('mqtt_authority = "ca.pem"', ["mqtt_authority is set, but not used by broker embedded"]),
        (f'{EXTERNAL}mqtt_tls = "server"', ["an external broker with mqtt_tls server needs mqtt_authority"]),
        (
            f'{EXTERNAL}mqtt_tls = "client_certificates"\nmqtt_authority = "a"\nmqtt_certificate = "c"',
            ["an external broker with mqtt_tls client_certificates needs mqtt_key"],
        ),
        (
            f'{EXTERNAL}mqtt_tls = "server"\nmqtt_authority = "a.pem"\nmqtt_key = "k.pem"',
            ["mqtt_key is set, but not used by broker external with mqtt_tls server"],
        ),
        ('http_host = "somewhere"', ["somewhere", "numeric address"]),
        ('replica = "Station 1"', ["replica", "'Station 1'"]),
        ('database_url = "mysql://x"', ["database_url", "postgresql"]),
        ('broker = "external"', ["mqtt_user"]),
        ('broker = "apart"\nmqtt_port = 0', ["fixed mqtt_port"]),
        ("silence_s = ", ["not TOML"]),
        (FURTHER, ["127.0.0.1 needs secret or secret_file"]),
        (f'{FURTHER}secret="s3cr3t"\nsecret_file="x"', ["secret or secret_file, and not both"]),
        (f'{FURTHER}secret_file="/missing"', ["secret_file /missing cannot be read: No such file"]),
        (f'{FURTHER}secret="s3cr3t"\ncolour=1', ["colour is no setting", "secret_file"]),
        (f'{FURTHER}secret="s3cr3t"\nname="b.site"', ["name, certificate and key", "need authority"]),
        (
            f'{FURTHER}secret="s3cr3t"\nauthority="a"\nkey="k"',
            ["certificate and key", "need each other"],
        ),
        (f'{FURTHER}secret="s3cr3t"'.replace("127.0.0.1", "192.0.2.8"), ["needs authority", "only loopback"]),
        (f'{FURTHER}secret="s3cr3t"'.replace("127.0.0.1", "broker.site"), ["'broker.site' is not a numeric"]),
        (f'{FURTHER}secret="s3cr3t"'.replace("127.0.0.1", "0.0.0.0"), ["no address to connect to"]),
        (f'{FURTHER}secret="s3cr3t"'.replace("1884", "1883"), ["127.0.0.1:1883", "a broker already"]),
        (f'{FURTHER}secret="s3cr3t"\n' * 2, ["127.0.0.1:1884", "a broker already"]),
        (f'{FURTHER}secret="s3cr3t"\n' * 4, ["more_brokers", "at most 3"]),
        (OURS.replace("127.0.0.1", "192.0.2.8"), ["192.0.2.8 can be reached", "set mqtt_tls to server"]),
        (f'mqtt_tls = "client_certificates"\n{OURS}', ["data_dir cannot ask for client certificates"]),
        (f'data_dir = "/srv/second"\n{OURS}', ["a data_dir of its own"]),
        (f'{OURS}user = "u"', ["has data_dir, so it is ours", "host, port and name only"]),
        (FURTHER.replace('user="u"', ""), ["needs user, or data_dir if it is ours"]),
        ("http_port = 65536", ["http_port", "65536"]),
    ],
)
def test_a_wrong_setting_is_refused_with_its_value_and_its_limit(tmp_path, text, words):
    """Refused at start, in a sentence for whoever set it."""
    with pytest.raises(ConfigError) as refused:
        load(written(tmp_path, text))
    for word in words:
        assert word in str(refused.value)


@pytest.mark.parametrize("tls", ["server", "client_certificates"])
def test_with_tls_the_broker_may_be_reached_by_other_machines(tmp_path, tls):
    """Its own, under every name given; or one of others, whose files are named."""
    own = load(
        written(tmp_path, f'mqtt_host = "0.0.0.0"\nmqtt_tls = "{tls}"\nmqtt_names = "a.site,192.0.2.7"')
    )
    assert names_in(own.mqtt_names) == ["a.site", "192.0.2.7"]
    files = 'mqtt_authority = "a.pem"\n'
    if tls == "client_certificates":
        files += 'mqtt_certificate = "c.pem"\nmqtt_key = "k.pem"\n'
    load(written(tmp_path, f'{EXTERNAL}mqtt_host = "192.0.2.9"\nmqtt_tls = "{tls}"\n{files}'))


def test_a_missing_file_is_refused(tmp_path):
    """A settings file that was named must be there."""
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path / "nothing.toml")


def test_a_misspelt_variable_is_refused(monkeypatch):
    """A limit that was never set protects nobody."""
    monkeypatch.setenv("RUFWEITE_SILENSE_S", "60")
    with pytest.raises(ConfigError, match="RUFWEITE_SILENSE_S"):
        load()


def test_an_external_broker_needs_a_log_in_that_no_sentence_shows(tmp_path):
    """A site that brings its own broker names user, secret and client id."""
    text = 'broker="external"\nmqtt_user="u"\nmqtt_secret="s3cr3t"\nmqtt_client_id="c1"\n'
    settings = load(written(tmp_path, text))
    assert settings.mqtt_user == "u"
    assert "s3cr3t" not in repr(settings)
    with pytest.raises(ConfigError) as refused:
        load(written(tmp_path, text.replace('"s3cr3t"', "[1234567]")))
    assert "1234567" not in str(refused.value)


def test_further_brokers_have_their_secrets_in_files_or_the_environment_and_show_none(monkeypatch, tmp_path):
    """A file of one line each; in the environment a list in JSON, and a wrong one is not repeated."""
    (tmp_path / "secret").write_text("s3cr3t\n")
    file = written(tmp_path, f'{FURTHER}secret_file="{tmp_path / "secret"}"')
    (broker,) = load(file).more_brokers
    assert broker.log_in == ("s3cr3t", "c1")
    assert "c1" not in repr(broker)
    (tmp_path / "secret").write_text("two\nlines")
    with pytest.raises(ConfigError, match="one line"):
        load(file)
    entry = '[{"host": "127.0.0.1", "port": 1884, "user": "u", "secret": "s3cr3t", "client_id": "c1"}]'
    monkeypatch.setenv("RUFWEITE_MORE_BROKERS", entry)
    (broker,) = load().more_brokers
    assert broker.log_in == ("s3cr3t", "c1")
    assert broker.trust is None
    monkeypatch.setenv("RUFWEITE_MORE_BROKERS", entry.replace("]", ""))
    with pytest.raises(ConfigError, match="MORE_BROKERS, which is no list in JSON") as caught:
        load()
    assert "s3cr3t" not in str(caught.value)

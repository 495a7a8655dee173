"""The settings of a cluster: what fits is taken, everything else is refused with a sentence and no secret."""

import pytest

from basestation.broker import new_credential
from basestation.broker.cluster import Route
from basestation.clock import SystemClock
from basestation.cluster import Cluster, node_of
from basestation.config import ConfigError, load
from basestation.trust.certificates import SiteCertificates
from basestation.trust.site import certificates_of
from tests.basestation.trust.site_authority import certificates_in

SECRET = "0123456789abcdef" * 2
OWN = f'[cluster]\nroute="127.0.0.1:6222"\nsecret="{SECRET}"\n'
SECOND = '[[more_brokers]]\nhost="127.0.0.1"\nport=1884\nroute="127.0.0.1:6223"\n'
THIRD = '[[more_brokers]]\nhost="127.0.0.1"\nport=1885\nroute="127.0.0.1:6224"\ndata_dir="/srv/third"\n'
WHOLE = OWN + SECOND + THIRD


def written(folder, text):
    """Return a settings file with this text."""
    file = folder / "rufweite.toml"
    file.write_text(text)
    return file


def test_three_nodes_know_each_other_and_a_client_id_each(tmp_path):
    """One session for each node: the same client id at two nodes would end one connection by the other."""
    settings = load(written(tmp_path, f'data_dir="{tmp_path}"\n{WHOLE}'))
    own = node_of(settings, "127.0.0.1:6222", None)
    assert (own.own, own.others) == (
        Route("127.0.0.1", 6222),
        [Route("127.0.0.1", 6223), Route("127.0.0.1", 6224)],
    )
    assert own.authority is None
    assert SECRET not in repr(own) + repr(settings)
    base = new_credential("station-1")
    cluster = Cluster(settings, base, None)
    ids = [
        cluster.base_at(route).client_id for route in ("127.0.0.1:6222", "127.0.0.1:6223", "127.0.0.1:6224")
    ]
    assert len(set(ids)) == 3
    assert ids[0] == base.client_id
    assert all(cluster.base_at("127.0.0.1:6223").is_ours for _ in ids)


def test_no_cluster_is_no_node(tmp_path):
    """A broker by itself stays one."""
    settings = load(written(tmp_path, f'data_dir="{tmp_path}"\n'))
    assert node_of(settings, "127.0.0.1:6222", None) is None


def test_with_tls_each_node_may_call_the_others_by_its_certificate(tmp_path):
    """The authority is the site's; its address for the others stands in the certificate."""
    text = f'data_dir="{tmp_path}"\nmqtt_tls="server"\n{WHOLE}'.replace("127.0.0.1:6222", "192.0.2.7:6222")
    certificates_in(tmp_path)
    settings = load(written(tmp_path, text))
    certificates = certificates_of(settings)
    shown = certificates.server()
    assert node_of(settings, "192.0.2.7:6222", certificates).authority.exists()
    assert not certificates.is_renewal_due()
    certificates.keep_only(shown)
    by_itself = SiteCertificates(
        tmp_path, ["rufweite.internal", "192.0.2.7"], "u", SystemClock().now, is_for_clients=False
    )
    by_itself.renewed()
    assert not by_itself.is_renewal_due()
    assert certificates.is_renewal_due()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WHOLE.replace(SECRET, "s3cr3t"), ["32 hexadecimal digits"]),
        (WHOLE.replace(f'secret="{SECRET}"', ""), ["secret or secret_file, and not both"]),
        (WHOLE.replace("127.0.0.1:6222", "node.site:6222"), ["no numeric address with a port"]),
        (WHOLE.replace("127.0.0.1:6222", "0.0.0.0:6222"), ["no address that other nodes can reach"]),
        (WHOLE.replace("127.0.0.1:6222", "127.0.0.1:0"), ["no address that other nodes can reach"]),
        (WHOLE.replace("127.0.0.1:6222", "127.0.0.1:65536"), ["no address that other nodes can reach"]),
        (
            WHOLE.replace("[cluster]\n", "[cluster]\ncolour=1\n"),
            ["cluster.colour is no setting", "secret_file"],
        ),
        (OWN, ["a cluster has 3 nodes"]),
        (OWN + SECOND, ["a cluster has 3 nodes"]),
        (SECOND, ["more_brokers names a route, but there is no cluster"]),
        (WHOLE.replace("6223", "6222"), ["a route of its own"]),
        (WHOLE.replace("127.0.0.1:6222", "192.0.2.7:6222"), ["set mqtt_tls to server"]),
        (f"mqtt_port=0\n{WHOLE}", ["a fixed mqtt_port"]),
        (
            f'mqtt_tls="client_certificates"\n{OWN}{SECOND}{THIRD}'.replace('data_dir="/srv/third"\n', ""),
            ["client certificates"],
        ),
        (WHOLE.replace('6223"\n', '6223"\nuser="u"\n'), ["is a node of our cluster", "route and name only"]),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path, text, words):
    """Refused at start, and no sentence repeats a secret."""
    with pytest.raises(ConfigError) as refused:
        load(written(tmp_path, text))
    assert all(word in str(refused.value) for word in words), str(refused.value)
    assert SECRET not in str(refused.value)
    assert "s3cr3t" not in str(refused.value)


def test_an_unreadable_variable_is_named_without_its_value(monkeypatch):
    """The environment holds an object in JSON, or nothing."""
    monkeypatch.setenv("RUFWEITE_CLUSTER", f'{{"secret": "{SECRET}"')
    with pytest.raises(ConfigError, match="setting cluster is not shown") as refused:
        load()
    assert SECRET not in str(refused.value)

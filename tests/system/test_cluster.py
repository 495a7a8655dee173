"""The whole with a cluster of three brokers: one dies, then a second, and every alarm arrives."""

from tests.system.clusters import running_cluster
from tests.system.running import is_signal

#: A device whose node is gone: its alarm stands at the control room within this, in s.
GAP_S = 15
#: Two of three gone: until a node alone takes alarms, in s; typically 12.
ALONE_S = 40


def raise_alarm(cluster, device, name, wait_s):
    """Press the key; return when the alarm is in the snapshot and the device has its receipt."""
    since = device.count
    device.press()
    cluster.site.case(name, wait_s, kind="manual", state="RECEIVED")
    device.wait_for(is_signal("alarm_received"), wait_s, since)
    device.release()


def test_alarms_arrive_when_one_node_of_three_is_gone_and_when_two_are(tmp_path):
    """With one gone by those that are left, with two gone by the last, which goes on alone and says so."""
    with running_cluster(tmp_path, canary_s="1") as cluster:
        first, second = cluster.device("tower-1", node=1), cluster.device("tower-2", node=2)
        cluster.kill(1)
        raise_alarm(cluster, first, "tower-1", GAP_S)
        assert "broker 2: no connection" in cluster.site.case("station", GAP_S, state="RECEIVED")["cause"]
        assert cluster.listed()[0]["membership"] == "JOINED"

        cluster.kill(2)
        raise_alarm(cluster, second, "tower-2", ALONE_S)
        assert cluster.listed()[0]["membership"] == "ALONE"
        station = cluster.site.cases("station")[0]
        assert "the cluster of brokers lacks a majority: this one goes on alone" in station["cause"]

        query = "select device, count(*) from cases where device like 'tower-%' group by device"
        cases = cluster.site.rows(query)
        assert cases == [("tower-1", 1), ("tower-2", 1)]
        assert "Traceback" not in cluster.site.station.log.read_text()

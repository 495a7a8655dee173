"""Two base stations as their user runs them, on a real PostgreSQL and a real broker, each killed once."""

from tests.replicas.run import run


def test_two_base_stations_killed_in_turn_lose_no_alarm_and_double_none(tmp_path, postgres_server):
    """The short form of `make replicas`: every alarm receipted, one case each, the log whole."""
    result = run(tmp_path, postgres_server, rate=2, quiet_s=1, kills=2, seed=7, devices_count=5)
    assert result.faults == []
    assert result.alarms > 5

"""`rufweite brokers`: the brokers of the running base station, and how each does."""

from basestation.administration import ConfigFile, show, with_station


def brokers(config_file: ConfigFile = None) -> None:
    """Show the brokers in the order in which devices try them, and what is wrong with each."""
    show(with_station(config_file, lambda station: station.get("brokers")))

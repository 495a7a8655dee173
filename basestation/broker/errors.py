"""What can go wrong with the broker, each with a sentence for the person who reads it.

Named after what happened, as everywhere in the house.
"""


class BrokerError(Exception):
    """Something is wrong with the broker."""


class BrokerStartFailed(BrokerError):
    """The broker did not come up."""


class ConfigurationRefused(BrokerError):
    """The broker did not take a new configuration; the old one stays in force."""


class AddressRefused(BrokerError):
    """The broker may not be served at, or reached by, this address."""

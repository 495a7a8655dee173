"""The base station: from the device's message to a person who takes charge."""

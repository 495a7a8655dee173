"""The settings of the devices, as the base station changes them: judged, sealed, followed, kept."""

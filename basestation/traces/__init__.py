"""Movement around alarms: kept with its case, read by few, and trial operation."""

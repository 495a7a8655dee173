"""The safety officer's records: kept, changed, deleted in time, and what clearance makes of them."""

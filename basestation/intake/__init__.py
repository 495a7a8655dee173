"""The way in: decode, store, acknowledge; what nobody understands goes to quarantine."""

"""Which release of the firmware this is; `rufweite release build` writes its own word here."""

FIRMWARE = "0.2.0"

"""How full a lithium-polymer cell is, by its voltage.

Decides the percentage and when it is worth a word; never what follows from it. The curve is the resting
voltage of one cell (the LiPo voltage chart of Ampow, blog.ampow.com/lipo-voltage-chart). A cell under load or
in the cold shows less, so the device warns early rather than late. Voltages in mV.
"""

#: Resting voltage of 0, 5, 10 ... 100 percent.
CURVE_MV = (
    3270, 3610, 3690, 3710, 3730, 3750, 3770, 3790, 3800, 3820, 3840,
    3850, 3870, 3910, 3950, 3980, 4020, 4080, 4110, 4150, 4200,
)  # fmt: skip
STEP_PERCENT = 5
#: The mean goes over about so many readings: the radio draws in bursts.
READINGS = 8


def percent_at(battery_mv: int) -> int:
    """Return how full a cell of this resting voltage is, 0 to 100."""
    if battery_mv <= CURVE_MV[0]:
        return 0
    for place in range(1, len(CURVE_MV)):
        low_mv, high_mv = CURVE_MV[place - 1], CURVE_MV[place]
        if battery_mv < high_mv:
            return STEP_PERCENT * (place - 1) + STEP_PERCENT * (battery_mv - low_mv) // (high_mv - low_mv)
    return 100


class BatteryMean:
    """The voltage of the cell without the bursts of the radio."""

    def __init__(self) -> None:
        self._sum_mv = -1

    def put(self, battery_mv: int) -> int:
        """Take in one reading; return the mean in mV."""
        if self._sum_mv < 0:
            self._sum_mv = battery_mv * READINGS
        else:
            self._sum_mv += battery_mv - self._sum_mv // READINGS
        return self._sum_mv // READINGS

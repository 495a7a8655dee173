"""Square roots and cosines in integers, for the few blocks in which a fall is judged; cosines in 1/1000."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def root(square: int) -> int:
    """Return the square root within 1, of 0 to 2**30."""
    guess = 1024
    while True:
        better = (guess + square // guess) >> 1
        if -1 <= better - guess <= 1:
            return better
        guess = better


def cosine(directions: "Any", first: int, second: int) -> int:
    """Return the cosine of the angle between two directions, in 1/1000."""
    x_mg, y_mg, z_mg = directions[first], directions[first + 1], directions[first + 2]
    other_x, other_y, other_z = directions[second], directions[second + 1], directions[second + 2]
    dot = x_mg * other_x + y_mg * other_y + z_mg * other_z
    square = x_mg * x_mg + y_mg * y_mg + z_mg * z_mg
    other_square = other_x * other_x + other_y * other_y + other_z * other_z
    found: int = dot // max(root(square), 1) * 1000 // max(root(other_square), 1)
    return found

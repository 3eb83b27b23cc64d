"""How cost grows with size."""

import math
from collections.abc import Mapping


def exponent(seconds: Mapping[int, float]) -> float:
    """Slope of log(seconds) over log(size), by least squares: 0 constant, 1 linear, 2 quadratic."""
    points = [(math.log(size), math.log(spent)) for size, spent in seconds.items()]
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)

"""Twin of the classes of rarity: a word of class r is one word in 2^(r / 3)."""

from __future__ import annotations

import math

_THIRDS = (1.0, 0.79370052598409974, 0.62996052494743658)  # 2^0, 2^(-1/3), 2^(-2/3)
FREQUENCIES = [math.ldexp(_THIRDS[r % 3], -(r // 3)) for r in range(64)]
RAREST = 63


def rarity_of(frequency: float) -> int:
    """Return the commonest class that is not commoner than a frequency.

    >>> rarity_of(1.0), rarity_of(0.25), rarity_of(0.26), rarity_of(0.0)
    (0, 6, 6, 63)
    """
    return next((r for r, least in enumerate(FREQUENCIES) if least <= frequency), RAREST)


def natural_log(x: float) -> float:
    """Return the natural logarithm of x > 0, by the series 2 artanh y = 2 (y + y^3 / 3 + y^5 / 5 + ...).

    Its operations and their order are the kernel's, so that both sides round alike.

    >>> max(abs(natural_log(x) - math.log(x)) for x in (1e-9, 0.3, 0.7, 0.71, 1, 1.4, 1.5, 1e6)) < 1e-8
    True
    """
    mantissa, exponent = math.frexp(x)
    if mantissa < 0.70710678118654752:
        mantissa, exponent = 2 * mantissa, exponent - 1
    y = (mantissa - 1) / (mantissa + 1)
    series = 0.0
    for divisor in (11, 9, 7, 5, 3, 1):
        series = 1.0 / divisor + y * y * series
    return exponent * 0.69314718055994531 + 2 * y * series

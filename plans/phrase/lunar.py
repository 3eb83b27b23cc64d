"""The Vietnamese lunar calendar (UTC+7) by the astronomical rules: new moons and solar terms.

Source: Hồ Ngọc Đức, "Thuật toán tính âm lịch", https://www.informatik.uni-leipzig.de/~duc/amlich/calrules.html, after
J. Meeus, Astronomical Algorithms (1998). Before 1968 the state used UTC+8 or the Chinese tables for some years; this
module counts in UTC+7 throughout, as the author's own tables do. Days are numbered by Julian day (integer, local noon).
"""

from datetime import date
from functools import lru_cache
from math import floor, pi, sin

_ZONE = 7 / 24
_MOON = 29.530588853
_ORIGIN = 2415021.076998695
_EPOCH_JDN = 1721425  # Julian day before date.fromordinal(1)
_CENTURY_MONTHS = 1236.85


@lru_cache(maxsize=4096)
def _new_moon(k: int) -> int:
    """The local day of the k-th new moon after that of 01/01/1900 (Meeus, chapter 49)."""
    t = k / _CENTURY_MONTHS
    rad = pi / 180
    mean = 2415020.75933 + 29.53058868 * k + 0.0001178 * t**2 - 0.000000155 * t**3
    mean += 0.00033 * sin((166.56 + 132.87 * t - 0.009173 * t**2) * rad)
    sun = (359.2242 + 29.10535608 * k - 0.0000333 * t**2 - 0.00000347 * t**3) * rad
    moon = (306.0253 + 385.81691806 * k + 0.0107306 * t**2 + 0.00001236 * t**3) * rad
    node = (21.2964 + 390.67050646 * k - 0.0016528 * t**2 - 0.00000239 * t**3) * rad
    c = (0.1734 - 0.000393 * t) * sin(sun) + 0.0021 * sin(2 * sun) - 0.4068 * sin(moon) + 0.0161 * sin(2 * moon)
    c += -0.0004 * sin(3 * moon) + 0.0104 * sin(2 * node) - 0.0051 * sin(sun + moon) - 0.0074 * sin(sun - moon)
    c += 0.0004 * sin(2 * node + sun) - 0.0004 * sin(2 * node - sun) - 0.0006 * sin(2 * node + moon)
    c += 0.0010 * sin(2 * node - moon) + 0.0005 * sin(2 * moon + sun)
    if t < -11:
        delta = 0.001 + 0.000839 * t + 0.0002261 * t**2 - 0.00000845 * t**3 - 0.000000081 * t**4
    else:
        delta = -0.000278 + 0.000265 * t + 0.000262 * t**2
    return floor(mean + c - delta + 0.5 + _ZONE)


def _sun_sector(day: int) -> int:
    """Which of the twelve 30-degree sectors the sun is in at the start of a local day; 9 holds the winter solstice."""
    t = (day - 0.5 - _ZONE - 2451545.0) / 36525
    rad = pi / 180
    anomaly = (357.52910 + 35999.05030 * t - 0.0001559 * t**2 - 0.00000048 * t**3) * rad
    mean = 280.46645 + 36000.76983 * t + 0.0003032 * t**2
    centre = (1.914600 - 0.004817 * t - 0.000014 * t**2) * sin(anomaly)
    centre += (0.019993 - 0.000101 * t) * sin(2 * anomaly) + 0.000290 * sin(3 * anomaly)
    return floor(((mean + centre) % 360) / 30)


@lru_cache(maxsize=512)
def _month_eleven(year: int) -> int:
    """The first day of the lunar month that holds the winter solstice of a solar year."""
    k = floor((_julian(date(year, 12, 31)) - _ORIGIN) / _MOON)
    first = _new_moon(k)
    return _new_moon(k - 1) if _sun_sector(first) >= 9 else first


@lru_cache(maxsize=512)
def _leap_offset(eleven: int) -> int:
    """Which month after month eleven is the leap one: the first without a principal term."""
    k = floor(0.5 + (eleven - _ORIGIN) / _MOON)
    last, i = _sun_sector(_new_moon(k + 1)), 1
    while i < 14:
        i += 1
        arc = _sun_sector(_new_moon(k + i))
        if arc == last:
            break
        last = arc
    return i - 1


def _julian(day: date) -> int:
    return day.toordinal() + _EPOCH_JDN


def lunar_to_solar(year: int, month: int, day: int, *, leap: bool = False) -> date | None:
    """The solar day of a lunar one; None when that lunar year has no such month or day. Years 1800 to 2199."""
    start, end = (
        (_month_eleven(year - 1), _month_eleven(year)) if month < 11 else (_month_eleven(year), _month_eleven(year + 1))
    )
    offset = (month - 11) % 12
    if end - start > 365:
        leap_at = _leap_offset(start)
        if leap and offset != (leap_at - 1):
            return None
        offset += 1 if leap or offset >= leap_at else 0
    elif leap:
        return None
    k = floor(0.5 + (start - _ORIGIN) / _MOON) + offset
    first, after = _new_moon(k), _new_moon(k + 1)
    if not 1 <= day <= after - first:
        return None
    return date.fromordinal(first + day - 1 - _EPOCH_JDN)


def month_length(year: int, month: int) -> int:
    """Days of a lunar month: 29 or 30."""
    return 30 if lunar_to_solar(year, month, 30) else 29


def tet(year: int) -> date:
    """The first day of the lunar year."""
    found = lunar_to_solar(year, 1, 1)
    assert found is not None
    return found

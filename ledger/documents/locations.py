# SPDX-License-Identifier: Apache-2.0
"""Facts about the places of the corridor, and the UN/LOCODEs that are taken for one another.

A small table, not a code list: a code that is missing here is not wrong. Altynkol, where the
gauge changes, has no code (list of 2023-2): name it in words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = [
    "CASPIAN_EAST",
    "LOCATIONS",
    "SOUTH_CAUCASUS_AND_BEYOND",
    "TRANSIT_COUNTRIES",
    "TRAPS",
    "Location",
    "Trap",
    "named",
]


@dataclass(frozen=True, slots=True)
class Location:
    """One place. `what`: the part it plays; `is_port`: a seagoing ship can call there."""

    code: str
    name: str
    what: str
    is_port: bool = False

    @property
    def country(self) -> str:
        """Its ISO 3166 country, which is how the code begins."""
        return self.code[:2]


@dataclass(frozen=True, slots=True)
class Trap:
    """A code that exists, but is hardly ever meant on this corridor. `meant`: what is."""

    code: str
    meant: str
    message: str


_ROWS: Final = (
    Location("JPNGO", "Nagoya", "sea port in Japan", is_port=True),
    Location("CNQIN", "Qingdao", "city and sea port in China", is_port=True),
    Location("CNQDG", "Qingdao", "the port area of Qingdao alone", is_port=True),
    Location("CNXIA", "Xi'an", "rail hub where block trains to the west are made up"),
    Location("CNSIA", "Xi'an Xianyang", "the airport of Xi'an"),
    Location("CNHRS", "Horgos", "border town, Chinese side"),
    Location("CNAKL", "Alashankou", "rail border station to Dostyk"),
    Location("KZHOR", "Khorgos", "border town and dry port, Kazakh side"),
    Location("KZALA", "Almaty", "city and rail hub in Kazakhstan, far from any sea"),
    Location("KZAAU", "Aktau", "Caspian sea port of Kazakhstan", is_port=True),
    Location("KZSCO", "Aktau", "the airport of Aktau"),
    Location("KZKUR", "Kuryk", "Caspian ferry port of Kazakhstan", is_port=True),
    Location("TMKRW", "Turkmenbashi", "Caspian sea port of Turkmenistan", is_port=True),
    Location("UZTAS", "Tashkent", "city and rail hub in Uzbekistan"),
    Location("AZALA", "Alat", "Caspian sea port of Azerbaijan, south of Baku", is_port=True),
    Location("AZBAK", "Baku", "capital and older sea port of Azerbaijan", is_port=True),
    Location("GEGAR", "Gardabani", "rail border station from Azerbaijan"),
    Location("GETBS", "Tbilisi", "capital of Georgia, rail hub"),
    Location("GEPTI", "Poti", "Black Sea port of Georgia", is_port=True),
    Location("GEBUS", "Batumi", "Black Sea port of Georgia", is_port=True),
    Location("TRAMR", "Ambarli", "the container port west of Istanbul", is_port=True),
    Location("TRKMX", "Kumport", "a terminal at Ambarli", is_port=True),
    Location("TRIST", "Istanbul", "city, port and airport", is_port=True),
    Location("TRMER", "Mersin", "Mediterranean port of Türkiye", is_port=True),
    Location("TRAMB", "Ambarli", "an inland place of that name at 41°E, near no port"),
    Location("TRPAM", "Ambarli", "an inland place of that name at 39°E, near no port"),
)
LOCATIONS: Final[Mapping[str, Location]] = MappingProxyType({row.code: row for row in _ROWS})

# Wrong wherever they stand in a sea or rail document.
TRAPS: Final[Mapping[str, Trap]] = MappingProxyType(
    {
        trap.code: trap
        for trap in (
            Trap("TRAMB", "TRAMR", "TRAMB is an inland Ambarli, the port is TRAMR"),
            Trap("TRPAM", "TRAMR", "TRPAM is an inland Ambarli, the port is TRAMR"),
            Trap("CNSIA", "CNXIA", "CNSIA is the airport of Xi'an, its rail hub is CNXIA"),
            Trap("KZSCO", "KZAAU", "KZSCO is the airport of Aktau, the sea port is KZAAU"),
        )
    }
)

CASPIAN_EAST: Final = frozenset({"KZAAU", "KZKUR", "TMKRW"})
SOUTH_CAUCASUS_AND_BEYOND: Final = frozenset({"AZ", "GE", "TR"})
TRANSIT_COUNTRIES: Final = frozenset({"KZ", "AZ", "GE", "TM", "UZ", "KG", "TJ"})

# How a place is also written, in lower case; only where a trap hides behind it.
_NAMES: Final = MappingProxyType(
    {
        "alat": "AZALA",
        "alyat": "AZALA",
        "almaty": "KZALA",
        "aktau": "KZAAU",
        "ambarli": "TRAMR",
        "ambarlı": "TRAMR",  # noqa: RUF001 — the Turkish letter
        "poti": "GEPTI",
        "batumi": "GEBUS",
        "baku": "AZBAK",
    }
)


def named(name: str) -> Location | None:
    """Find the place that a name means on this corridor; None if no table row is sure."""
    words = name.lower().replace(",", " ").split()
    found = {_NAMES[word] for word in words if word in _NAMES}
    return LOCATIONS[found.pop()] if len(found) == 1 else None

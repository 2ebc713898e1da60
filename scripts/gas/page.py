# SPDX-License-Identifier: Apache-2.0
"""docs/gas.md: our figures beside the bars and TradeTrust's, and why a bar is not met."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scripts.gas.anchoring import ENTRIES, HASHES
from scripts.gas.measuring import MANY, Figures

__all__ = ["BARS", "PAGE", "Row", "page"]

PAGE: Final = Path(__file__).resolve().parents[2] / "docs" / "gas.md"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table. `recompiled` and `published` are TradeTrust's figures."""

    name: str
    label: str
    bar: int | None = None
    recompiled: int | None = None
    published: int | None = None


_TITLES: Final = (
    Row("issue", "issue", 125_000, 282_474, 291_924),
    Row("nominate", "nominate", 52_000, 55_867, 57_944),
    Row("holder", "transfer of holder", 52_000, 78_010, 80_100),
    Row("beneficiary", "transfer of beneficiary, by a holder that is it", 52_000, 77_974, 80_085),
    Row("nominated", "transfer of beneficiary, to the nominee", 52_000, 84_786, 87_334),
    Row("both", "transfer of both", 56_000, 108_770, 112_914),
    Row("surrender", "return (surrender for delivery)", 55_000, 78_598, 85_835),
    Row("accept", "accept the return: closed", 60_000, 83_267, 91_212),
    Row("refuse", "refuse the return", None, 98_107, 105_735),
    Row("reject holder", "reject as holder", None, 56_539, 58_860),
    Row("reject beneficiary", "reject as beneficiary", None, 56_653, 59_007),
    Row("reject both", "reject as both", None, 64_499, 67_352),
    Row("offer", "transfer of holder with a deadline"),
    Row("accept offer", "accept it in time"),
    Row("pause", "pause one title"),
    Row("split", "split 1 into 2"),
    Row("combine", "combine 2 into 1"),
)
_OTHERS: Final = (
    Row("revoke", "revoke a document", 60_000, 65_710, 70_101),
    Row("revoke many", f"revoke: each of {MANY} in one transaction", 28_000, None, 24_466),
    Row("anchor", "anchor", 93_000, 48_168, 48_997),
)
BARS: Final = {row.name: row.bar for row in (*_TITLES, *_OTHERS) if row.bar is not None}

# Why a bar is not met. `page` insists that these are the rows above their bar, and no others.
_REASONS: Final[dict[str, str]] = {
    "holder": (
        "Control changes hands, so ERC-721's `Transfer` is emitted, and has its place in the "
        "running head: about 2,900. Without it explorers, and TradeTrust's verifier, would go on "
        "showing the holder before."
    ),
    "revoke": (
        "A new slot (22,100) for who, when, why and the sequence, and about 8,000 for the event in "
        "the running head: what lets a party correct what a thief wrote, and a reader prove that "
        "nothing was left out."
    ),
    "revoke many": "The same for each, without what a transaction costs.",
}

_TOP: Final = """\
# Gas

What the contracts cost, in gas, beside the bars that were set for them and beside TradeTrust.
Written by `make gas`; a test measures again and compares every byte.

Each figure is the `gasUsed` of one transaction on a local Anvil, with the artifacts that are
deployed. A title's act is the first after its issue (an answer: after what it answers), called
directly by the party's key, with a remark of 32 bytes; the running head, which every act extends,
was written before. Keys, tags, commitments and remarks are SHA-256 of something fixed, for gas
depends on how many bytes of the call data are zero.

TradeTrust: token registry 5.5.1 and document store 1.0.3, with an empty remark, on the same kind of
node: as published (without the optimizer), and recompiled with it. Theirs keep no running head.
"""
_NOTES: Final = f"""\
- Revoke: TradeTrust's is one document of a batch of 10,000, with its proof. A whole batch costs
  them 50,922 (51,812), and us the same as one document. Each of {MANY}: `bulkRevoke` of their
  legacy store 4.1.1 as published, which keeps one word per hash, without who, when and why, and
  without a way back after a theft.
- Anchor: {HASHES} proof hashes, a log of {ENTRIES:,} entries, and the running head. Theirs issues
  one root, and proves nothing about those before.
- A title's issue opens three slots, 22,100 each: the title, its commitment, and the title of the
  commitment.
"""
_RELAYED: Final = """\
## Through a relayer

The same acts, signed by the key and carried by another account, which pays. A key's nonces lie 256
to a slot: the first of them to be used writes a new slot, a further one changes it.

| act | directly | relayed, a further nonce | relayed, the first of 256 |
|---|--:|--:|--:|
"""


def page(figures: Figures) -> str:
    """Write the page.

    Raises:
        ValueError: a bar is not met and nothing says why, or the other way round.
    """
    above = {name for name, bar in BARS.items() if figures.direct[name] > bar}
    if above != set(_REASONS):
        raise ValueError(f"above their bar: {sorted(above)}; with a reason: {sorted(_REASONS)}")
    parts = [_TOP, "## Titles\n", _table(_TITLES, figures), "## Statuses and the log\n"]
    parts += [_table(_OTHERS, figures), _NOTES, _misses(figures), _relayed(figures)]
    return "\n".join(part for part in parts if part)


def _table(rows: tuple[Row, ...], figures: Figures) -> str:
    lines = ["| act | ours | bar | TradeTrust recompiled | as published |", "|---|--:|--:|--:|--:|"]
    for row in rows:
        numbers = (figures.direct[row.name], row.bar, row.recompiled, row.published)
        lines.append(f"| {row.label} | {' | '.join(map(_number, numbers))} |")
    return "\n".join(lines) + "\n"


def _misses(figures: Figures) -> str:
    rows = [row for row in (*_TITLES, *_OTHERS) if row.name in _REASONS]
    if not rows:
        return "Every bar is met.\n"
    lines = ["## Bars that are not met\n"]
    for row in rows:
        over = figures.direct[row.name] - BARS[row.name]
        lines.append(f"- {row.label}: {over:,} above its bar. {_REASONS[row.name]}")
    return "\n".join(lines) + "\n"


def _relayed(figures: Figures) -> str:
    labels = {row.name: row.label for row in (*_TITLES, *_OTHERS)}
    lines = [
        f"| {labels[name]} | {figures.direct[name]:,} | {used:,} | {figures.first[name]:,} |"
        for name, used in figures.further.items()
    ]
    return _RELAYED + "\n".join(lines) + "\n"


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"

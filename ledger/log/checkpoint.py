# SPDX-License-Identifier: Apache-2.0
"""The log's head as a C2SP checkpoint, and the acceptance: a signed promise to anchor."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Final, Self

from ledger.errors import InvalidNoteError, InvalidValueError
from ledger.log.entry import TreeHead
from ledger.log.notes import NoteSigner
from ledger.primitives import Digest, format_time, parse_decimal, parse_time, shown
from ledger.statements import LedgerId

__all__ = ["Acceptance", "Checkpoint", "check_log_name", "origin_of"]

_MAX_SIZE: Final = 2**53
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}", re.ASCII)
_PREFIX: Final = "corridor-ledger/"
_SUFFIX: Final = "/acceptance"


def check_log_name(name: str) -> str:
    """Refuse log names other than lower-case letters, digits, dots and dashes."""
    if not _NAME.fullmatch(name):
        raise InvalidValueError(f"want a log name [a-z0-9.-], up to 63; got {shown(name)}")
    return name


def origin_of(name: str) -> str:
    """`corridor-ledger/<name>`: the checkpoint's origin, and the name of the log's key."""
    return _PREFIX + check_log_name(name)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed tree head: origin, size, root, each on a line."""

    origin: str
    head: TreeHead

    def text(self) -> str:
        """The note's text."""
        root = base64.b64encode(self.head.root.raw).decode()
        return f"{self.origin}\n{self.head.size}\n{root}\n"

    def signed(self, signer: NoteSigner) -> str:
        """The whole note, signed by the log."""
        return signer.sign(self.text())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note's text; extension lines are refused, since ours has none."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3]:  # noqa: PLR2004 — three lines and the end
            raise InvalidNoteError("a checkpoint has three lines: origin, size, root")
        try:
            size = parse_decimal(lines[1], _MAX_SIZE)
            raw = base64.b64decode(lines[2], validate=True)
            checkpoint = cls(lines[0], TreeHead(size, Digest(raw)))
        except (InvalidValueError, binascii.Error, ValueError) as error:
            raise InvalidNoteError(f"checkpoint: {error}") from error
        if checkpoint.text() != text:
            raise InvalidNoteError("checkpoint: the root is not canonical base64")
        return checkpoint


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The operator's promise: this statement, accepted at a time, is anchored by a later one.

    Times are Unix seconds. Five lines: origin/acceptance, ledger, H(JCS(statement)), acceptedAt,
    anchorBy.
    """

    name: str
    ledger: LedgerId
    statement: Digest
    accepted_at: int
    anchor_by: int

    def text(self) -> str:
        """The note's text."""
        lines = (
            origin_of(self.name) + _SUFFIX,
            str(self.ledger),
            str(self.statement),
            format_time(self.accepted_at),
            format_time(self.anchor_by),
        )
        return "\n".join(lines) + "\n"

    def signed(self, signer: NoteSigner) -> str:
        """The whole note; asking again for the same acceptance gives the same bytes."""
        return signer.sign(self.text())

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note's text."""
        lines = text.split("\n")
        if len(lines) != 6 or lines[5]:  # noqa: PLR2004 — five lines and the end
            raise InvalidNoteError("an acceptance has five lines")
        origin = lines[0]
        if not origin.startswith(_PREFIX) or not origin.endswith(_SUFFIX):
            raise InvalidNoteError(f"not an acceptance: {shown(origin)}")
        try:
            return cls(
                check_log_name(origin[len(_PREFIX) : -len(_SUFFIX)]),
                LedgerId.parse(lines[1]),
                Digest.parse(lines[2]),
                parse_time(lines[3]),
                parse_time(lines[4]),
            )
        except InvalidValueError as error:
            raise InvalidNoteError(f"acceptance: {error}") from error

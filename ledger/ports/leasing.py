# SPDX-License-Identifier: Apache-2.0
"""Who may take the log and its anchors forward: one process at a time, on whatever host."""

from typing import Protocol

__all__ = ["WriterLease"]


class WriterLease(Protocol):
    """The right to write. Losing it is noticed by the database, not by a clock.

    Each time that the right changes hands its epoch grows, and every transaction of the writer
    compares the epoch with its own. So a writer that stood still for an hour, and does not know
    that another one took over, can write nothing.
    """

    def held(self) -> bool:
        """True if this process was the writer when it last looked."""

    def renew(self) -> bool:
        """Take the right if nobody has it, or show that its holder lives.

        Returns:
            True if this process is the writer.

        Called every `beat_seconds`. Raises what the database raises.
        """

    def release(self) -> None:
        """Give the right back, so that the next one need not wait."""

    @property
    def beat_seconds(self) -> float:
        """How often `renew` wants to be called."""

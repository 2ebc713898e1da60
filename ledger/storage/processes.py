# SPDX-License-Identifier: Apache-2.0
"""Names of processes that another process on the same machine can tell to be gone.

Only a help: where nothing can be told (another host, another container, not Linux), one waits.
"""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

__all__ = ["ProcessName", "is_gone", "this_process"]

_PROC: Final = Path("/proc")
_START_TIME: Final = 19  # its place in /proc/<pid>/stat behind the name; proc(5)


@dataclass(frozen=True, slots=True)
class ProcessName:
    """A process: its machine (this boot of it, this namespace of ids), id, and when it started.

    `nonce` tells apart two that have no such names.
    """

    machine: str
    pid: int
    started: str
    nonce: str

    def __str__(self) -> str:
        return "/".join((self.machine, str(self.pid), self.started, self.nonce))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what `str` wrote; None if it is something else."""
        parts = text.split("/")
        if len(parts) != 4 or not parts[1].isdecimal():  # noqa: PLR2004 — four members
            return None
        return cls(parts[0], int(parts[1]), parts[2], parts[3])


def this_process() -> ProcessName:
    """Name the process that asks."""
    pid = os.getpid()
    return ProcessName(_machine(), pid, _started(pid) or "", secrets.token_hex(8))


def is_gone(name: str, asking: ProcessName) -> bool:
    """True only if the process ran on the asking one's machine, and surely does no more."""
    other = ProcessName.parse(name)
    if other is None or not other.started or not asking.started:
        return False
    return other.machine == asking.machine and _started(other.pid) != other.started


def _machine() -> str:
    """This boot of this machine, and the namespace that process ids are numbered in."""
    try:
        boot = (_PROC / "sys/kernel/random/boot_id").read_text("ascii").strip()
        return f"{boot}-{(_PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return ""


def _started(pid: int) -> str | None:
    """When a process started, in ticks since boot; None if there is none, or none can be told."""
    try:
        stat = (_PROC / str(pid) / "stat").read_text("ascii", errors="replace")
    except OSError:
        return None
    return stat.rpartition(")")[2].split()[_START_TIME]

# SPDX-License-Identifier: Apache-2.0
"""The titles that a title came from: acts on them count as acts on it (docs/formats.md §9.4)."""

from collections.abc import Sequence

from ledger.errors import ChainUnavailableError
from ledger.ports import TitleEvent, TitleHistory
from ledger.primitives import Bytes32
from ledger.titles import WHOLE, Issue, TitleAction, TitleState
from ledger.verification.title_replay import replayed

__all__ = ["gap_in_ancestry", "replay_ancestors"]


def gap_in_ancestry(history: TitleHistory, origins: tuple[Bytes32, ...]) -> str | None:
    """Say what is missing, if anything is; `origins` are those of the title's latest record."""
    if history.parents != origins:
        return "the reissue that it came from is not told"
    known = {ancestor.title for ancestor in history.ancestors}
    for ancestor in history.ancestors:
        if not _complete(ancestor.acts):
            return f"acts on {ancestor.title}, which it came from, are missing"
        if not ancestor.parents and any(map(_of_a_part, ancestor.acts)):
            return f"the reissue that {ancestor.title} came from is not told"
    parents = {*origins, *(title for old in history.ancestors for title in old.parents)}
    return None if parents <= known else "titles that it came from are missing"


def replay_ancestors(history: TitleHistory) -> None:
    """Carry out the acts on each ancestor.

    Raises:
        ChainUnavailableError: they cannot have happened like that, or do not end in a reissue.
    """
    for ancestor in history.ancestors:
        states = replayed(ancestor.title, ancestor.acts, ancestor.parents)
        if states[-1].state is not TitleState.REISSUED:
            raise ChainUnavailableError(f"{ancestor.title}, which it came from, was not reissued")


def _complete(acts: Sequence[TitleEvent]) -> bool:
    """All numbers are there, up to one that can have been the last."""
    numbers = {act.sequence for act in acts} - {0}  # no act has it: its replay fails
    if not numbers or numbers != {*range(1, len(numbers) + 1)}:
        return False
    last = acts[-1].wish
    return not isinstance(last, Issue) and last.action is TitleAction.ACCEPT_SURRENDER


def _of_a_part(act: TitleEvent) -> bool:
    """What was issued, and did not come from others, has the whole share."""
    return isinstance(act.wish, Issue) and act.share != WHOLE

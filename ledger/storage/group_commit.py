# SPDX-License-Identifier: Apache-2.0
"""Group commit: callers that come while a transaction is being made durable share the next one.

An fsync takes milliseconds, and everything that arrives meanwhile is a group already, so nobody
waits for a timer: alone, a caller pays one fsync; under load, a group of up to `GROUP_LIMIT` does.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Final, Generic, TypeVar

__all__ = ["GroupCommit"]

GROUP_LIMIT: Final = 256
_Item = TypeVar("_Item")
_Outcome = TypeVar("_Outcome")


class GroupCommit(Generic[_Item, _Outcome]):
    """Hands items of many threads to one function, a group at a time, and each its outcome back."""

    def __init__(self, commit: Callable[[Sequence[_Item]], Sequence[_Outcome]]) -> None:
        self._commit = commit
        self._waiting: deque[tuple[_Item, Future[_Outcome]]] = deque()
        self._turn = threading.Lock()

    def run(self, item: _Item) -> _Outcome:
        """Return when the item's group is durable; raise what `commit` raised for the group."""
        future: Future[_Outcome] = Future()
        self._waiting.append((item, future))
        with self._turn:
            while not future.done():  # whoever had the turn before may have taken it along
                self._commit_group()
        return future.result()

    def _commit_group(self) -> None:
        group = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP_LIMIT))]
        try:
            outcomes = self._commit([item for item, _ in group])
        except BaseException as error:  # noqa: BLE001 — every waiting thread must hear of it
            for _, future in group:
                future.set_exception(error)
            return
        for (_, future), outcome in zip(group, outcomes, strict=True):
            future.set_result(outcome)

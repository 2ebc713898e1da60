# SPDX-License-Identifier: Apache-2.0
"""What every route shares: the service, threads to call it in, and memory for bodies."""

import asyncio
import contextvars
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Annotated, Final, TypeVar, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from api.errors import TookTooLongError
from api.ports import Ledger
from ledger.errors import OverloadedError

__all__ = [
    "Context",
    "ContextDep",
    "Lease",
    "LeaseDep",
    "Memory",
    "Waiting",
    "Workers",
    "context_of",
]

_CALLERS: Final = 64  # intake commits in groups: waiting threads are what makes a group
_VERIFIERS: Final = 16
_ACTORS: Final = 16
_DOORKEEPERS: Final = 4
_QUEUE: Final = 256
_BODY_MEMORY_BYTES: Final = 512 * 2**20
_WAITING: Final = 64
_WAIT_SECONDS: Final = 10.0
_FIRST_PAUSE_SECONDS: Final = 0.05
_LONGEST_PAUSE_SECONDS: Final = 0.5
_Answer = TypeVar("_Answer")


class Workers:
    """Threads for calls that block, with an end to waiting: for a thread, and for its answer.

    A thread cannot be stopped. A call that took too long goes on, holds its thread, and its answer
    is dropped; every call that changes something may be repeated, so nothing is lost by that.
    """

    def __init__(self, name: str, threads: int, seconds: float) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._seconds = seconds
        self._most = threads + _QUEUE
        self._waiting = 0

    async def run(self, call: Callable[[], _Answer]) -> _Answer:
        """Call in a thread.

        Raises:
            OverloadedError: too many calls wait for a thread.
            TookTooLongError: no answer within the stated time.
        """
        if self._waiting >= self._most:
            raise OverloadedError("too many requests wait for an answer", retry_after_seconds=1)
        context = contextvars.copy_context()
        future = self._pool.submit(context.run, call)
        self._waiting += 1
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: self._done(loop))
        answer = asyncio.wrap_future(future)
        await asyncio.wait({answer}, timeout=self._seconds)
        if not answer.done():
            answer.cancel()  # it need not begin, if it has not yet
            raise TookTooLongError(f"no answer within {self._seconds:g} seconds")
        return answer.result()

    def _done(self, loop: asyncio.AbstractEventLoop) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(self._leave)

    def _leave(self) -> None:
        self._waiting -= 1

    def close(self) -> None:
        """Start no further call; calls under way end on their own."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class Waiting:
    """Requests that wait for a block. They hold no thread: each asks now and then.

    Where too many wait, the next one is answered as it stands.
    """

    def __init__(self, most: int = _WAITING, seconds: float = _WAIT_SECONDS) -> None:
        self._free = most
        self._seconds = seconds

    async def until(
        self,
        is_told: Callable[[_Answer], bool],
        first: _Answer,
        ask: Callable[[_Answer], Awaitable[_Answer]],
    ) -> _Answer:
        """Ask until all is told, for ten seconds at most; the newest answer.

        Args:
            is_told: whether an answer is worth no waiting any more.
            first: the answer so far.
            ask: asks once; where no thread is free for that, the answer so far is the newest.
        """
        if self._free <= 0:
            return first
        loop = asyncio.get_running_loop()
        end, pause = loop.time() + self._seconds, _FIRST_PAUSE_SECONDS
        self._free -= 1
        try:
            while not is_told(first) and loop.time() + pause < end:
                await asyncio.sleep(pause)
                pause = min(1.5 * pause, _LONGEST_PAUSE_SECONDS)
                with suppress(OverloadedError, TookTooLongError):
                    first = await ask(first)
        finally:
            self._free += 1
        return first


class Memory:
    """How many bytes of bodies are held at once, by all requests together."""

    def __init__(self, most: int) -> None:
        self._free = most

    @contextmanager
    def lease(self) -> "Iterator[Lease]":
        """Hold bytes until the request is answered."""
        lease = Lease(self)
        try:
            yield lease
        finally:
            self._free += lease.held

    def take(self, count: int) -> None:
        """Count bytes; OverloadedError if there is no room for them."""
        if count > self._free:
            raise OverloadedError("too many large bodies at once", retry_after_seconds=5)
        self._free -= count


@dataclass(slots=True)
class Lease:
    """The bytes that one request holds."""

    memory: Memory
    held: int = 0

    def grow(self, count: int) -> None:
        """Hold `count` bytes more."""
        self.memory.take(count)
        self.held += count


@dataclass(frozen=True, slots=True)
class Context:
    """One application. What may wait for nodes holds no thread that others need.

    `verifiers`: verification, open to all; `actors`: acts of parties; `doorkeepers`: whose token it
    is; `callers`: all else. `waiting`: requests that wait for a block.
    """

    ledger: Ledger
    callers: Workers
    verifiers: Workers
    actors: Workers
    doorkeepers: Workers
    waiting: Waiting = field(default_factory=Waiting)
    memory: Memory = field(default_factory=lambda: Memory(_BODY_MEMORY_BYTES))

    @classmethod
    def of(cls, ledger: Ledger) -> "Context":
        """Make the threads; none starts before it is needed."""
        seconds = ledger.limits.request_seconds
        return cls(
            ledger,
            Workers("caller", _CALLERS, seconds),
            Workers("verifier", _VERIFIERS, seconds),
            Workers("actor", _ACTORS, seconds),
            Workers("doorkeeper", _DOORKEEPERS, seconds),
        )

    def close(self) -> None:
        """Let the threads go."""
        for workers in (self.callers, self.verifiers, self.actors, self.doorkeepers):
            workers.close()


def context_of(connection: HTTPConnection) -> Context:
    """The application's context."""
    return cast("Context", connection.app.state.context)


async def _context(connection: HTTPConnection) -> Context:
    return context_of(connection)


ContextDep = Annotated[Context, Depends(_context)]


async def _lease(context: ContextDep) -> "AsyncIterator[Lease]":
    with context.memory.lease() as lease:
        yield lease


LeaseDep = Annotated[Lease, Depends(_lease)]

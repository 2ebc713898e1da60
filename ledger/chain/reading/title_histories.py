# SPDX-License-Identifier: Apache-2.0
"""What was done with a title: its register's events, newest range first, bounded (formats.md §9.4).

A node may limit how many blocks it searches at once, and say so in its own way; so a range that it
refuses is halved. Whatever goes wrong ends the history with a fault, and concerns the title alone.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from ledger.chain.reading.rpc import Node, Refusal, quantity
from ledger.chain.reading.title_logs import (
    ACTED,
    ISSUED,
    REISSUED,
    Log,
    Topics,
    read_act,
    read_log,
    read_reissue,
)
from ledger.errors import ChainUnavailableError
from ledger.ports import TitleEvent, TitleHistory, TitleQuestion
from ledger.ports.verifying import TitleAncestor
from ledger.primitives import MAX_TIME, Bytes32, PartyId
from ledger.titles import Issue, Title

__all__ = ["TitlePast", "read_history"]

_ACTS: Final = ["0x" + event.hex() for event in (ISSUED, ACTED)]
_MOST_REQUESTS: Final = 512
_MOST_EVENTS: Final = 4096
_MOST_BYTES: Final = 32 * 2**20
_MOST_ANCESTORS: Final = 256


def read_history(node: Node, question: TitleQuestion, latest: int) -> TitleHistory:
    """Read all acts up to block `latest`, in the order of block, transaction and log."""
    return TitlePast(node, question, latest).own()


class TitlePast:
    """One title's past on its way, and what it has cost so far."""

    def __init__(self, node: Node, question: TitleQuestion, latest: int) -> None:
        """Ask nothing yet; `latest` is the last block to search."""
        self._node = node
        self._register = question.register
        self._title = question.title
        self._latest = latest
        self._acts: dict[Bytes32, list[TitleEvent]] = {question.title: []}
        self._parents: dict[Bytes32, tuple[Bytes32, ...]] = {}
        self._searched: set[int] = set()
        self._fault: str | None = None
        self._places: set[tuple[int, int, int]] = set()
        self._times: dict[Bytes32, int] = {}
        self._requests = 0
        self._received_before = node.received_bytes

    def own(self) -> TitleHistory:
        """Read the acts on the title itself."""
        asked = (_ACTS, str(self._title))
        self._until_fault(lambda: self._read_acts(asked, {self._title}, self._latest))
        return self._history()

    def with_ancestors(self, record: Title) -> TitleHistory:
        """Read the acts on the titles that it came from, too; `record` is its latest one."""
        if self._fault is None:
            self._until_fault(lambda: self._read_ancestors(record))
        return self._history()

    def _until_fault(self, read: Callable[[], None]) -> None:
        try:
            read()
        except ChainUnavailableError as error:
            self._fault = str(error)

    def _history(self) -> TitleHistory:
        acts = {
            title: tuple(sorted(found, key=lambda act: act.place))
            for title, found in self._acts.items()
        }
        return TitleHistory(
            acts.pop(self._title),
            self._fault,
            self._parents.get(self._title, ()),
            tuple(
                TitleAncestor(title, self._parents.get(title, ()), found)
                for title, found in sorted(acts.items())
            ),
        )

    def _read_acts(self, topics: Topics, titles: set[Bytes32], last: int) -> None:
        """Go back until all of the titles were opened: no act on them can be older."""
        unopened = set(titles)
        for logs in self._search(topics, self._register.deploy_block, last):
            for log in logs:
                self._take(log)
                if log.topics[0] == ISSUED:
                    unopened.discard(Bytes32(log.topics[1]))
            if not unopened:
                return

    def _read_ancestors(self, record: Title) -> None:
        """The title's parents and the acts on them, then theirs, and so on."""
        children = [self._title]
        while children:
            openings = self._openings(children)
            self._read_reissues(openings, record.carrier)
            if self._parents.get(self._title) != record.origins:
                raise ChainUnavailableError("the reissue that it came from is not told")
            children = self._new_ancestors(children)
            self._acts |= {title: [] for title in children}
            if children:
                asked = (_ACTS, [str(title) for title in children])
                self._read_acts(asked, set(children), max(openings))

    def _openings(self, titles: Iterable[Bytes32]) -> set[int]:
        """The blocks in which they were opened: a reissue opens titles in its own transaction."""
        found = set()
        for title in titles:
            issues = [act.block for act in self._acts[title] if isinstance(act.wish, Issue)]
            if not issues:
                raise ChainUnavailableError(f"nothing tells when {title} was opened")
            found.add(min(issues))
        return found

    def _read_reissues(self, blocks: set[int], carrier: PartyId) -> None:
        for block in sorted(blocks - self._searched):
            self._searched.add(block)
            for logs in self._search(("0x" + REISSUED.hex(), str(carrier)), block, block):
                for log in logs:
                    titles, parts = read_reissue(log)
                    if len({*parts} - self._parents.keys()) != len(parts):
                        raise ChainUnavailableError("a title is told to be opened twice")
                    self._parents |= dict.fromkeys(parts, titles)

    def _new_ancestors(self, children: Iterable[Bytes32]) -> list[Bytes32]:
        parents = {title for child in children for title in self._parents.get(child, ())}
        if self._title in parents:
            raise ChainUnavailableError("it is told to have come from itself")
        new = sorted(parents - self._acts.keys())
        if len(self._acts) - 1 + len(new) > _MOST_ANCESTORS:
            raise ChainUnavailableError(f"it came from more than {_MOST_ANCESTORS} titles")
        return new

    def _take(self, log: Log) -> None:
        self._acts[Bytes32(log.topics[1])].append(read_act(log, self._time(log)))

    def _search(self, topics: Topics, first: int, last: int) -> Iterator[Iterator[Log]]:
        """The logs of each range, from block `last` back to `first`."""
        width = last - first + 1
        while last >= first:
            start = max(first, last - width + 1)
            found = self._logs(topics, start, last)
            if isinstance(found, Refusal):
                width = (last - start + 1) // 2
                if width == 0:
                    raise ChainUnavailableError(found.reason)
                continue
            yield self._read(found, topics, range(start, last + 1))
            last = start - 1

    def _logs(self, topics: Topics, first: int, last: int) -> list[Any] | Refusal:
        wanted = {
            "address": str(self._register.address),
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "topics": [*topics],
        }
        found = self._ask("eth_getLogs", wanted)
        if not isinstance(found, list | Refusal):
            raise ChainUnavailableError(f"{self._node.name}: the logs are no list")
        return found

    def _read(self, found: list[Any], topics: Topics, blocks: range) -> Iterator[Log]:
        for item in found:
            log = read_log(item, self._register.address, topics)
            if log.place[0] not in blocks or log.place in self._places:
                raise ChainUnavailableError(f"{self._node.name}: a log was not asked for")
            self._places.add(log.place)
            if len(self._places) > _MOST_EVENTS:
                raise ChainUnavailableError(f"there are more than {_MOST_EVENTS} events to read")
            yield log

    def _ask(self, method: str, *parameters: object) -> Any:  # noqa: ANN401 — JSON of any shape
        self._requests += 1
        if self._requests > _MOST_REQUESTS:
            raise ChainUnavailableError(f"more than {_MOST_REQUESTS} requests would be needed")
        answer = self._node.ask(method, *parameters)
        if self._node.received_bytes - self._received_before > _MOST_BYTES:
            raise ChainUnavailableError(f"the node sent more than {_MOST_BYTES} bytes of history")
        return answer

    def _time(self, log: Log) -> int:
        """When the log's block was made: as the log says, or as the block says."""
        if log.stated_time is not None:
            time = quantity(log.stated_time)
        else:
            if log.block not in self._times:
                self._times[log.block] = quantity(self._header_time(log.block))
            time = self._times[log.block]
        if time > MAX_TIME:
            raise ChainUnavailableError(f"{self._node.name}: a log has a time that is none")
        return time

    def _header_time(self, block: Bytes32) -> object:
        header_only = False  # without transactions
        found = self._ask("eth_getBlockByHash", str(block), header_only)
        if not isinstance(found, dict) or found.get("hash") != str(block):
            raise ChainUnavailableError(f"{self._node.name}: a log names a block that is not there")
        return found.get("timestamp")

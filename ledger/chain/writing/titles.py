# SPDX-License-Identifier: Apache-2.0
"""What TitleRegistry and DocumentStatus say now, for whoever is about to act: `ActChain`."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ledger.acts import ActContract
from ledger.chain.reading import Node as ReadingNode
from ledger.chain.reading.title_histories import read_history
from ledger.chain.writing.contract import Contract
from ledger.chain.writing.node import Node
from ledger.errors import ChainUnavailableError, StateError
from ledger.ports import TitleQuestion
from ledger.ports.titling import StatusNow, TitleView
from ledger.primitives import Bytes32, Digest, PartyId
from ledger.titles import Title, TitleState
from ledger.trust import TrustedLedger

__all__ = ["ChainTitles"]

_NONE: Final = bytes(32)
_KEPT_NAMES: Final = 4096
_NAME: Final = 4  # where IPartyRegistry.Party has it


class ChainTitles:
    """See `ActChain`. A party's name never changes, so it is asked for once."""

    def __init__(self, node: Node, node_url: str, ledger: TrustedLedger) -> None:
        self._node = node
        self._url = node_url
        self._register = ledger.titles[-1] if ledger.titles else None
        self._parties = Contract(node, "PartyRegistry", ledger.parties.address)
        self._status = Contract(node, "DocumentStatus", ledger.statuses[-1].address)
        self._names: dict[PartyId, str] = {}

    def __repr__(self) -> str:
        return "ChainTitles(address hidden)"

    def title(self, title: Bytes32) -> Title | None:
        """See `ActChain`."""
        return _title(self._titles().read("record", title.raw))

    def title_view(self, title: Bytes32) -> TitleView | None:
        """See `ActChain`. Record and history are those of one block."""
        block = self._node.latest().number
        record = _title(self._titles().read_at(block, "record", title.raw))
        if record is None or self._register is None:
            return None
        reading = ReadingNode(self._url)
        try:
            history = read_history(reading, TitleQuestion(self._register, title), block)
        finally:
            reading.close()
        if history.fault is not None:
            raise ChainUnavailableError(f"the history of title {title}: {history.fault}")
        if [act.sequence for act in history.acts] != list(range(1, record.sequence + 1)):
            raise ChainUnavailableError(
                f"title {title} has {record.sequence} acts; the node told {len(history.acts)}"
            )
        now = (record.carrier, record.holder, record.beneficiary, record.nominee)
        named = {party for party in (*now, *history.parties) if party is not None}
        return TitleView(title, record, history.acts, self._named(named))

    def tag_key_hash(self, party: PartyId) -> Digest | None:
        """See `ActChain`."""
        held = bytes(self._titles().read("tagKeyHash", party.raw))
        return None if held == _NONE else Digest(held)

    def status(self, party: PartyId, subject: Digest) -> StatusNow:
        """See `ActChain`."""
        keys = (party.raw, subject.raw)
        record = self._status.read("record", *keys)
        _key, status, reason, sequence, _time, _number, superseded_by = record
        return StatusNow(
            status, reason, bytes(superseded_by), sequence, self._status.read("tainted", *keys)
        )

    def _titles(self) -> Contract:
        if self._register is None:
            raise StateError(f"this ledger has no contract for acts on {ActContract.TITLES}")
        return Contract(self._node, "TitleRegistry", self._register.address)

    def _named(self, parties: Iterable[PartyId]) -> Mapping[PartyId, str]:
        if len(self._names) > _KEPT_NAMES:
            self._names.clear()
        found = {}
        for party in parties:
            name = self._names.get(party)
            if name is None:
                name = str(self._parties.read("party", party.raw)[_NAME])
                self._names[party] = name
            found[party] = name
        return found


def _title(values: Any) -> Title | None:  # noqa: ANN401 — what web3 decoded, parsed here
    words, (state, paused, sequence, time, accept_by, share, _key, origins) = values[:8], values[8:]
    if state == TitleState.NONE:
        return None
    carrier, holder, beneficiary, nominee, former_holder, former_beneficiary = map(
        _party, words[:6]
    )
    if carrier is None:
        raise ChainUnavailableError("the node shows a title without a carrier")
    return Title(
        carrier=carrier,
        commitment=Digest(bytes(words[6])),
        holder=holder,
        beneficiary=beneficiary,
        former_holder=former_holder,
        former_beneficiary=former_beneficiary,
        nominee=nominee,
        state=TitleState(state),
        paused=paused,
        sequence=sequence,
        time=time,
        accept_by=accept_by or None,
        intent=None if bytes(words[7]) == _NONE else Digest(bytes(words[7])),
        share=share,
        origins=tuple(Bytes32(bytes(origin)) for origin in origins),
    )


def _party(word: bytes) -> PartyId | None:
    return None if bytes(word) == _NONE else PartyId(bytes(word))

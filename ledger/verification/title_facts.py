# SPDX-License-Identifier: Apache-2.0
"""What the chain says of a title becomes facts of the report, whatever became of the check."""

from typing import Final

from ledger.errors import ChainUnavailableError
from ledger.ports import TitleEvent
from ledger.primitives import PartyId
from ledger.titles import Issue, TitleAct
from ledger.verification.request import Asked
from ledger.verification.title import TitleEvidence, title_evidence
from ledger.verification.title_words import TitleFacts, TitleParty, TitleStep

__all__ = ["title_facts"]

_MOST_STEPS: Final = 200


def title_facts(asked: Asked) -> TitleFacts | None:
    """Say who controls the goods by the latest view; None if there is no such title, or answer."""
    told = title_evidence(asked)
    if told is None or asked.header is None or asked.header.title is None:
        return None
    record = told.latest.answer.record
    if record is None:
        return None
    names = _Names(told)
    acts = told.history.acts
    return TitleFacts(
        title=asked.header.title,
        state=record.state,
        paused=record.paused,
        sequence=record.sequence,
        changed_at=record.time,
        carrier=TitleParty(record.carrier, names.get(record.carrier)),
        holder=names.party(record.holder),
        beneficiary=names.party(record.beneficiary),
        nominee=names.party(record.nominee),
        held_since=_held_since(told),
        accept_by=record.accept_by,
        commitment=record.commitment,
        share=record.share,
        origins=record.origins,
        history=tuple(_step(act, names) for act in acts[-_MOST_STEPS:]),
        earlier_acts=max(len(acts) - _MOST_STEPS, 0),
    )


class _Names:
    """Parties by the names that the latest view gives them."""

    def __init__(self, told: TitleEvidence) -> None:
        issuers = zip(told.issuers, told.latest.view.answer.issuers, strict=True)
        self._names = {held.id: held.name for held in told.latest.answer.parties}
        self._names |= {party: answer.name for party, answer in issuers}

    def get(self, party: PartyId) -> str | None:
        return self._names.get(party) or None

    def party(self, party: PartyId | None) -> TitleParty | None:
        return None if party is None else TitleParty(party, self.get(party))


def _held_since(told: TitleEvidence) -> int | None:
    """The time of the act that made the holder the holder, if all acts lead to the record."""
    record = told.latest.answer.record
    try:
        states = told.states()
    except ChainUnavailableError:
        return None
    if record is None or record.holder is None or not states:
        return None
    if (states[-1], told.history.acts[-1].key) != (record, told.latest.answer.key):
        return None
    since = None
    holder = None
    for state in states:
        if state.holder != holder:
            holder, since = state.holder, state.time
    return since


def _step(act: TitleEvent, names: _Names) -> TitleStep:
    wish = act.wish
    return TitleStep(
        sequence=act.sequence,
        action="Issue" if isinstance(wish, Issue) else wish.action.label,
        party=TitleParty(act.party, names.get(act.party)),
        holder=names.party(wish.holder),
        beneficiary=names.party(wish.beneficiary),
        accept_by=wish.accept_by if isinstance(wish, TitleAct) else None,
        time=act.time,
        block=act.block,
        transaction=act.transaction,
    )

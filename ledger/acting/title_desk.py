# SPDX-License-Identifier: Apache-2.0
"""Titles: reserve one for a reference, issue it, act on it, reissue it, read it.

Who may do what, and when, is the contract's business, and only its word counts. Refused here is
what the contract cannot see: a title that is not that of the document's reference.
"""

import hashlib

from ledger.acting.signing_desk import NO_WORD, ActPorts, SigningDesk, Wish
from ledger.acting.wishes import (
    ActWish,
    IssueWish,
    PartWish,
    ReadTitle,
    ReissueWish,
    ReservedTitle,
)
from ledger.acts import ActType, Value
from ledger.errors import InvalidValueError, NotFoundError, StateError
from ledger.ports.relaying import StoredAct
from ledger.ports.titling import TitleView
from ledger.primitives import Bytes32, Digest, PartyId
from ledger.titles import Title, TitleState, title_id, title_tag

__all__ = ["TitleDesk"]

_MAX_REFERENCE = 128


class TitleDesk:
    """Acts on titles for parties whose key is held here; reading is for everyone with a token."""

    def __init__(self, ports: ActPorts, desk: SigningDesk) -> None:
        self._ports = ports
        self._desk = desk

    def reserve(self, party: PartyId, reference: str) -> ReservedTitle:
        """The title of a party's reference: the same each time. Registers the tag key once.

        Raises:
            InvalidValueError: no reference.
            ForbiddenError: no key is held for the party.
            StateError: the chain has another tag key for the party.
        """
        self._desk.key_of(party)
        tag = self._tag(party, reference)
        self._register_tag_key(party)
        title = title_id(party, tag)
        record = self._ports.chain.title(title)
        state = TitleState.NONE if record is None else record.state
        return ReservedTitle(self._name(title), tag, state.label)

    def issue(self, party: PartyId, wish: IssueWish) -> StoredAct:
        """Issue the title that a notarised document of the party's own names.

        Raises:
            NotFoundError: no such document of this party is kept here.
            StateError: it names no title, or not that of its reference.
            ForbiddenError, IdempotencyConflictError, OverloadedError: see `SigningDesk.sign`.
        """
        self._desk.key_of(party)
        known = self._desk.repeated(party, wish.key)
        if known is not None:
            return known
        tag = self._tag_of_document(party, wish.commitment)
        self._register_tag_key(party)
        members: dict[str, Value] = {
            "tag": tag.raw,
            "expectedSequence": 0,
            "commitment": wish.commitment.raw,
            "holder": wish.holder.raw,
            "beneficiary": wish.beneficiary.raw,
            "remark": NO_WORD,
        }
        readable = (title_id(party, tag),)
        return self._desk.sign(party, Wish(ActType.ISSUE, members, wish.remark, readable, wish.key))

    def act(self, party: PartyId, title: Bytes32, wish: ActWish) -> StoredAct:
        """Act on a title.

        Raises:
            NotFoundError: there is no such title.
            ForbiddenError, IdempotencyConflictError, OverloadedError: see `SigningDesk.sign`.
        """
        self._desk.key_of(party)
        known = self._desk.repeated(party, wish.key)
        if known is not None:
            return known
        sequence = self._record(title).sequence
        if wish.expected_sequence is not None:
            sequence = wish.expected_sequence
        members: dict[str, Value] = {
            "action": wish.action.value,
            "title": title.raw,
            "expectedSequence": sequence,
            "holder": _word(wish.holder),
            "beneficiary": _word(wish.beneficiary),
            "intent": _word(wish.intent),
            "acceptBy": wish.accept_by or 0,
            "remark": NO_WORD,
        }
        return self._desk.sign(party, Wish(ActType.ACT, members, wish.remark, (title,), wish.key))

    def reissue(self, party: PartyId, wish: ReissueWish) -> StoredAct:
        """Close titles and open those of notarised documents for them, as the holder agreed.

        Raises:
            NotFoundError: there is no such title, or no such document of this party.
            StateError: a document names no title, or not that of its reference.
            ForbiddenError, IdempotencyConflictError, OverloadedError: see `SigningDesk.sign`.
        """
        self._desk.key_of(party)
        known = self._desk.repeated(party, wish.key)
        if known is not None:
            return known
        tags = [self._tag_of_part(party, part) for part in wish.parts]
        self._register_tag_key(party)
        sequences = tuple(self._record(title).sequence for title in wish.titles)
        members: dict[str, Value] = {
            "titles": tuple(title.raw for title in wish.titles),
            "expectedSequences": sequences,
            "parts": tuple(
                (tag.raw, part.commitment.raw, part.share)
                for tag, part in zip(tags, wish.parts, strict=True)
            ),
            "remark": NO_WORD,
        }
        opened = (title_id(party, tag) for tag in tags)
        readable = tuple(dict.fromkeys((*wish.titles, *opened)))
        return self._desk.sign(
            party, Wish(ActType.REISSUE, members, wish.remark, readable, wish.key)
        )

    def read(self, reader: PartyId, title: Bytes32) -> ReadTitle:
        """A title with its history; texts of remarks only for its own parties, past and present.

        Raises:
            NotFoundError: there is no such title.
        """
        view = self._ports.chain.title_view(title)
        if view is None:
            raise _no_title(title)
        remarks = self._remarks(view) if reader in view.parties else {}
        return ReadTitle(self._name(title), view, remarks)

    # -- inside ----------------------------------------------------------------------------------

    def _remarks(self, view: TitleView) -> dict[Digest, str]:
        digests = {act.wish.remark for act in view.acts if act.wish.remark is not None}
        return self._ports.remarks.texts(view.title, digests) if digests else {}

    def _record(self, title: Bytes32) -> Title:
        record = self._ports.chain.title(title)
        if record is None:
            raise _no_title(title)
        return record

    def _name(self, title: Bytes32) -> str:
        domain = self._desk.domain(ActType.ISSUE)
        return f"eip155:{domain.chain_id}:{domain.address}:{title}"

    def _tag(self, party: PartyId, reference: str) -> Digest:
        if not 1 <= len(reference) <= _MAX_REFERENCE:
            raise InvalidValueError(f"reference: want 1 to {_MAX_REFERENCE} characters")
        try:
            return title_tag(self._ports.secrets.tag_key(party), reference)
        except UnicodeEncodeError as error:
            raise InvalidValueError("reference: holds half of a character") from error

    def _tag_of_part(self, party: PartyId, part: PartWish) -> Digest:
        tag = self._tag_of_document(party, part.commitment)
        if tag != self._tag(party, part.reference):
            raise StateError(f"document {part.commitment} has another reference than its part")
        return tag

    def _tag_of_document(self, party: PartyId, commitment: Digest) -> Digest:
        """The tag of a document's reference, if the document names the title of that tag."""
        document = self._ports.documents.document(commitment).sealed.document
        if party not in document.issuers:
            raise NotFoundError(f"no document {commitment} is kept here")
        tag = self._tag(party, document.reference)
        expected = self._name(title_id(party, tag))
        if document.title is None:
            raise StateError(
                f"document {commitment} names no title: reserve one for its reference, and submit "
                "the document with it"
            )
        if document.title != expected:
            raise StateError(
                f"document {commitment} names {document.title}; the title of its reference is "
                f"{expected}"
            )
        return tag

    def _register_tag_key(self, party: PartyId) -> None:
        """Bind the carrier to the secret behind its tags; what waits to be done is not repeated."""
        own = hashlib.sha256(self._ports.secrets.tag_key(party)).digest()
        held = self._ports.chain.tag_key_hash(party)
        if held is None:
            self._desk.sign(party, Wish(ActType.TAG_KEY, {"keyHash": own}))
        elif held.raw != own:
            raise StateError(
                f"the chain has another tag key for {party} than this service: whoever has that "
                "one numbers its titles"
            )


def _no_title(title: Bytes32) -> NotFoundError:
    return NotFoundError(f"there is no title {title}")


def _word(value: PartyId | Digest | None) -> bytes:
    return NO_WORD if value is None else value.raw

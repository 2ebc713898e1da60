# SPDX-License-Identifier: Apache-2.0
"""Acts are signed with the key that the service holds for a party, and handed to the relay."""

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ledger.acting.foresight import Foreseen, foreseen, under_way
from ledger.acting.pace import Pace
from ledger.acts import Act, ActContract, ActDomain, ActType, SignedAct, Value
from ledger.errors import (
    ForbiddenError,
    IdempotencyConflictError,
    InvalidValueError,
    NotFoundError,
    StateError,
)
from ledger.ports import Clock
from ledger.ports.facade import RequestKey, StatusRequest
from ledger.ports.relaying import ActStore, NewAct, StoredAct
from ledger.ports.service import Authority, DocumentStore, Signers
from ledger.ports.titling import ActChain, RemarkStore, TitleSecrets
from ledger.primitives import (
    MAX_TIME,
    Address,
    Bytes32,
    Digest,
    Json,
    PartyId,
    Signature,
    format_time,
)
from ledger.remarks import SealedRemark, seal_remark

__all__ = ["NO_WORD", "ActPorts", "SignedWish", "SigningDesk", "Wish"]

NO_WORD: Final = bytes(32)
_MARK_BYTES: Final = 16
_MARK_BITS: Final = 8 * _MARK_BYTES
_NONCE_BITS: Final = 256
# No text in UTF-8 begins like this: what is marked is never a reference, whose tag is public.
_MARKED: Final = b"\xffcorridor/request-key/1\0"
_DEADLINE_SECONDS: Final = 3600
_LONGEST_DAYS: Final = 30
_CODES: Final = {"resume": 0, "revoke": 1, "suspend": 2, "supersede": 3}
_FOR_GOOD: Final = {1: "revoked", 3: "superseded"}


@dataclass(frozen=True, slots=True)
class ActPorts:
    """What acting works with. `domains`: the contracts that acts are signed for."""

    store: ActStore
    signers: Signers
    chain: ActChain
    documents: DocumentStore
    authority: Authority
    secrets: TitleSecrets
    remarks: RemarkStore
    clock: Clock
    domains: Mapping[ActContract, ActDomain]


@dataclass(frozen=True, slots=True)
class Wish:
    """An act to be signed: its members but for party, nonce and deadline.

    `remark` is a text for the parties of the titles `readable`; the member is zero then, too.
    """

    type: ActType
    members: Mapping[str, Value]
    remark: str | None = field(default=None, repr=False)
    readable: tuple[Bytes32, ...] = ()
    key: RequestKey | None = None

    def request(self) -> bytes:
        """Equal for equal keys; without one for equal wishes: a repeat gives the first act."""
        if self.key is not None:
            return _request(self.key)
        members = {name: repr(value) for name, value in sorted(self.members.items())}
        return json.dumps([self.type, members, self.remark]).encode("ascii")


@dataclass(frozen=True, slots=True)
class SignedWish:
    """An act that was signed elsewhere, as it was handed in."""

    contract: str
    type: str
    message: Json = field(repr=False)
    key: Address
    signature: Signature


class SigningDesk:
    """Makes acts durable: of held keys, or signed elsewhere. Nothing is sent here."""

    def __init__(self, ports: ActPorts, check: Callable[[], None] = lambda: None) -> None:
        """Nothing is signed yet.

        Args:
            ports: what to work with.
            check: raises what stands in the way of carrying anything; asked before each promise.
        """
        self._ports = ports
        self._check = check
        self._pace = Pace()

    def submit(self, submitter: PartyId, wish: SignedWish) -> StoredAct:
        """Take an act that some party signed itself; the signature is what counts.

        Raises:
            InvalidValueError: it does not parse, is not signed by its key for our contract, or its
                deadline has passed or is more than 30 days ahead.
            NotAuthorisedYetError: the chain says that the key is no `sign` key of its party now.
            ChainUnavailableError: the chain does not say.
            OverloadedError: too many wait, or came within this minute.
        """
        now = self._ports.clock.now()
        self._pace.take(submitter, now)
        self._check()
        act = Act.parse(wish.type, wish.message)
        if wish.contract != act.type.contract:
            raise InvalidValueError(
                f"contract: {act.type} goes to {act.type.contract}; got {wish.contract}"
            )
        signed = SignedAct(act, self.domain(act.type), wish.key, wish.signature)
        known = self._ports.store.repeated(submitter, signed.id.raw)
        if known is not None:
            return known
        _check_deadline(act.deadline, now)
        self._ports.authority.authorised(act.party, signed.key, None, now)
        return self._ports.store.add(NewAct(signed, submitter, signed.id.raw, now))

    def act(self, act: Digest) -> StoredAct:
        """One act; NotFoundError if it was never accepted here."""
        return self._ports.store.act(act)

    def change_status(
        self, party: PartyId, commitment: Digest, change: StatusRequest
    ) -> StoredAct | None:
        """Say something of one's own document; None if the chain says it already.

        The party's acts about it that are under way count as done: the new one is signed to go
        after them, and one of them that says it already is returned.

        Raises:
            NotFoundError: the party is no issuer of such a document here.
            ForbiddenError: no key is held for the party.
            IdempotencyConflictError: see `repeated`.
            StateError: an act under way settles it for good, otherwise.
            OverloadedError: too many wait.
        """
        if party not in self._ports.documents.document(commitment).sealed.document.issuers:
            raise NotFoundError(f"no document {commitment} is kept here")  # whoever else has one
        self.key_of(party)
        known = self.repeated(party, change.key)
        if known is not None:
            return known
        domain = self.domain(ActType.STATUS_CHANGE)
        coming = under_way(self._ports.store, domain, party, commitment)
        told = foreseen(self._ports.chain.status(party, commitment), commitment, coming)
        successor = NO_WORD if change.superseded_by is None else change.superseded_by.raw
        wanted = (_CODES[change.action], change.reason, successor)
        if told.word == wanted and not told.tainted:
            return told.act
        _check_open(told, commitment)
        members: dict[str, Value] = {
            "subject": commitment.raw,
            "status": wanted[0],
            "reason": wanted[1],
            "supersededBy": wanted[2],
            "expectedSequence": told.sequence,
        }
        return self.sign(party, Wish(ActType.STATUS_CHANGE, members, key=change.key))

    # -- for titles, too -------------------------------------------------------------------------

    def domain(self, kind: ActType) -> ActDomain:
        """The contract that an act of this type is for.

        Raises:
            StateError: this ledger has none.
        """
        domain = self._ports.domains.get(kind.contract)
        if domain is None:
            raise StateError(f"this ledger has no contract for acts on {kind.contract}")
        return domain

    def key_of(self, party: PartyId) -> Address:
        """The key that is held for a party.

        Raises:
            ForbiddenError: none is.
        """
        key = self._ports.signers.signer_of(party)
        if key is None:
            raise ForbiddenError(
                "no key is held here for this party: it signs its acts itself, and hands them in "
                "at /v1/acts"
            )
        return key

    def repeated(self, party: PartyId, key: RequestKey | None) -> StoredAct | None:
        """The act of a party's Idempotency-Key, unless it was refused; None without a key.

        Raises:
            IdempotencyConflictError: it came with another body then.
        """
        known = None if key is None else self._ports.store.repeated(party, _request(key))
        if known is not None:
            self._check_same(party, key, known)
        return known

    def sign(self, party: PartyId, wish: Wish) -> StoredAct:
        """Sign an act with the held key and make it durable; an equal one comes back instead.

        Raises:
            ForbiddenError: no key is held for the party.
            IdempotencyConflictError: see `repeated`.
            OverloadedError: too many wait.
        """
        key, ports = self.key_of(party), self._ports
        known = ports.store.repeated(party, wish.request())
        if known is None:
            self._check()
            known = ports.store.add(self._signed(party, key, wish))
        self._check_same(party, wish.key, known)
        return known

    # -- inside ----------------------------------------------------------------------------------

    def _signed(self, party: PartyId, key: Address, wish: Wish) -> NewAct:
        ports = self._ports
        remark, now = self._sealed(wish), ports.clock.now()
        members = {**wish.members, "party": party.raw}
        members |= {"nonce": self._nonce(party, wish.key), "deadline": now + _DEADLINE_SECONDS}
        if remark is not None:
            members["remark"] = remark.digest.raw
        act, domain = Act(wish.type, members), self.domain(wish.type)
        signature = ports.signers.sign(key, act.digest(domain).raw)
        signed = SignedAct(act, domain, key, signature)
        return NewAct(signed, party, wish.request(), now, remark, wish.readable)

    def _sealed(self, wish: Wish) -> SealedRemark | None:
        if wish.remark is None:
            return None
        title = wish.readable[0]
        return seal_remark(self._ports.secrets.title_secret(title), title, wish.remark)

    def _nonce(self, party: PartyId, key: RequestKey | None) -> int:
        """A random number; with a key, half of it is the mark of what was asked with the key."""
        if key is None:
            return secrets.randbits(_NONCE_BITS)
        return secrets.randbits(_NONCE_BITS - _MARK_BITS) << _MARK_BITS | self._mark(party, key)

    def _mark(self, party: PartyId, key: RequestKey) -> int:
        """Without the party's secret, it tells nothing of what was asked: nonces are public."""
        secret = self._ports.secrets.tag_key(party)
        whole = hmac.digest(secret, _MARKED + key.asked.raw + key.key.encode(), "sha256")
        return int.from_bytes(whole[:_MARK_BYTES], "big")

    def _check_same(self, party: PartyId, key: RequestKey | None, known: StoredAct) -> None:
        """An act says by its nonce with which body its key came."""
        if key is None:
            return
        if known.signed.act.nonce & (1 << _MARK_BITS) - 1 != self._mark(party, key):
            raise IdempotencyConflictError("this Idempotency-Key was used with another body")


def _request(key: RequestKey) -> bytes:
    return json.dumps(["idempotency-key", key.key]).encode("ascii")


def _check_deadline(deadline: int, now: int) -> None:
    latest = now + _LONGEST_DAYS * 86_400
    if now <= deadline <= latest:
        return
    given = format_time(deadline) if deadline <= MAX_TIME else str(deadline)
    raise InvalidValueError(
        f"message/deadline: want from now, {format_time(now)}, to {_LONGEST_DAYS} days ahead, "
        f"{format_time(latest)}; got {given}"
    )


def _check_open(told: Foreseen, commitment: Digest) -> None:
    """What is final on chain is the contract's to refuse; what is about to be, nobody's else."""
    settled = _FOR_GOOD.get(told.word[0])
    if settled is not None and told.act is not None:
        raise StateError(
            f"act {told.act.signed.id} is under way, and with it {commitment} is {settled} for "
            "good: nothing can be said of it after that"
        )

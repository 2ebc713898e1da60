# SPDX-License-Identifier: Apache-2.0
"""Acts are signed with the key that the service holds for a party, and handed to the relay."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from ledger.acts import Act, ActContract, ActDomain, ActType, SignedAct, Value
from ledger.errors import ForbiddenError, InvalidValueError, NotFoundError, StateError
from ledger.ports import Clock
from ledger.ports.facade import StatusRequest
from ledger.ports.relaying import ActStore, NewAct, StoredAct
from ledger.ports.service import DocumentStore, Signers
from ledger.ports.titling import ActChain, RemarkStore, TitleSecrets
from ledger.primitives import Address, Bytes32, Digest, Json, PartyId, Signature
from ledger.remarks import SealedRemark, seal_remark

__all__ = ["NO_WORD", "ActPorts", "SignedWish", "SigningDesk", "Wish"]

NO_WORD: Final = bytes(32)
_NONCE_BITS: Final = 256
_DEADLINE_SECONDS: Final = 3600
_CODES: Final = {"resume": 0, "revoke": 1, "suspend": 2, "supersede": 3}


@dataclass(frozen=True, slots=True)
class ActPorts:
    """What acting works with. `domains`: the contracts that acts are signed for."""

    store: ActStore
    signers: Signers
    chain: ActChain
    documents: DocumentStore
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

    def request(self) -> bytes:
        """Equal for equal wishes, so that a repeated request gives the first act."""
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

    def submit(self, submitter: PartyId, wish: SignedWish) -> StoredAct:
        """Take an act that some party signed itself; the signature is what counts.

        Raises:
            InvalidValueError: it does not parse, or is not signed by its key for our contract.
            OverloadedError: too many wait.
        """
        self._check()
        act = Act.parse(wish.type, wish.message)
        if wish.contract != act.type.contract:
            raise InvalidValueError(
                f"contract: {act.type} goes to {act.type.contract}; got {wish.contract}"
            )
        signed = SignedAct(act, self.domain(act.type), wish.key, wish.signature)
        now = self._ports.clock.now()
        return self._ports.store.add(NewAct(signed, submitter, signed.id.raw, now))

    def act(self, act: Digest) -> StoredAct:
        """One act; NotFoundError if it was never accepted here."""
        return self._ports.store.act(act)

    def change_status(
        self, party: PartyId, commitment: Digest, change: StatusRequest
    ) -> StoredAct | None:
        """Say something of one's own document; None if it is said already.

        Raises:
            NotFoundError: the party is no issuer of such a document here.
            ForbiddenError: no key is held for the party.
            OverloadedError: too many wait.
        """
        if party not in self._ports.documents.document(commitment).sealed.document.issuers:
            raise NotFoundError(f"{party} is no issuer of {commitment}")
        self.key_of(party)
        now = self._ports.chain.status(party, commitment)
        successor = NO_WORD if change.superseded_by is None else change.superseded_by.raw
        wanted = (_CODES[change.action], change.reason, successor)
        if (now.status, now.reason, now.superseded_by) == wanted and not now.tainted:
            return None
        members: dict[str, Value] = {
            "subject": commitment.raw,
            "status": wanted[0],
            "reason": wanted[1],
            "supersededBy": wanted[2],
            "expectedSequence": now.sequence,
        }
        return self.sign(party, Wish(ActType.STATUS_CHANGE, members))

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

    def sign(self, party: PartyId, wish: Wish) -> StoredAct:
        """Sign an act with the held key and make it durable; an equal one comes back instead.

        Raises:
            ForbiddenError: no key is held for the party.
            OverloadedError: too many wait.
        """
        key, ports = self.key_of(party), self._ports
        known = ports.store.repeated(party, wish.request())
        if known is not None:
            return known
        self._check()
        remark, now = self._sealed(wish), ports.clock.now()
        members = {**wish.members, "party": party.raw}
        members |= {"nonce": secrets.randbits(_NONCE_BITS), "deadline": now + _DEADLINE_SECONDS}
        if remark is not None:
            members["remark"] = remark.digest.raw
        act, domain = Act(wish.type, members), self.domain(wish.type)
        signature = ports.signers.sign(key, act.digest(domain).raw)
        signed = SignedAct(act, domain, key, signature)
        return ports.store.add(NewAct(signed, party, wish.request(), now, remark, wish.readable))

    def _sealed(self, wish: Wish) -> SealedRemark | None:
        if wish.remark is None:
            return None
        title = wish.readable[0]
        return seal_remark(self._ports.secrets.title_secret(title), title, wish.remark)

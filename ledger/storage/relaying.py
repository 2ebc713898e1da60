# SPDX-License-Identifier: Apache-2.0
"""`ActStore` over SQLAlchemy Core: signed acts on their way to the chain."""

import hmac
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from ledger.acts import Act, ActDomain, ActType, SignedAct
from ledger.errors import (
    ConfigurationError,
    InvalidValueError,
    NotFoundError,
    OverloadedError,
    StateError,
)
from ledger.ports.relaying import ActPlace, ActState, NewAct, SentAct, StoredAct
from ledger.primitives import Address, Bytes32, Digest, PartyId, Signature
from ledger.storage.act_nonces import check_nonce, looked_up_by
from ledger.storage.act_sends import keep_send, prune_refused, sends_from, sends_of
from ledger.storage.engine import reading, writing
from ledger.storage.leases import SqlLease
from ledger.storage.remarks import keep_remark
from ledger.storage.tables import acts
from ledger.storage.vault import Vault

__all__ = ["ACT_LIMIT", "SqlActs"]

ACT_LIMIT: Final = 1000
RETRY_AFTER_SECONDS: Final = 5
_SHARE: Final = 4  # one party fills at most a quarter of the queue
_SEAL: Final = "act"
_REQUEST: Final = "act-request"
_SEALED: Final = (
    "act",
    "contract",
    "kind",
    "message",
    "submitter",
    "key",
    "signature",
    "request_tag",
)
_WAITING: Final = (ActState.ACCEPTED.value, ActState.SUBMITTED.value)


class SqlActs:
    """See `ActStore`. `limit`: acts that may wait for a block before none is taken any more.

    What is to be carried is sealed with the vault's index secret: someone who can only write to the
    database cannot have the relayer pay for anything. Anyone can add; only the holder of the lease
    can write what became of an act.
    """

    def __init__(
        self, held: tuple[Engine, SqlLease, Vault], chain_id: int, limit: int = ACT_LIMIT
    ) -> None:
        self._engine, self._lease, self._vault = held
        self._chain_id = chain_id
        self._limit = limit

    def add(self, new: NewAct) -> StoredAct:
        """See `ActStore`."""
        row = self._row(new)
        here = acts.c.act == new.signed.id.raw
        with writing(self._engine) as connection:
            known = self._first(connection, select(acts).where(here))
            if known is None:
                known = self._first(connection, _repeated(row["request_tag"]))
            if known is not None:
                return known
            check_nonce(connection, new.signed)
            self._check_room(connection, new.submitter)
            _keep(connection, row, new)
            return self._stored(connection.execute(select(acts).where(here)).one())

    def repeated(self, submitter: PartyId, request: bytes) -> StoredAct | None:
        """See `ActStore`."""
        with reading(self._engine) as connection:
            return self._first(connection, _repeated(self._request_tag(submitter, request)))

    def act(self, act: Digest) -> StoredAct:
        """See `ActStore`."""
        with reading(self._engine) as connection:
            found = self._first(connection, select(acts).where(acts.c.act == act.raw))
        if found is None:
            raise NotFoundError(f"no act {act} was accepted here")
        return found

    def in_state(self, state: ActState, limit: int) -> tuple[StoredAct, ...]:
        """See `ActStore`."""
        return self._listed(select(acts).where(acts.c.state == state.value), limit)

    def unsettled(self, limit: int) -> tuple[StoredAct, ...]:
        """See `ActStore`."""
        states = (ActState.MINED.value, ActState.REJECTED.value)
        query = select(acts).where(acts.c.state.in_(states), acts.c.settled == 0)
        return self._listed(query, limit)

    def sent(self, wanted: Collection[Digest]) -> dict[Digest, tuple[SentAct, ...]]:
        """See `ActStore`."""
        found: dict[Digest, tuple[SentAct, ...]] = {}
        with reading(self._engine) as connection:
            for item in sends_of(connection, wanted):
                if item.act is not None:
                    found[item.act] = (*found.get(item.act, ()), item)
        return found

    def pending(self, sender: Address, count: int) -> tuple[SentAct, ...]:
        """See `ActStore`."""
        with reading(self._engine) as connection:
            return sends_from(connection, sender, count)

    def store_sent(self, sent: SentAct) -> None:
        """See `ActStore`. An act that is in a block, or refused, stays what it is."""
        with self._writing() as connection:
            keep_send(connection, sent)
            if sent.act is not None:
                waits = (acts.c.act == sent.act.raw, acts.c.state.in_(_WAITING))
                values = {"state": ActState.SUBMITTED.value, "transaction": sent.transaction.raw}
                connection.execute(update(acts).where(*waits).values(values))

    def store_done(self, act: Digest, place: ActPlace) -> None:
        """See `ActStore`."""
        with self._writing() as connection:
            _set(connection, act, ActState.MINED, place)

    def store_refused(self, act: Digest, refusal: str, place: ActPlace | None) -> None:
        """See `ActStore`."""
        with self._writing() as connection:
            state = connection.scalar(select(acts.c.state).where(acts.c.act == act.raw))
            if state in (ActState.MINED.value, ActState.FINAL.value):
                raise StateError(f"act {act} is in a block: it cannot be refused any more")
            settled = int(place is None)
            _set(connection, act, ActState.REJECTED, place, refusal=refusal, settled=settled)

    def store_settled(self, act: Digest) -> None:
        """See `ActStore`."""
        mined = (acts.c.act == act.raw, acts.c.state == ActState.MINED.value)
        with self._writing() as connection:
            connection.execute(update(acts).where(*mined).values(state=ActState.FINAL.value))
            connection.execute(update(acts).where(acts.c.act == act.raw).values(settled=1))

    def return_to_relay(self, act: Digest) -> None:
        """See `ActStore`.

        Raises:
            StateError: its block was final: that the chain dropped it is for people to look into.
        """
        with self._writing() as connection:
            settled = connection.scalar(select(acts.c.settled).where(acts.c.act == act.raw))
            if settled:
                raise StateError(f"the block of act {act} was final, and the chain dropped it")
            _set(connection, act, ActState.SUBMITTED, None)

    def prune(self, before: int, keep: int, limit: int) -> int:
        """See `ActStore`. The texts of their remarks go, too, unless another act names them."""
        with self._writing() as connection:
            return prune_refused(connection, before, keep, limit)

    def waiting_since(self) -> int | None:
        """See `ActStore`."""
        query = select(func.min(acts.c.accepted_at)).where(acts.c.state.in_(_WAITING))
        with reading(self._engine) as connection:
            since: int | None = connection.scalar(query)
        return since

    # -- inside ----------------------------------------------------------------------------------

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with writing(self._engine) as connection:
            self._lease.check(connection)
            yield connection

    def _check_room(self, connection: Connection, submitter: PartyId) -> None:
        waiting = select(func.count()).select_from(acts).where(acts.c.state.in_(_WAITING))
        count = connection.scalar(waiting) or 0
        if count >= self._limit:
            raise OverloadedError(f"{count} acts wait for the chain", RETRY_AFTER_SECONDS)
        own = connection.scalar(waiting.where(acts.c.submitter == submitter.raw)) or 0
        if own >= max(1, self._limit // _SHARE):
            raise OverloadedError(f"{own} of your acts wait for the chain", RETRY_AFTER_SECONDS)

    def _listed(self, query: Select[Any], limit: int) -> tuple[StoredAct, ...]:
        with reading(self._engine) as connection:
            rows = connection.execute(query.order_by(acts.c.number).limit(limit)).all()
        return tuple(self._stored(row) for row in rows)

    def _first(self, connection: Connection, query: Select[Any]) -> StoredAct | None:
        row = connection.execute(query).one_or_none()
        return None if row is None else self._stored(row)

    def _request_tag(self, submitter: PartyId, request: bytes) -> bytes:
        return self._vault.tag(_REQUEST, submitter.raw, request)

    def _row(self, new: NewAct) -> dict[str, Any]:
        signed = new.signed
        if signed.domain.chain_id != self._chain_id:
            raise ConfigurationError(f"act {signed.id} is for chain {signed.domain.chain_id}")
        row: dict[str, Any] = {
            "act": signed.id.raw,
            "contract": signed.domain.address.raw,
            "kind": signed.act.type.value,
            "message": json.dumps(signed.act.json(), separators=(",", ":")),
            "submitter": new.submitter.raw,
            "key": signed.key.raw,
            "signature": signed.signature.raw,
            "request_tag": self._request_tag(new.submitter, new.request),
        }
        more = {"accepted_at": new.accepted_at, "state": ActState.ACCEPTED.value, "settled": 0}
        return row | more | looked_up_by(signed) | {"seal": self._seal(row)}

    def _seal(self, row: dict[str, Any]) -> bytes:
        values = (row[name] for name in _SEALED)
        raws = (value.encode() if isinstance(value, str) else value for value in values)
        return self._vault.tag(_SEAL, *raws)

    def _stored(self, row: Row[Any]) -> StoredAct:
        act = Digest(row.act)
        if not hmac.compare_digest(
            row.seal, self._seal({name: getattr(row, name) for name in _SEALED})
        ):
            raise ConfigurationError(f"act {act} was changed in the database")
        try:
            signed = self._signed(row)
        except InvalidValueError as error:
            raise ConfigurationError(f"act {act} is stored in an unknown form") from error
        place = None
        transaction = None if row.transaction is None else Bytes32(row.transaction)
        if row.block_hash is not None:
            place = ActPlace(transaction, row.block_number, Bytes32(row.block_hash))
        return StoredAct(
            number=row.number,
            signed=signed,
            state=ActState(row.state),
            transaction=transaction,
            place=place,
            refusal=row.refusal,
            settled=bool(row.settled),
            accepted_at=row.accepted_at,
        )

    def _signed(self, row: Row[Any]) -> SignedAct:
        act = Act.parse(row.kind, json.loads(row.message))
        contract = ActType(row.kind).contract
        domain = ActDomain(contract, self._chain_id, Address(row.contract))
        return SignedAct(act, domain, Address(row.key), Signature(row.signature))


def _repeated(request_tag: bytes) -> Select[Any]:
    """The newest act of a request that was not refused for good: a block may yet take it back."""
    stands = or_(acts.c.state != ActState.REJECTED.value, acts.c.settled == 0)
    return (
        select(acts)
        .where(acts.c.request_tag == request_tag, stands)
        .order_by(acts.c.number.desc())
        .limit(1)
    )


def _keep(connection: Connection, row: dict[str, Any], new: NewAct) -> None:
    try:
        connection.execute(insert(acts), row)
    except IntegrityError as error:
        raise StateError(f"act {new.signed.id} was taken a moment ago: ask for it") from error
    if new.remark is not None:
        try:
            keep_remark(connection, new.remark, new.titles)
        except IntegrityError as error:
            raise StateError("this remark contradicts what is stored") from error


def _set(
    connection: Connection,
    act: Digest,
    state: ActState,
    place: ActPlace | None,
    **more: str | int | None,
) -> None:
    transaction = None if place is None else place.transaction
    values = {
        "state": state.value,
        "transaction": None if transaction is None else transaction.raw,
        "block_number": None if place is None else place.block,
        "block_hash": None if place is None else place.block_hash.raw,
        "refusal": None,
        "settled": 0,
        **more,
    }
    changed = connection.execute(update(acts).where(acts.c.act == act.raw).values(values))
    if not changed.rowcount:
        raise NotFoundError(f"no act {act} was accepted here")

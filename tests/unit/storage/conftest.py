# SPDX-License-Identifier: Apache-2.0
"""A database in a folder of its own, and statements to put into it."""

from dataclasses import dataclass, field, replace

import coincurve
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.documents import Finding, Grade, ListedFile, TradeDocument
from ledger.log import Acceptance, NoteSigner, origin_of
from ledger.ports.service import NewStatement
from ledger.primitives import Address, Digest, PartyId, Signature
from ledger.sealing import seal
from ledger.sequencer import Sequencer
from ledger.statements import LedgerId, UnsignedStatement, commitments_root, keccak256
from ledger.storage import LedgerName, VaultKeys, open_storage
from ledger.storage.tables import metadata

LEDGER = LedgerId(1337, Address(b"\x11" * 20))
NAME = LedgerName(LEDGER, "test")
KEYS = VaultKeys("k1", {"k1": b"K" * 32}, b"I" * 32)
PARTY = PartyId(b"\x01" * 32)
OTHER = PartyId(b"\x02" * 32)
FINDING = Finding(Grade.WARNING, "/data/note", "odd", "it says SECRET-NOTE", "look again")


@dataclass
class FixedClock:
    """A clock that stands until it is set."""

    time: int = 1_770_000_000

    def now(self):
        return self.time


@dataclass(frozen=True)
class Key:
    """A party's key."""

    secret: coincurve.PrivateKey = field(default_factory=lambda: coincurve.PrivateKey(b"\x07" * 32))

    @property
    def address(self):
        return Address(keccak256(self.secret.public_key.format(compressed=False)[1:])[12:])

    def sign(self, digest):
        raw = self.secret.sign_recoverable(digest, hasher=None)
        return Signature(raw[:64] + bytes([raw[64] + 27]))


ACCEPTANCES = NoteSigner("corridor-ledger/test", Ed25519PrivateKey.from_private_bytes(b"A" * 32))
LOG_KEY = NoteSigner(origin_of("test"), Ed25519PrivateKey.from_private_bytes(b"L" * 32))


def document(reference="REF-4711", note="SECRET-NOTE", **members):
    """A small document."""
    members.setdefault("issuers", (PARTY,))
    file = ListedFile("bl.pdf", "application/pdf", 5, Digest(b"\xf1" * 32))
    return TradeDocument(
        "file-only", reference=reference, data={"note": note}, files=(file,), **members
    )


def stated(commitments, party=PARTY, key=None, at=1_770_000_000):
    """A signed statement with its acceptance, and no document."""
    key = key or Key()
    root = commitments_root(commitments)
    unsigned = UnsignedStatement(LEDGER, party, len(commitments), root, at)
    statement = unsigned.signed(key.address, key.sign(unsigned.signing_digest()))
    note = Acceptance("test", LEDGER, statement.digest(), at, at + 60).signed(ACCEPTANCES)
    return NewStatement(statement, tuple(commitments), (), note, at, at + 60, ())


def new_document(doc=None, party=PARTY, **options):
    """A document, sealed and stated, as intake makes it."""
    sealed = seal(doc or document())
    new = stated((sealed.commitment,), party, **options)
    return replace(new, documents=(sealed,), findings=(FINDING,))


def number(index):
    """A commitment that nothing stands behind."""
    return Digest(index.to_bytes(32, "big"))


@pytest.fixture
def clock():
    return FixedClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request):
    """Every test runs on both databases, but those that choose one of them."""
    return request.param


@pytest.fixture
def url(kind, tmp_path, request):
    if kind == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    return request.getfixturevalue("postgres")()


@pytest.fixture
def stored_bytes(kind, tmp_path, storage):
    """All that a thief of the database reads: of SQLite its files, of PostgreSQL every table."""

    def files():
        found = list(tmp_path.iterdir())
        assert any(path.name.endswith("-wal") for path in found)
        return b"".join(path.read_bytes() for path in found)

    def tables():
        raw = b""
        with storage.engine.connect() as connection:
            cursor = connection.connection.driver_connection.cursor()
            for name in metadata.tables:
                with cursor.copy(f"COPY {name} TO STDOUT (FORMAT BINARY)") as copy:
                    raw += b"".join(bytes(part) for part in copy)
        return raw

    return files if kind == "sqlite" else tables


@pytest.fixture
def storage(url, clock):
    opened = open_storage(url, NAME, KEYS, clock)
    assert opened.lease.renew()
    yield opened
    opened.close()


@pytest.fixture
def reopened(url, clock):
    """Open the same file again: another process, or the same after a restart."""
    opened = []

    def again(keys=KEYS, name=NAME):
        opened.append(open_storage(url, name, keys, clock))
        return opened[-1]

    yield again
    for one in opened:
        one.close()


@pytest.fixture
def sequencer(storage):
    return Sequencer(storage.log, LOG_KEY, "test")


@pytest.fixture
def make():
    """The builders above, for tests: pytest shares fixtures, not modules."""

    class Make:
        LEDGER, NAME, KEYS, PARTY, OTHER, FINDING = LEDGER, NAME, KEYS, PARTY, OTHER, FINDING
        LOG_KEY, ACCEPTANCES, Key, FixedClock = LOG_KEY, ACCEPTANCES, Key, FixedClock
        document = staticmethod(document)
        stated = staticmethod(stated)
        new_document = staticmethod(new_document)
        number = staticmethod(number)

    return Make

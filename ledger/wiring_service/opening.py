# SPDX-License-Identifier: Apache-2.0
"""Settings, keys, trust file and database become a service and its worker."""

from dataclasses import dataclass
from functools import partial

from ledger.acting import ActPorts, SigningDesk, TitleDesk
from ledger.anchorer import Anchorer, AnchorRules, check_against_chain
from ledger.chain.writing import (
    ChainActSender,
    ChainAuthority,
    ChainTitles,
    LogAnchorSender,
    Node,
    act_domains,
    connect,
)
from ledger.errors import ConfigurationError
from ledger.intake import Intake, IntakePorts, IntakeTerms
from ledger.keys import (
    KeyRole,
    Keystore,
    Passphrase,
    load_log_key,
    load_storage_secrets,
    read_passphrase_file,
)
from ledger.log import NoteSigner
from ledger.ports.facade import Limits
from ledger.relay import Relay
from ledger.sequencer import Sequencer
from ledger.settings import Settings
from ledger.statements import LedgerId
from ledger.storage import LedgerName, Storage, VaultKeys, open_storage
from ledger.trust import Trust, TrustedLedger
from ledger.wiring_service.service import Service, ServiceParts
from ledger.wiring_service.worker import Keeper, RelayWorker, Worker
from ledger.wiring_verifier import SystemClock, read_trust

__all__ = ["Opened", "current_ledger", "open_keystore", "open_service", "open_store"]


@dataclass(frozen=True, slots=True)
class Opened:
    """A service, the worker that sequences and anchors for it, and the one that carries acts."""

    service: Service
    worker: Worker
    relaying: RelayWorker
    keeper: Keeper

    def start(self) -> None:
        """Let the workers begin, as soon as this process is the writer."""
        self.keeper.start()
        self.worker.start()
        self.relaying.start()

    def close(self) -> None:
        """Stop the workers, then close the database."""
        self.worker.stop()
        self.relaying.stop()
        self.keeper.stop()
        self.keeper.release()
        self.service.close()


def current_ledger(trust: Trust) -> TrustedLedger:
    """The ledger that is written to: the last one of the trust file that is not retired."""
    for ledger in reversed(trust.ledgers):
        if ledger.retired is None:
            return ledger
    raise ConfigurationError("the trust file names no ledger that is not retired")


def passphrase_of(settings: Settings) -> Passphrase:
    """The passphrase that opens every key of this service."""
    if settings.passphrase_file is None:
        raise ConfigurationError(
            "CORRIDOR_PASSPHRASE_FILE: want a file of mode 0600 with the passphrase of the keys"
        )
    return read_passphrase_file(settings.passphrase_file)


def open_keystore(settings: Settings) -> Keystore:
    """Open the keys that the service works with, and no other.

    These are parties' `sign` keys, the sequencer's and the relayer's.
    """
    keystore = Keystore(settings.keys)
    needed = [
        entry
        for entry in keystore.entries()
        if entry.role is KeyRole.SIGN
        or entry.label in (settings.sequencer_key, settings.relayer_key)
    ]
    keystore.unlock(passphrase_of(settings), needed)
    return keystore


def open_store(settings: Settings, trust: Trust) -> Storage:
    """Open the database; no key of a party is needed for that."""
    secrets = load_storage_secrets(settings.keys)
    return open_storage(
        settings.database,
        LedgerName(_ledger_id(trust), settings.log_name),
        VaultKeys(secrets.current, secrets.keks, secrets.index_secret),
        SystemClock(),
        queue_limit=settings.pending_limit,
        act_limit=settings.relay_limit,
    )


def open_service(settings: Settings) -> Opened:
    """Put everything together; nothing is running yet.

    Raises:
        ConfigurationError: a setting, key, trust file or database is missing or wrong.
        ChainUnavailableError: the node does not answer.
    """
    trust = read_trust(settings.trust)
    keystore = open_keystore(settings)
    log_key = load_log_key(settings.log_key, settings.log_name, passphrase_of(settings))
    _check_log_key(trust, log_key)
    storage = open_store(settings, trust)
    node = connect(settings.node, settings.max_fee)
    held = (storage, keystore, log_key, node)
    relaying = _relaying(settings, trust, held)
    service = _service(settings, trust, held, relaying)
    worker = _worker(settings, trust, held)
    service.watch(lambda: worker.trouble)
    return Opened(service, worker, relaying, Keeper(storage.lease))


def _service(
    settings: Settings,
    trust: Trust,
    held: tuple[Storage, Keystore, NoteSigner, Node],
    relaying: RelayWorker,
) -> Service:
    storage, keystore, log_key, node = held
    clock, ledger = SystemClock(), current_ledger(trust)
    authority = ChainAuthority(node, ledger.parties.address, clock)
    intake = Intake(
        IntakePorts(storage.documents, keystore, log_key, authority, clock),
        IntakeTerms(_ledger_id(trust), settings.log_name, settings.promise_seconds),
    )
    ports = ActPorts(
        store=storage.acts,
        signers=keystore,
        chain=ChainTitles(node, settings.nodes[0], ledger),
        documents=storage.documents,
        authority=authority,
        secrets=storage.secrets,
        remarks=storage.remarks,
        clock=clock,
        domains=act_domains(trust.chain_id, ledger),
    )
    desk = SigningDesk(ports, relaying.check)
    return Service(
        ServiceParts(
            storage=storage,
            intake=intake,
            acts=desk,
            titles=TitleDesk(ports, desk),
            trust=trust,
            node_url=settings.nodes[0],
            clock=clock,
            limits=Limits(body_bytes=settings.body_bytes),
            promise_seconds=settings.promise_seconds,
        )
    )


def _relaying(
    settings: Settings, trust: Trust, held: tuple[Storage, Keystore, NoteSigner, Node]
) -> RelayWorker:
    storage, keystore, _log_key, node = held
    account, clock = keystore.account(settings.relayer_key), SystemClock()
    sender = ChainActSender(node, account, trust.finality, clock)
    return RelayWorker(Relay(storage.acts, sender, clock), storage.lease)


def _worker(
    settings: Settings, trust: Trust, held: tuple[Storage, Keystore, NoteSigner, Node]
) -> Worker:
    storage, keystore, log_key, node = held
    clock = SystemClock()
    sender = LogAnchorSender.at(
        node,
        current_ledger(trust).log.address,
        keystore.account(settings.sequencer_key),
        trust.finality,
        clock,
    )
    rules = AnchorRules(entries=settings.anchor_entries, seconds=settings.anchor_seconds)
    return Worker(
        Sequencer(storage.log, log_key, settings.log_name),
        Anchorer(storage.outbox, storage.log, sender, clock, rules),
        partial(check_against_chain, storage.log, sender),
        storage.lease,
    )


def _ledger_id(trust: Trust) -> LedgerId:
    return LedgerId(trust.chain_id, current_ledger(trust).log.address)


def _check_log_key(trust: Trust, key: NoteSigner) -> None:
    now = SystemClock().now()
    if not any(held.verifier == key.verifier and held.holds_at(now) for held in trust.log_keys):
        raise ConfigurationError(
            f"the trust file does not name the log's key {key.verifier}: no verifier would know it"
        )

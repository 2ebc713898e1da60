# SPDX-License-Identifier: Apache-2.0
"""`corridor deploy`: keys, secrets, contracts and the trust file of a new ledger."""

from typing import Any, Final
from urllib.parse import urlsplit

import click

from ledger.chain.writing import DeploymentPlan
from ledger.chain.writing import deploy as deploy_contracts
from ledger.cli.files import check_free, save
from ledger.cli.office import Office
from ledger.cli.parameters import ADDRESS
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import busy, emit, note
from ledger.errors import ConfigurationError
from ledger.keys import load_log_key, make_log_key, make_storage_secrets
from ledger.localnode import LocalNode
from ledger.primitives import Address
from ledger.trust import FinalityRule, LogKey, Trust
from ledger.wiring_verifier import SystemClock

__all__ = ["deploy"]

_TWO_DAYS: Final = 172_800
_PAYER: Final = "deployer"
_LOOPBACK: Final = frozenset(("127.0.0.1", "localhost"))


@click.command(short_help="Put the contracts on a chain; write its trust file.")
@click.option("--local", is_flag=True, help="A local Anvil: fund all accounts, no key delay.")
@click.option(
    "--key-delay-seconds",
    type=click.IntRange(min=0),
    default=None,
    help="Until a key that the registrar adds is in force. Default: two days; 0 with --local.",
)
@click.option(
    "--finality",
    metavar="RULE",
    default="finalized-tag",
    show_default=True,
    help="When a block is final: finalized-tag, depth:N or instant.",
)
@click.option(
    "--max-head-age-seconds",
    type=click.IntRange(min=1),
    default=600,
    show_default=True,
    help="How old a node's newest block may be, before a verifier does not believe it.",
)
@click.option("--admin", metavar="ADDRESS", type=ADDRESS, help="Kept elsewhere, such as a safe.")
@click.option("--registrar", metavar="ADDRESS", type=ADDRESS, help="Kept elsewhere.")
@click.option("--accreditor", metavar="ADDRESS", type=ADDRESS, help="Kept elsewhere.")
@click.option("--guardian", metavar="ADDRESS", type=ADDRESS, help="Kept elsewhere.")
@click.option("--force", is_flag=True, help="Replace the trust file if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Write the trust file to stdout, too.")
def deploy(*, force: bool, as_json: bool, **given: Any) -> int:  # noqa: ANN401 — the options above
    """Deploy a new ledger to the node in CORRIDOR_NODE, and write the trust file CORRIDOR_TRUST.

    Makes what is missing in the folder of keys: the accounts of the service, the log's key and the
    secrets of the database. The account `deployer` pays, and may do nothing else afterwards.

    \b
    Exit codes:
      0  deployed, and the trust file is written
      2  wrong usage
      4  anything else, such as no answer of the node or an account without funds
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    office = Office.open(new=True)
    target = office.settings.trust
    target.parent.mkdir(parents=True, exist_ok=True)
    check_free(target, force=force)
    payer = office.account(_PAYER, make=True)
    relayer = office.account(office.settings.relayer_key, make=True)
    plan = _plan(office, given)
    if given["local"]:
        _fund(office.settings.node, payer.address, relayer.address, *_accounts(plan))
    note(f"paid by {payer.address}; give {relayer.address} ether, to carry what parties sign")
    with busy("Deploying the contracts"):
        trust = deploy_contracts(office.node(), payer, plan)
    save(target, trust.file_bytes(), force=force, private=False)
    emit(json_line(trust.json()) if as_json else _summary(str(target), trust))
    return 0


def _plan(office: Office, given: dict[str, Any]) -> DeploymentPlan:
    def holder(name: str) -> Address:
        held: Address | None = given.get(name)
        return office.account(name, make=True).address if held is None else held

    delay: int | None = given["key_delay_seconds"]
    usual = 0 if given["local"] else _TWO_DAYS
    return DeploymentPlan(
        admin=holder("admin"),
        registrar=holder("registrar"),
        accreditor=holder("accreditor"),
        sequencer=office.account(office.settings.sequencer_key, make=True).address,
        guardian=holder("guardian"),
        key_delay_seconds=usual if delay is None else delay,
        finality=FinalityRule.parse(given["finality"]),
        max_head_age_seconds=given["max_head_age_seconds"],
        log_keys=(_log_key(office),),
    )


def _log_key(office: Office) -> LogKey:
    """Make or open the log's key, and make the database's secrets, if they are missing."""
    settings = office.settings
    if not (settings.keys / "index.key").exists():
        make_storage_secrets(settings.keys)
    keep = load_log_key if settings.log_key.exists() else make_log_key
    signer = keep(settings.log_key, settings.log_name, office.passphrase)
    return LogKey(signer.verifier, SystemClock().now(), None)


def _accounts(plan: DeploymentPlan) -> tuple[Address, ...]:
    return (plan.admin, plan.registrar, plan.accreditor, plan.sequencer, plan.guardian)


def _fund(url: str, *accounts: Address) -> None:
    parts = urlsplit(url)
    if parts.hostname not in _LOOPBACK or parts.port is None:
        raise ConfigurationError("--local wants a node on this machine, in CORRIDOR_NODE")
    LocalNode(parts.port, pid=0).fund(*accounts)


def _summary(target: str, trust: Trust) -> str:
    held = trust.ledgers[0]
    contracts = {
        "PartyRegistry": held.parties,
        "DocumentLog": held.log,
        "DocumentStatus": held.statuses[0],
        "TitleRegistry": held.titles[0],
        "LedgerLens": held.lens,
    }
    lines = [f"chain {trust.chain_id}"]
    lines += [f"{name:<15} {contract.address}" for name, contract in contracts.items()]
    return "\n".join([*lines, plain(f"trust file      {target}: give it to whoever verifies")])

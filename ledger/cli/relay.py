# SPDX-License-Identifier: Apache-2.0
"""`corridor relay`: carry an act that somebody else signed, with one's own ether."""

from pathlib import Path

import click

from ledger.acts import SignedAct
from ledger.chain.writing import MinedTransaction, connect, relay_now
from ledger.cli.act_file import read_signed_act
from ledger.cli.act_words import sentence_of
from ledger.cli.key_file import opened_key, with_key
from ledger.cli.parameters import InputFile
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import busy, emit, note
from ledger.errors import InvalidValueError
from ledger.primitives import Json
from ledger.wiring_verifier import read_trust

__all__ = ["relay"]


@click.command(short_help="Carry a signed act to the chain, and pay for it.")
@click.argument("path", metavar="ACT", type=InputFile())
@click.option(
    "--node",
    metavar="URL",
    envvar="CORRIDOR_NODE",
    show_envvar=True,
    required=True,
    help="A node of the chain, to send it to.",
)
@click.option(
    "--trust",
    metavar="FILE",
    envvar="CORRIDOR_TRUST",
    show_envvar=True,
    required=True,
    type=InputFile(),
    help="The trust file, which names chain and contract.",
)
@with_key("The file of the key that pays: an account of yours that has ether.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def relay(  # noqa: PLR0913 — one parameter per option
    *,
    path: Path,
    node: str,
    trust: Path,
    key_path: Path,
    passphrase_file: Path | None,
    as_json: bool,
) -> int:
    """Carry ACT, a file of `corridor sign-act`, to the chain.

    Its signature is checked here first, and what it wants is said in one sentence. Who carries an
    act can change nothing in it, and it counts once, whoever carries it.

    \b
    Exit codes:
      0  in a block
      2  wrong usage, a file that is no act that its key signed for a contract of the trust file, or
         a node of another chain
      4  anything else, such as what the contract refused, no answer of the node, or no ether
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    trusted = read_trust(trust)
    signed = read_signed_act(path, trusted)
    note(sentence_of(signed.act))
    account, _ = opened_key(key_path, passphrase_file)
    chain = connect(node)
    with busy("Carrying it to the chain"):
        if chain.chain_id != trusted.chain_id:
            raise InvalidValueError(
                f"the node is of chain {chain.chain_id}; the act is for {trusted.chain_id}"
            )
        mined = relay_now(chain, signed, account)
    emit(json_line(_said(signed, mined)) if as_json else plain(_line(mined)))
    return 0


def _said(signed: SignedAct, mined: MinedTransaction) -> dict[str, Json]:
    return {
        "id": str(signed.id),
        "transaction": str(mined.transaction),
        "block": mined.block_number,
    }


def _line(mined: MinedTransaction) -> str:
    return f"carried: in block {mined.block_number} (transaction {mined.transaction})"

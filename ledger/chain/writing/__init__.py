# SPDX-License-Identifier: Apache-2.0
"""The writing side of the chain: deploy, register, accredit, anchor, carry acts (web3)."""

from ledger.chain.writing.anchoring import LogAnchorSender
from ledger.chain.writing.authority import ChainAuthority
from ledger.chain.writing.consents import (
    FOREVER,
    Consent,
    KeyGrant,
    RegistryId,
    Role,
    make_consent,
)
from ledger.chain.writing.contract import Contract
from ledger.chain.writing.deployment import DeploymentPlan, check_deployed, deploy
from ledger.chain.writing.node import Node, connect
from ledger.chain.writing.registrar import Registrar, document_type_word
from ledger.chain.writing.relaying import ChainActSender, act_domains, calldata, relay_now
from ledger.chain.writing.sending import MinedTransaction
from ledger.chain.writing.statuses import StatusWriter, Subject
from ledger.chain.writing.titles import ChainTitles
from ledger.chain.writing.transactions import Account

__all__ = [
    "FOREVER",
    "Account",
    "ChainActSender",
    "ChainAuthority",
    "ChainTitles",
    "Consent",
    "Contract",
    "DeploymentPlan",
    "KeyGrant",
    "LogAnchorSender",
    "MinedTransaction",
    "Node",
    "Registrar",
    "RegistryId",
    "Role",
    "StatusWriter",
    "Subject",
    "act_domains",
    "calldata",
    "check_deployed",
    "connect",
    "deploy",
    "document_type_word",
    "make_consent",
    "relay_now",
]

# SPDX-License-Identifier: Apache-2.0
"""What a contract's refusal means, in one sentence for a person.

The text of a refusal is `Name(argument, …)`, as the chain's adapters write it. Pure, so that the
service and the command line say the same.
"""

from ledger.refusals.refusal import SENTENCES, Refusal, refusal_of

__all__ = ["SENTENCES", "Refusal", "refusal_of"]

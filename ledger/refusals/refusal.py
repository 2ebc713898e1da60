# SPDX-License-Identifier: Apache-2.0
"""What a contract's refusal means, in one sentence for a person."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Final

from ledger.refusals.of_acts import OF_ACTS
from ledger.refusals.of_offices import OF_OFFICES
from ledger.refusals.words import Sentence

__all__ = ["SENTENCES", "Refusal", "refusal_of"]

_TEXT = re.compile(r"([A-Z][A-Za-z]*(?:_[A-Za-z]+)?)\((.*)\)", re.DOTALL | re.ASCII)
_UNKNOWN: Final = "reverted"
SENTENCES: Final[Mapping[str, Sentence]] = {**OF_ACTS, **OF_OFFICES}


@dataclass(frozen=True, slots=True)
class Refusal:
    """The contract's error by name, and a sentence that says what was expected and what came."""

    code: str
    sentence: str


def refusal_of(text: str) -> Refusal:
    """Explain a refusal; one that is not known is quoted."""
    found = _TEXT.fullmatch(text)
    if found is None:
        return Refusal(_UNKNOWN, f"The contract refused without a reason that is known: {text}.")
    name, arguments = found[1], found[2].split(", ") if found[2] else []
    sentence = SENTENCES.get(name)
    # A later version of a contract may give other arguments than this one knows.
    if sentence is None or len(arguments) != len(signature(sentence).parameters):
        return Refusal(name, f"The contract refused: {text}.")
    return Refusal(name, sentence(*arguments))

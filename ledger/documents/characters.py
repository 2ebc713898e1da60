# SPDX-License-Identifier: Apache-2.0
"""Text that looks like other text: what an eye cannot tell apart, intake says aloud.

Intake only. Verification uses no Unicode tables, since they change from release to release.
"""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from ledger.documents.findings import Finding, Findings, Grade
from ledger.documents.reading import walk_strings
from ledger.primitives import Json, shown

__all__ = ["text_findings"]

# Scripts whose letters are taken for one another. Han, Kana and Hangul are not among them: a
# Japanese name may well hold Latin letters.
_ALIKE: Final = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "COPTIC", "CHEROKEE"})
_TWINS: Final = {  # letters drawn like a Latin one, by script
    "CYRILLIC": frozenset("АВЕЅІЈКМНОРСТУХЬаеѕіјорсухѵԁԛԝ"),  # noqa: RUF001 — twins on purpose
    "GREEK": frozenset("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧον"),  # noqa: RUF001 — twins on purpose
}
# Legal forms of companies, written in letters that all have a Latin twin, before a Latin name.
_LEGAL_FORMS: Final = frozenset({"АО", "ОАО", "ООО", "ТОО"})  # noqa: RUF001 — Cyrillic on purpose
_ORDINALS: Final = frozenset("ªº")
_WORD: Final = re.compile(r"[^\W_]+")  # letters and digits: XMPL26 and its next letter are one word
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MICRO: Final = "μ"


def text_findings(value: Json, pointer: str) -> Findings:
    """Remark on every string and key of a value; pointers start with `pointer`."""
    return tuple(
        finding
        for place, text, is_key in walk_strings(value, pointer)
        if not text.isascii()
        for finding in _remarks(place, text, is_key=is_key)
    )


def _remarks(pointer: str, text: str, *, is_key: bool) -> Iterator[Finding]:
    if is_key:
        yield Finding(
            Grade.NOTE,
            pointer,
            "non-ascii-key",
            f"the name {shown(text)} is not plain ASCII",
            "readers compare names by bytes; use the names of the standard",
        )
    if not unicodedata.is_normalized("NFC", text):
        yield Finding(
            Grade.WARNING,
            pointer,
            "non-nfc",
            f"{shown(text)} is not in Unicode normal form C",
            "it looks like another text but differs in bytes; send it normalised (NFC)",
        )
    if _UNSEEN.search(text):
        yield Finding(
            Grade.WARNING,
            pointer,
            "invisible-character",
            f"{shown(text)} holds characters that are not seen",
            "remove zero-width and direction-changing characters",
        )
    mixed = _mixed_word(text)
    if mixed:
        word, letter = mixed
        yield Finding(
            Grade.WARNING,
            pointer,
            "mixed-script",
            f"{shown(word)} mixes scripts: {letter!r} is {unicodedata.name(letter)}",
            "a letter of another script looks the same; type the word again in one script",
        )


def _mixed_word(text: str) -> tuple[str, str] | None:
    """Find the first word that mixes scripts, or is a twin of a Latin word among Latin words."""
    words = _WORD.findall(unicodedata.normalize("NFC", text))
    scripts = [_scripts(word) for word in words]
    for word, found in zip(words, scripts, strict=True):
        if len(found) > 1:
            return word, _stranger(word)
    if {"LATIN"} not in scripts:
        return None
    foreign = [word for word, found in zip(words, scripts, strict=True) if found - {"LATIN"}]
    if foreign and all(_is_twin(word) for word in foreign):
        return next(((word, word[0]) for word in foreign if word not in _LEGAL_FORMS), None)
    return None


def _is_twin(word: str) -> bool:
    """Tell whether a word of another script is drawn entirely like a Latin one."""
    letters = [letter for letter in word if letter.isalpha()]
    return len(letters) > 1 and any(
        all(letter in twins for letter in letters) for twins in _TWINS.values()
    )


def _scripts(word: str) -> set[str]:
    letters = word.removeprefix(_MICRO) or word
    return {script for letter in letters if (script := _script(letter)) is not None}


def _script(letter: str) -> str | None:
    """Name the script of a letter if its letters have twins elsewhere; None if they have none."""
    if letter.isascii():
        return "LATIN" if letter.isalpha() else None
    if letter in _ORDINALS:
        return None
    folded = unicodedata.normalize("NFKC", letter)
    if folded.isascii() and folded.isalpha() and folded != letter:
        return "COMPATIBILITY"  # full-width, mathematical … forms of A to Z
    script = unicodedata.name(letter, "?").partition(" ")[0]
    return script if script in _ALIKE else None


def _stranger(word: str) -> str:
    """Pick the letter that belongs to the rarer script; of two, the one that is not Latin."""
    count: dict[str | None, int] = {}
    for letter in word:
        count[_script(letter)] = count.get(_script(letter), 0) + 1
    alike = [letter for letter in word if _script(letter) is not None]
    return min(alike, key=lambda letter: (count[_script(letter)], letter.isascii()))

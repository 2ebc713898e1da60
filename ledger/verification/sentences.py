# SPDX-License-Identifier: Apache-2.0
"""Every sentence a report can say, for a person who never heard of this ledger.

`docs/verdicts.md` lists them all; a test compares. A sentence says what is so; an advice says
what to do. Neither uses a word of ours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.verification.verdicts import State, Verdict

__all__ = ["ADVICE", "REASONS", "VERDICT_SENTENCES", "Reason"]

_P, _F, _U, _N = State.PASSED, State.FAILED, State.UNKNOWN, State.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class Reason:
    """A stable code's state and sentence."""

    state: State
    sentence: str


VERDICT_SENTENCES: Final[Mapping[Verdict, str]] = {
    Verdict.AUTHENTIC: "This document is exactly what its issuer signed, and it is in force.",
    Verdict.REVOKED: "This document is genuine, but its issuer has withdrawn it.",
    Verdict.SURRENDERED: "This document is genuine, but it was surrendered to the carrier.",
    Verdict.SUPERSEDED: "This document is genuine, but its issuer has replaced it by another.",
    Verdict.SUSPENDED: "This document is genuine, but its issuer has put it on hold.",
    Verdict.EXPIRED: "This document is genuine, but the time for which it was valid has passed.",
    Verdict.NOT_CONTROLLED: "This document is genuine, but it does not give control of the goods.",
    Verdict.MISMATCHED: "This document is genuine, but it contradicts what it was presented with.",
    Verdict.ALTERED: "This document is not what its issuer signed: something in it was changed.",
    Verdict.SIGNATURE_INVALID: "The signature on this document was not made by the named key.",
    Verdict.NOT_ANCHORED: "This document was never entered in the public record it points to.",
    Verdict.ISSUER_NOT_AUTHORISED: "Whoever signed this document was not entitled to issue it.",
    Verdict.UNDECIDED: "It could not be found out whether this document is genuine and in force.",
}

ADVICE: Final[Mapping[Verdict, str]] = {
    Verdict.AUTHENTIC: "Compare the facts below with the paper and the goods.",
    Verdict.REVOKED: "Do not act on it; ask the issuer for the document that is in force.",
    Verdict.SURRENDERED: "Do not release goods against it; ask the carrier.",
    Verdict.SUPERSEDED: "Ask the presenter for the document that replaces it.",
    Verdict.SUSPENDED: "Wait, or ask the issuer when it will be in force again.",
    Verdict.EXPIRED: "Ask the presenter for a document that is still valid.",
    Verdict.NOT_CONTROLLED: "Do not release goods against it; ask the carrier who controls them.",
    Verdict.MISMATCHED: "Compare the fields named below; ask the issuers which one is right.",
    Verdict.ALTERED: "Do not act on it; keep a copy and ask the issuer for the original.",
    Verdict.SIGNATURE_INVALID: "Do not act on it; keep a copy and ask the issuer.",
    Verdict.NOT_ANCHORED: "Do not act on it; keep a copy and ask the issuer.",
    Verdict.ISSUER_NOT_AUTHORISED: "Do not act on it; ask the authority that admits such issuers.",
    Verdict.UNDECIDED: "Do not treat it as forged. See what was missing below, and check again.",
}

REASONS: Final[Mapping[str, Reason]] = {
    # content
    "content-matches": Reason(_P, "Every field and every file checked is unchanged."),
    "content-altered": Reason(_F, "Fields differ from what was signed."),
    "digests-differ": Reason(_F, "The list that explains changes does not fit the document."),
    "redaction-broken": Reason(_F, "The shortened copy is not one that the document allows."),
    "file-altered": Reason(_F, "A file is not one of those that belong to the document."),
    "file-not-comparable": Reason(_U, "A file cannot be compared: its fingerprint is hidden."),
    # statement
    "statement-covers": Reason(_P, "The issuer's signed statement covers this document."),
    "statement-path-broken": Reason(_F, "The issuer's signed statement is about something else."),
    "party-not-issuer": Reason(_F, "It was signed by someone who is not named as an issuer."),
    "receipt-missing": Reason(_U, "An issuer named in the document has not signed this copy."),
    # signature
    "signature-valid": Reason(_P, "The signature was made by the named key."),
    "signature-invalid": Reason(_F, "The signature was not made by the named key."),
    "no-receipt": Reason(_N, "There is no signature to check."),
    # log
    "entry-in-log": Reason(_P, "The signed statement is in the record it points to."),
    "log-path-broken": Reason(_F, "The signed statement is not in the record it points to."),
    "acceptance-invalid": Reason(_F, "A promise of the record keeper that comes with it is false."),
    "acceptance-elsewhere": Reason(_U, "A promise that comes with it is about something else."),
    "acceptance-unknown": Reason(_U, "A promise that comes with it was signed by an unknown key."),
    # anchor
    "anchored": Reason(_P, "The record stands on the chain, and cannot be changed any more."),
    "head-not-found": Reason(_F, "The chain has no such record."),
    "not-the-anchor": Reason(_F, "The record is real, but not the one that first held the entry."),
    "size-differs": Reason(_F, "The chain knows the record with another number of entries."),
    "after-retirement": Reason(_F, "The record was closed before this entry was made."),
    "not-final-yet": Reason(_U, "The record is not on the chain for good yet."),
    "ledger-not-trusted": Reason(_U, "Your list of trusted records does not name this one."),
    "chain-unavailable": Reason(_U, "The chain could not be asked."),
    "head-too-old": Reason(_U, "The chain was asked, but its newest answer is too old."),
    # issuer
    "issuer-authorised": Reason(_P, "The issuer was entitled to issue it when it was recorded."),
    "anchor-not-proved": Reason(
        _U, "When it was recorded is not known, so neither is by what right."
    ),
    "key-not-the-partys": Reason(_F, "The signing key did not belong to the issuer."),
    "key-may-not-sign": Reason(_F, "The signing key was not one that may sign documents."),
    "key-not-in-force": Reason(_F, "The signing key was not in force when it was recorded."),
    "key-compromised": Reason(_F, "The signing key had been reported stolen before."),
    "key-in-doubt": Reason(_U, "The signing key was reported stolen for the time of recording."),
    "not-accredited": Reason(_F, "The issuer was not accredited for this kind of document."),
    "anchored-late": Reason(_U, "It was accepted in time, but recorded when the right had ended."),
    "issuer-in-doubt": Reason(
        _U, "A newer block that is not final yet contradicts the issuer's right."
    ),
    # validity
    "no-expiry": Reason(_N, "The document states no end of its validity."),
    "still-valid": Reason(_P, "The document's own validity has not ended."),
    "expired": Reason(_F, "The document's own validity has ended."),
    "content-not-proved": Reason(_U, "The content is not proved, so this cannot be judged."),
    # status
    "not-withdrawn": Reason(_P, "No issuer has withdrawn, replaced or suspended it."),
    "revoked": Reason(_F, "An issuer has withdrawn it."),
    "superseded": Reason(_F, "An issuer has replaced it."),
    "suspended": Reason(_F, "An issuer has put it on hold."),
    "status-in-doubt": Reason(_U, "A change was made with a key that was reported stolen."),
    # title
    "no-title": Reason(_N, "Control of this document is not kept on this ledger."),
    "title-held": Reason(_P, "Its title to the goods is in force, and is of this document."),
    "title-not-found": Reason(_F, "The title to the goods that it names does not exist."),
    "title-of-another": Reason(_F, "The title to the goods that it names is another carrier's."),
    "title-not-this": Reason(_F, "The title to the goods that it names is of another document."),
    "title-amended": Reason(_F, "Its title to the goods was moved to an amended document."),
    "title-delivered": Reason(_F, "It was handed back to the carrier in exchange for the goods."),
    "title-on-paper": Reason(_F, "It was changed for a paper document, which counts instead."),
    "title-reissued": Reason(_F, "It was split or joined with others: other documents count now."),
    "title-not-trusted": Reason(
        _U, "Your list of trusted records does not name its title register."
    ),
    "title-not-final-yet": Reason(_U, "Its title is not on the chain for good yet."),
    "title-in-doubt": Reason(_U, "Someone acted on its title with a key that was reported stolen."),
    "title-history-incomplete": Reason(
        _U, "What was done with its title could not be read completely."
    ),
    "title-history-contradicts": Reason(
        _U, "The chain was told of acts on its title that contradict each other."
    ),
    # match
    "nothing-to-match": Reason(_N, "It was not compared with another document."),
    "matches": Reason(_P, "It agrees with the document it was presented with."),
    "mismatched": Reason(_F, "It contradicts the document it was presented with."),
    "match-hidden": Reason(_U, "A field to compare is hidden or not stated."),
    "other-altered": Reason(_U, "The document it was presented with is not proved itself."),
    "kind-unknown": Reason(_U, "This kind of document cannot be compared by this version."),
    # a file alone
    "file-in-several": Reason(_U, "Different documents list this file; its package must decide."),
    "unknown-file": Reason(_U, "This file is not known here; that does not make it a forgery."),
}

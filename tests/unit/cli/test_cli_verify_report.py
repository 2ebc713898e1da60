# SPDX-License-Identifier: Apache-2.0
"""`corridor verify`: verdict, exit code, report, JSON."""

import json
import re

import pytest
from cli_samples import NOW, notarised
from small_titles import SECRET, TitleDesk
from small_world import Party, World

from ledger.cli.report import report_lines
from ledger.primitives import Digest, format_time
from ledger.titles import Part, TitleAction, title_tag

OTHER = Digest(b"\x33" * 32)


def test_verify_good_document_is_authentic_and_ends_with_0(desk, corridor):
    ran = corridor("verify", desk.file, desk.folder / "bl.pdf", *desk.options)
    assert (ran.code, ran.err) == (0, "")
    assert "[ OK ] AUTHENTIC" in ran.out
    assert "exactly what its issuer signed" in ran.out
    assert "What to do:" in ran.out
    assert f"As of {format_time(NOW - 10)} (block 20)" in ran.out
    assert "Complete: shows all" in ran.out
    assert "Example Carrier (carrier, KZ)" in ran.out


def test_verify_good_document_gives_three_reasons_and_ten_checks(desk, corridor):
    ran = corridor("verify", desk.file, *desk.options)
    why, checks = ran.out.split("\nWhy\n")[1].split("\nChecks\n")
    assert [line.split()[1] for line in why.splitlines() if "[ok]" in line] == [
        "content:",
        "issuer:",
        "status:",
    ]
    assert sum(line.startswith("  [") for line in checks.splitlines()) == 10
    assert "XMPL260200001" in ran.out


@pytest.mark.parametrize(
    ("status", "by", "word"),
    [(1, None, "REVOKED"), (2, None, "SUSPENDED"), (3, OTHER, "SUPERSEDED")],
)
def test_verify_document_not_in_force_ends_with_3(desk, corridor, status, by, word):
    desk.chain.say(desk.package.commitment, status, by=by)
    ran = corridor("verify", desk.file, *desk.options)
    assert ran.code == 3
    assert f"[STOP] {word}" in ran.out
    assert by is None or str(by) in ran.out


def test_verify_with_node_down_is_undecided_and_ends_with_4(desk, corridor):
    desk.chain.down = True
    ran = corridor("verify", desk.file, *desk.options)
    assert ran.code == 4
    assert "[ ?? ] UNDECIDED" in ran.out
    assert "Do not treat it as forged" in ran.out
    assert "As of: nothing, for the chain did not answer" in ran.out
    assert "What it says (not proved)" in ran.out


def test_verify_changed_field_is_altered_and_names_the_pointer(desk, corridor):
    members = json.loads(desk.file.read_bytes())
    members["envelope"]["data"]["note"] = "another"
    forged = desk.write("forged.corridor.json", json.dumps(members).encode())
    ran = corridor("verify", forged, *desk.options)
    assert ran.code == 1
    assert "[ NO ] ALTERED" in ran.out
    assert "fields: /data/note" in ran.out


def test_verify_changed_file_is_altered_and_names_it(desk, corridor):
    other = desk.write("other.pdf", b"another file")
    ran = corridor("verify", desk.file, other, *desk.options)
    assert ran.code == 1
    assert "other.pdf" in ran.out


def test_verify_signed_by_another_key_is_not_entitled(desk, corridor):
    desk.chain.key = type(desk.chain.key)(b"\x01" * 20)
    ran = corridor("verify", desk.file, *desk.options)
    assert ran.code == 1
    assert "ISSUER NOT AUTHORISED" in ran.out


def test_verify_at_a_later_time_is_expired(desk, corridor):
    package, chain = notarised(validUntil=format_time(NOW + 100))
    desk.chain = chain
    file = desk.write("co.corridor.json", package.file_bytes())
    assert corridor("verify", file, *desk.options).code == 0
    late = corridor("verify", file, *desk.options, "--at", format_time(NOW + 200))
    assert late.code == 3
    assert "EXPIRED" in late.out


def test_verify_redaction_says_that_it_is_not_complete(desk, corridor):
    out = desk.folder / "short.corridor.json"
    assert corridor("redact", desk.file, "--hide", "/data", "-o", out).code == 0
    ran = corridor("verify", out, *desk.options)
    assert ran.code == 0
    assert "Not complete: shows " in ran.out


def test_verify_without_the_file_notes_that_it_was_not_checked(desk, corridor):
    ran = corridor("verify", desk.file, *desk.options)
    assert "file bl.pdf was not checked" in ran.out


def test_verify_json_is_the_report_and_nothing_else(desk, corridor):
    ran = corridor("verify", desk.file, *desk.options, "--json")
    assert ran.err == ""
    report = json.loads(ran.out)
    assert ran.out.count("\n") == 1
    assert report["format"] == "corridor/report/1"
    assert report["verdict"] == "AUTHENTIC"
    assert report["commitment"] == str(desk.package.commitment)


def weighing(kilograms: int, reference: str):
    weight = {"cargoGrossWeight": {"value": kilograms, "unit": "KGM"}}
    data = {"transportDocumentReference": reference, "consignmentItems": [{"cargoItems": [weight]}]}
    return notarised(data, reference=reference)


def test_verify_with_another_weight_contradicts_and_names_both_sides(desk, corridor):
    (one, desk.chain), (two, _) = weighing(12000, "R1"), weighing(12500, "R2")
    left = desk.write("one.corridor.json", one.file_bytes())
    right = desk.write("two.corridor.json", two.file_bytes())
    ran = corridor("verify", left, *desk.options, "--with", right)
    pointer = "/data/consignmentItems/0/cargoItems/0/cargoGrossWeight/value"
    assert ran.code == 3
    assert "[STOP] MISMATCHED" in ran.out
    assert f"gross weight: here 12000 at {pointer} - there 12500 at {pointer}" in ran.out


def test_verify_with_an_altered_other_is_undecided(desk, corridor):
    (one, desk.chain), (two, _) = weighing(12000, "R1"), weighing(12000, "R2")
    left = desk.write("one.corridor.json", one.file_bytes())
    members = json.loads(two.file_bytes())
    members["envelope"]["consignment"] = "another"
    right = desk.write("two.corridor.json", json.dumps(members).encode())
    ran = corridor("verify", left, *desk.options, "--with", right)
    assert ran.code == 4
    assert "not proved itself" in ran.out


@pytest.mark.parametrize("hostile", ["\x1b[2J\x1b]0;owned\x07", "\u202eevil", "a\u2028b", "\x9b1m"])
@pytest.mark.parametrize("as_json", [False, True])
def test_verify_document_text_never_controls_the_terminal(desk, corridor, hostile, as_json):
    package, chain = notarised({"transportDocumentReference": hostile, "note": hostile})
    chain.name = f"Carrier {hostile}"
    desk.chain = chain
    file = desk.write("hostile.corridor.json", package.file_bytes())
    name = desk.write(f"x{hostile}.pdf", b"x")
    for words in ([], [name]):
        ran = corridor("verify", file, *words, *desk.options, *(["--json"] if as_json else []))
        text = ran.out + ran.err
        assert "Carrier" in text
        unsafe = {char for char in text if not char.isprintable()} - {"\n"}
        assert unsafe == set()
    if as_json:
        assert json.loads(ran.out)["signatories"][0]["name"] == f"Carrier {hostile}"


# --- who controls the goods ------------------------------------------------------------------


@pytest.fixture
def titled():
    """A bill that its carrier issued to a bank, in a register in memory."""
    desk = TitleDesk(World())
    bank, importer = Party("Example Bank"), Party("Example \x1b[2JImporter")
    desk.admit(bank, importer)
    package = desk.bill()
    desk.issue(package, bank)
    return desk, package, bank, importer


def written(desk, package):
    report = desk.world.verify(package)
    text = "\n".join("".join(part.text for part in line) for line in report_lines(report))
    assert {char for char in text if not char.isprintable()} <= {"\n"}
    return text


def test_report_shows_who_controls_the_goods_and_how_that_came(titled):
    desk, package, bank, importer = titled
    desk.pass_on(bank, importer, accept_by=desk.world.chain.time + 600)
    text = written(desk, package)
    roles, acts = text.split("Who controls the goods\n")[1].split("How the title was passed on\n")
    assert re.search(r"Carrier +Example Carrier · 0x", roles)
    assert re.search(r"Holder +Example .*Importer · 0x", roles)
    assert re.search(r"State +OfferedBoth: It was offered", roles)
    assert f"Accept by   {format_time(desk.world.chain.time + 588)}" in roles
    assert re.search(
        r"1 +2026-02-01T00:\d\d:\d\dZ  Example Carrier issued it to Example Bank\.", acts
    )
    assert re.search(r"2 +2026-\S+  Example Bank passed it on to Example .*Importer, to be", acts)


def test_report_of_a_surrendered_bill_says_that_nobody_holds_it(titled):
    desk, package, bank, _ = titled
    desk.act(bank, TitleAction.SURRENDER_FOR_DELIVERY)
    desk.act(desk.world.carrier, TitleAction.ACCEPT_SURRENDER)
    text = written(desk, package)
    assert "[STOP] SURRENDERED" in text
    assert "Holder      nobody" in text
    assert "Held since" not in text
    assert "Example Carrier accepted what it was handed back for." in text


def test_report_of_a_split_bill_says_where_it_came_from(titled):
    desk, package, bank, _ = titled
    parts = []
    for number in ("A", "B"):
        part = desk.bill(title=desk.text(desk.name(number)), reference=number)
        parts.append(Part(title_tag(SECRET, number), part.commitment, 5 * 10**8))
    desk.reissue(bank, (desk.name(),), tuple(parts))
    text = written(desk, part)
    assert "Share       500000000 of 1000000000" in text
    assert f"Came from   {desk.name()}" in text
    assert "[STOP] SUPERSEDED" in written(desk, package)


def test_report_of_a_title_in_doubt_calls_its_facts_not_proved(titled):
    desk, package, _, _ = titled
    desk.world.ledger.declare_compromise(desk.world.carrier, desk.world.chain.time)
    text = written(desk, package)
    assert "[ ?? ] UNDECIDED" in text
    assert "Who controls the goods (not proved)" in text
    assert "reported stolen" in text


def test_report_of_a_long_past_counts_what_it_leaves_out(titled):
    desk, package, _, _ = titled
    for _ in range(101):
        desk.act(desk.world.carrier, TitleAction.PAUSE, mine=False)
        desk.act(desk.world.carrier, TitleAction.UNPAUSE, mine=False)
    desk.act(desk.world.carrier, TitleAction.PAUSE)
    text = written(desk, package)
    assert "(4 earlier acts are not shown)" in text
    assert "it cannot be passed on" in text


def test_report_without_a_readable_past_says_so(titled):
    desk, package, _, _ = titled
    desk.titles.fault = "no logs today"
    desk.alter(lambda _: [])
    text = written(desk, package)
    assert "(could not be read)" in text
    assert "could not be read completely" in text


def test_report_of_a_document_without_title_has_no_such_part(desk, corridor):
    ran = corridor("verify", desk.file, *desk.options)
    assert "Who controls the goods" not in ran.out

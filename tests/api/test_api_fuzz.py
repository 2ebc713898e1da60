# SPDX-License-Identifier: Apache-2.0
"""Whatever is sent, the answer is an answer: never 500, always problem+json when refused."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

TYPES = [
    "application/json",
    "application/vnd.corridor.package+json",
    "application/pdf",
    "multipart/form-data; boundary=x",
    'multipart/form-data; boundary=""',
    "",
    ";",
]
COMMITMENT = "a" * 64
POSTS = [
    "/v1/documents",
    "/v1/statements",
    "/v1/verify",
    *(f"/v1/documents/{COMMITMENT}/{act}" for act in ("revoke", "suspend", "resume", "supersede")),
    "/v1/titles/reserve",
    "/v1/titles",
    "/v1/titles/reissue",
    f"/v1/titles/0x{COMMITMENT}/acts",
    "/v1/acts",
]
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
shaped = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys((
            "documentType", "data", "reference", "issuers", "title", "validUntil", "replaces",
            "statement", "commitments", "format", "envelope", "receipts", "reason", "supersededBy",
            "holder", "beneficiary", "remark", "action", "intent", "acceptBy", "expectedSequence",
            "titles", "parts", "contract", "type", "message", "key", "signature",
        ), values),
).map(lambda value: json.dumps(value).encode())  # fmt: skip
pieces = st.sampled_from(
    [
        b"--x\r\n", b"--x--\r\n", b"--x--", b"\r\n\r\n", b"\r\n", b"{}", b"a", b"\xff",
        b'Content-Disposition: form-data; name="document"', b"Content-Type: text/plain",
        b'Content-Disposition: form-data; name="files"; filename="f"', b"X:", b":",
        b'Content-Disposition: form-data; name="package"',
    ]
)  # fmt: skip
forms = st.lists(pieces, max_size=20).map(b"".join)
raws = st.binary(max_size=200) | shaped | forms


@pytest.mark.parametrize("path", POSTS)
@settings(max_examples=60)
@given(raw=raws, media_type=st.sampled_from(TYPES))
def test_no_body_breaks_a_route(path, client, bearer, raw, media_type):
    answer = client.post(path, content=raw, headers=bearer(**{"Content-Type": media_type}))
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"].startswith("/problems/")


@settings(max_examples=100)
@given(
    folder=st.sampled_from(
        [
            "/log/tile/",
            "/v1/schemas/",
            "/v1/documents/",
            "/v1/titles/",
            "/v1/acts/",
            "/problems/",
            "/",
        ]
    ),
    rest=st.text(max_size=30),
)
def test_no_path_breaks_a_route(client, bearer, folder, rest):
    answer = client.get(folder + quote(rest, safe="/", errors="replace"), headers=bearer())
    assert answer.status_code < 500, answer.text


@settings(max_examples=60)
@given(changes=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=3))
def test_no_changed_package_is_authentic_or_breaks(client, package, changes):
    raw = bytearray(package)
    for position, byte in changes:
        raw[position % len(raw)] = byte
    headers = {"Content-Type": "application/json"}
    answer = client.post("/v1/verify", content=bytes(raw), headers=headers)
    assert answer.status_code in (200, 422)

# SPDX-License-Identifier: Apache-2.0
"""Spoil cases at random, by value and by byte; the same seed spoils the same way."""

import json

NASTY = (
    None, True, False, 0, 1, 2, -1, 1.5, 64, 2**32, 2**32 + 1, 2**53 - 1, 2**53, 1e300, 5e-324,
    "", "0", "a", "0x", "é", "\u0000", "\ud800", "\u007f", "/", "~", "~2", "x" * 129, "X" * 300,
    [], {}, [[]], [1], {"a": 1}, {"0": 1}, {"": 1}, {"\n": 1}, {"k" * 257: 1},
    "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2026-02-01T00:00:00Z", "2026-02-30T00:00:00Z",
    "9999-12-31T23:59:59Z", "2026-02-01T00:00:60Z", "2026-02-01T24:00:00Z", "2026-02-01t00:00:00z",
    "bill-of-lading", "certificate-of-origin", "file-only", "invented-type", "Waybill",
    "0x" + "00" * 32, "0x" + "00" * 20, "ff" * 32, "FF" * 32, "0x" + "ff" * 65, "depth:1",
    "depth:0", "instant", "eip155:1337:0x" + "00" * 20, "eip155:01:0x" + "00" * 20, "KGM", "LBR",
)  # fmt: skip
MEMBERS = (
    "hidden", "pointer", "salt", "value", "format", "extra", "0", "", "data", "statedAt", "to",
)  # fmt: skip
POINTERS = (
    "/files", "/files/0", "/files/0/name", "/files/2/name", "/files/x", "/data", "/data/0",
    "/data/",
    "/data/a/0", "/data/a/1", "/data/a~2", "/data/a~1b~0c/0", "/data/a~1b~0c/3", "/data/empty/x",
    "/issuers", "/issuers/1", "/issuers/01", "/replaces/0", "/title", "/title/x", "/reference/", "",
    "reference", "/consignment", "/data/" + "k" * 257, "/data/\u0085", "/data" + "/a" * 62,
    "/data" + "/a" * 63, "/data/a/" + "9" * 5000, "/format", "/documentType/0", "/x/\n",
)  # fmt: skip
BYTES = b'{}[]",:0123456789.-+eE\\u \n\t/~xabf\x00\x80\xc3\xa9\xef\xbb\xbf'


def places(tree):
    """Every (container, key) below a value."""
    todo, found = [tree], []
    while todo:
        value = todo.pop()
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in pairs:
            found.append((value, key))
            if isinstance(child, dict | list):
                todo.append(child)
    return found


def spoilt_text(random, text):
    """A string that is nearly the same."""
    at = random.randrange(len(text) + 1)
    return random.choice(
        (
            text[:at] + random.choice("0aZ~/ \n-+=é") + text[at + 1 :],
            text[:at] + text[at + 1 :],
            text[:at] + random.choice("0a/~") + text[at:],
            text.upper(),
            text + random.choice((" ", "\n", "0", "/0", "/x", "~")),
            text[::-1],
        )
    )


def spoilt_value(random, value, all_places):
    """Another value for the same place."""
    kind = random.randrange(5)
    if kind == 0:
        return random.choice(NASTY)
    if kind == 1:
        holder, key = random.choice(all_places)
        return json.loads(json.dumps(holder[key]))
    if isinstance(value, str):
        return spoilt_text(random, value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value + random.choice((-1, 1, 2, 0.5, 100, 2**31))
    return random.choice(NASTY)


def spoil_tree(random, tree):
    """Change one place of a JSON value."""
    found = places(tree)
    holder, key = random.choice(found)
    kind = random.randrange(10)
    if kind == 0 and isinstance(holder, dict):
        holder[random.choice(MEMBERS)] = random.choice(NASTY)
    elif kind == 1:
        del holder[key]
    elif kind == 2 and isinstance(holder, list):
        holder.insert(random.randrange(len(holder) + 1), random.choice(holder))
    elif kind == 3 and isinstance(holder, list):
        random.shuffle(holder)
    elif kind == 4 and isinstance(holder, dict):
        holder[random.choice((spoilt_text(random, key), random.choice(MEMBERS)))] = holder.pop(key)
    else:
        holder[key] = spoilt_value(random, holder[key], found)


def spoil_bytes(random, raw):
    """Change one or a few bytes."""
    at = random.randrange(len(raw))
    put = bytes(random.choice(BYTES) for _ in range(random.randrange(3)))
    return raw[:at] + put + raw[at + random.randrange(3) :]


def spoil_json(random, raw):
    """A file that is spoilt by value (mostly) or by byte."""
    if random.random() < 0.15:
        return spoil_bytes(random, raw)
    tree = json.loads(raw)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        spoil_tree(random, tree)
    return json.dumps(tree, ensure_ascii=random.random() < 0.3).encode("utf-8", "surrogatepass")


def spoil_answer(random):
    """A function that spoils one word of what a node answers, the same way every time."""
    seed = random.random()
    chosen = random.choice(("eth_call",) * 6 + ("eth_getLogs",) * 3 + (None,))

    def spoil(method, _params, result):
        if method == "eth_getLogs":
            return spoil_logs(seed, result) if chosen == method else result
        if chosen is None and method != "eth_call":
            return spoil_other(seed, result)
        if chosen != "eth_call" or method != "eth_call":
            return result
        words = [result[2 + i : 66 + i] for i in range(0, len(result) - 2, 64)]
        at = int(seed * len(words))
        word = int(words[at], 16)
        put = (0, 1, 2, 3, word + 1, word - 1, word + 12, word - 12, word ^ 1 << 255, 2**64 - 1)
        words[at] = f"{put[int(seed * 1e6) % len(put)] % 2**256:064x}"
        return "0x" + "".join(words)

    return spoil


LOG_MEMBERS = (
    "address", "topics", "data", "blockNumber", "blockHash", "blockTimestamp", "transactionHash",
    "transactionIndex", "logIndex", "removed",
)  # fmt: skip


LISTS = (
    lambda _logs, _at: None,
    lambda _logs, _at: {},
    lambda _logs, _at: "0x",
    lambda _logs, _at: [None],
    lambda _logs, _at: [[]],
    lambda logs, at: logs[:at] + logs[at + 1 :],
    lambda logs, at: [*logs, logs[at]],
    lambda logs, _at: logs[::-1],
    lambda logs, _at: [log | {"blockTimestamp": None} for log in logs],
)
VALUES = ("0x0", "0x1", "0x2", "0x02", None, 7, True, "0x", "0x" + "0" * 64, "0x" + "f" * 16)


def spoil_logs(seed, logs):
    """One log that is not as it was, left out, repeated or moved; or an answer that is no list."""
    if not logs:
        return logs
    logs, at, turn = json.loads(json.dumps(logs)), int(seed * len(logs)), int(seed * 1e7)
    kind = int(seed * 1e5) % 10
    if kind < 2:
        return LISTS[turn % len(LISTS)](logs, at)
    log, name = logs[at], LOG_MEMBERS[int(seed * 1e6) % len(LOG_MEMBERS)]
    if kind < 6:
        log["data"] = spoil_words(seed, log["data"])
    elif kind == 6:
        log["topics"] = [*log["topics"], log["topics"][0]][: turn % 5]
    elif kind == 7:
        log["topics"][turn % len(log["topics"])] = (*VALUES, log["topics"][-1])[turn % 11]
    elif kind == 8:
        del log[name]
    else:
        log[name] = VALUES[turn % len(VALUES)]
    return logs


def spoil_words(seed, data):
    """Data with one word changed, and sometimes one more."""
    words = [data[2 + i : 66 + i] for i in range(0, len(data) - 2, 64)]
    place = int(seed * 1e8) % len(words)
    word = int(words[place], 16)
    put = (0, 1, word + 1, word - 1, word ^ 1 << 255, word ^ 1, 14, 2**64 - 1)
    words[place] = f"{put[int(seed * 1e7) % len(put)] % 2**256:064x}"
    return "0x" + "".join(words) + ("00" * 32 if int(seed * 1e6) % 9 == 0 else "")


def spoil_other(seed, result):
    """A block or a number that is not as it was."""
    if not isinstance(result, dict):
        return ("0x1", "0x0539", None, 1337, result)[int(seed * 1e6) % 5]
    name = ("number", "hash", "timestamp")[int(seed * 1e3) % 3]
    put = ("0x0", "0x7", "0x" + "f" * 16, None, 7, "0x", result[name].upper(), result[name] + "0")
    return result | {name: put[int(seed * 1e6) % len(put)]}


def hide_or_move(random, redaction):
    """Change one leaf so that the shape stays what it must be."""
    entry = random.choice(redaction)
    kind = random.randrange(3)
    if not isinstance(entry, dict) or kind == 0:
        redaction.remove(entry)
    elif kind == 1:
        entry.clear()
        entry.update(pointer=random.choice(POINTERS), hidden="44" * 32)
    else:
        for name in ("salt", "value"):
            entry.pop(name, None)
        entry["hidden"] = "55" * 32


def sealed_again(random, raw, standalone):
    """A package whose document was changed and sealed again, so that its rules decide."""
    tree = json.loads(raw)
    target = tree["redaction"] if tree["envelope"] is None else tree["envelope"]
    for _ in range(random.choice((1, 1, 2, 4))):
        if tree["envelope"] is None and random.random() < 0.3:
            hide_or_move(random, target)
        else:
            spoil_tree(random, target)
    try:
        if tree["envelope"] is None and random.random() < 0.7:
            target.sort(key=lambda entry: entry["pointer"].encode())
        if tree["envelope"] is None:
            digests = [(e["pointer"], standalone.v_of(e)) for e in target]
        else:
            digests = tree["digests"] = standalone.seal(target, tree["seed"])
        tree["commitment"] = standalone.commitment_of(digests)
    except Exception:  # noqa: BLE001, S110 — then it stays unsealed
        pass
    return json.dumps(tree).encode()

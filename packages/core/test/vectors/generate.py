#!/usr/bin/env python3
"""Known answers for Latchkey's tokens, digests and log, computed apart from its own code.

    python3 packages/core/test/vectors/generate.py

writes tokens.json and digests.json beside itself. Standard library only; base62 and HKDF are written
out, so that two independent hands have to agree.
"""

import hashlib
import hmac
import json
import pathlib
import zlib

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
HERE = pathlib.Path(__file__).parent


def base62(value: int, width: int) -> str:
    text = ""
    while value > 0:
        value, digit = divmod(value, 62)
        text = ALPHABET[digit] + text
    return text.rjust(width, "0")


def checksum(body: str) -> str:
    return base62(zlib.crc32(body.encode()) & 0xFFFFFFFF, 6)


def secret(label: str) -> str:
    """43 letters out of a label, so that every run makes the same file."""
    number = int.from_bytes(hashlib.sha512(label.encode()).digest(), "big")
    return base62(number % 62**43, 43)


def token(prefix: str, random_part: str) -> str:
    body = f"{prefix}_{random_part}"
    return body + checksum(body)


def valid(prefix: str, random_part: str) -> dict:
    whole = token(prefix, random_part)
    return {
        "token": whole,
        "prefix": prefix,
        "secret": random_part,
        "crc32": zlib.crc32(whole[:-6].encode()) & 0xFFFFFFFF,
        "checksum": whole[-6:],
        "redacted": f"{prefix}_{random_part[:4]}…{whole[-4:]}",
    }


def reason(presented: str) -> str:
    """Why a token is refused: its shape, or only its checksum. Split from the right."""
    prefix, _, rest = presented.rpartition("_")
    lower, digits = set("abcdefghijklmnopqrstuvwxyz"), set("0123456789")
    shaped = (
        1 <= len(prefix) <= 16
        and prefix[0] in lower
        and set(prefix) <= lower | digits | {"_"}
        and len(rest) == 49
        and set(rest) <= set(ALPHABET)
    )
    if not shaped:
        return "shape"
    assert checksum(presented[:-6]) != presented[-6:], f"{presented} is valid"
    return "checksum"


def padded_checksums() -> list:
    """Tokens whose checksum needs one, and two, padding zeros."""
    found = {}
    number = 0
    while len(found) < 2:
        candidate = valid("sk", secret(f"padding {number}"))
        zeros = len(candidate["checksum"]) - len(candidate["checksum"].lstrip("0"))
        if zeros in (1, 2):
            found.setdefault(zeros, candidate)
        number += 1
    return [found[1], found[2]]


def tokens() -> dict:
    plain = token("sk", secret("plain"))
    flipped = "1" if plain[20] != "1" else "2"
    over = 2**32 + (zlib.crc32(plain[:-6].encode()) & 0xFFFFFFFF)
    good = [
        valid("sk", secret("plain")),
        valid("sk", "0" * 43),
        valid("sk", "z" * 43),
        valid("a", secret("shortest prefix")),
        valid("acme_live", secret("prefix with an underscore")),
        valid("a_", secret("prefix that ends in an underscore")),
        valid("a__", secret("prefix that ends in two underscores")),
        valid("k2345678901234_6", secret("longest prefix")),
        valid("lks", secret("session")),
        *padded_checksums(),
    ]
    bad = [
        ("", "nothing"),
        ("sk", "a prefix alone"),
        (plain[:-1], "the last character is missing"),
        (plain[1:], "the first character is missing: `k` is a prefix as well"),
        (plain + "0", "a character too many"),
        (plain[:20] + flipped + plain[21:], "one character of the secret differs"),
        (plain[:-1] + ("0" if plain[-1] != "0" else "1"), "the last one differs"),
        (plain[:20] + plain[21] + plain[20] + plain[22:], "two neighbours swapped"),
        ("pk" + plain[2:], "another prefix"),
        (plain[:-6] + base62(over, 6), "the right value plus 2^32"),
        (plain.replace("_", "-", 1), "a hyphen instead of the underscore"),
        ("SK" + plain[2:], "an upper-case prefix"),
        (token("2k", secret("plain")), "a prefix that begins with a digit"),
        (token("_k", secret("plain")), "a prefix that begins with an underscore"),
        (token("k2345678901234567", secret("plain")), "a prefix of 17 characters"),
        (token("", secret("plain")), "no prefix"),
        (" " + plain, "a space before it"),
        (plain + "\n", "a line feed after it"),
        (plain[:10] + "\u0000" + plain[11:], "a NUL inside"),
        (plain[:10] + "é" + plain[11:], "a letter outside ASCII"),
        (plain[:10] + "０" + plain[11:], "a full-width digit"),
        (token("sk", secret("plain")[:42] + "-"), "base64url, not base62"),
        (token("sk", secret("plain")[:42]), "42 letters, though with a right checksum"),
        (token("sk", secret("plain") + "0"), "44 letters, though with a right checksum"),
        ("sk_" + "0" * 10000, "10 kB"),
    ]
    uint32 = [0, 1, 9, 10, 35, 36, 61, 62, 3843, 3844, 62**5 - 1, 62**5, 2**31, 2**32 - 1]
    return {
        "alphabet": ALPHABET,
        "valid": good,
        "invalid": [
            {"token": text, "reason": reason(text), "description": why} for text, why in bad
        ],
        "uint32": [{"value": n, "base62": base62(n, 6)} for n in uint32],
    }


def hkdf_sha256(key: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869: extract, then expand."""
    pseudorandom = hmac.new(salt or b"\0" * 32, key, hashlib.sha256).digest()
    block, output, counter = b"", b"", 0
    while len(output) < length:
        counter += 1
        block = hmac.new(pseudorandom, block + info + bytes([counter]), hashlib.sha256).digest()
        output += block
    return output[:length]


def canonical(value) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def event_mac(key: bytes, previous: bytes, event: dict) -> bytes:
    actor = event["actor"]
    row = [
        event["seq"],
        event["at"],
        event["type"],
        [actor["kind"], actor["userId"], actor["keyId"], actor["via"], actor["address"]],
        event["keyId"],
        event["userId"],
        event["ownerId"],
        event["data"],
    ]
    return hmac.new(key, previous + canonical(row), hashlib.sha256).digest()


def log(pepper: bytes) -> list:
    key = hkdf_sha256(pepper, b"", b"latchkey/event-log/v1", 32)
    user, other = "user_01jn000000e00000000000000a", "user_01jn000000e00000000000000b"
    made = "key_01jn000000e00000000000000c"
    operator = {"kind": "operator", "userId": user, "keyId": None, "via": "local", "address": None}
    by_key = {"kind": "key", "userId": other, "keyId": made, "via": "http", "address": "192.0.2.7"}
    about = {"keyId": made, "userId": None, "ownerId": user}
    events = [
        {
            "seq": 1,
            "at": "2026-01-02T03:04:05.006Z",
            "type": "user.created",
            "actor": {**operator, "kind": "system", "userId": None, "via": "process"},
            "keyId": None,
            "userId": user,
            "ownerId": None,
            "data": {"email": "ada@example.com", "name": "Ada", "role": "admin"},
        },
        {
            "seq": 2,
            "at": "2026-01-02T03:04:05.006Z",
            "type": "key.created",
            "actor": operator,
            **about,
            "data": {
                "title": "Zoë’s key 鍵 🔑 \"quoted\" \\ back",
                "redacted": "sk_4fQa…9Zx1",
                "ownerId": user,
                "scopes": ["orders:read", "*"],
                "expiresAt": None,
                "rotatedFrom": None,
            },
        },
        {
            "seq": 9007199254740991,
            "at": "2026-12-31T23:59:59.999Z",
            "type": "key.renamed",
            "actor": by_key,
            **about,
            "data": {"to": "after", "from": "before"},
        },
    ]
    chain, previous = [], b"\0" * 32
    for event in events:
        mac = event_mac(key, previous, event)
        chain.append({"previousMac": previous.hex(), "event": event, "mac": mac.hex()})
        previous = mac
    return chain


def row_mac(key: bytes, table: str, row: dict) -> bytes:
    sealed = [table]
    for field in sorted(row):
        if row[field] is not None:
            sealed += [field, row[field]]
    return hmac.new(key, canonical(sealed), hashlib.sha256).digest()


def rows(pepper: bytes) -> list:
    """Instants are milliseconds here already, and bytes hex digits."""
    key = hkdf_sha256(pepper, b"", b"latchkey/row-mac/v1", 32)
    made = [
        (
            "api_keys",
            {
                "ownerId": "user_01jn000000e00000000000000a",
                "id": "key_01jn000000e00000000000000c",
                "title": "Zoë’s key 鍵 🔑 \"quoted\" \\ back",
                "scopes": ["orders:read", "*"],
                "digest": "00ff" * 16,
                "pepperId": 1,
                "expiresAt": 1767323045006,
                "revokedAt": None,
            },
        ),
        ("users", {"id": "user_01jn000000e00000000000000a", "disabled": False, "role": "admin"}),
        ("users", {"id": None}),
    ]
    return [
        {"table": table, "row": row, "mac": row_mac(key, table, row).hex()} for table, row in made
    ]


def digests() -> dict:
    cases = []
    for pepper in (bytes(range(32)), b"\0" * 32, b"\xff" * 32):
        given = [token("sk", secret("plain")), token("acme_live", secret("live")), "", "é"]
        purposes = (
            "latchkey/event-log/v1",
            "latchkey/password/v1",
            "latchkey/pepper-check/v1",
            "latchkey/pepper-check/v2",
            "latchkey/row-mac/v1",
            "latchkey/session-digest/v1",
        )
        derived = {
            name: hkdf_sha256(pepper, b"", name.encode(), 32).hex() for name in purposes
        }
        cases.append(
            {
                "pepper": pepper.hex(),
                "digests": [
                    {
                        "token": text,
                        "digest": hmac.new(pepper, text.encode(), hashlib.sha256).hexdigest(),
                    }
                    for text in given
                ],
                "derived": derived,
                "checks": [
                    derived["latchkey/pepper-check/v1"],
                    derived["latchkey/pepper-check/v2"],
                ],
            }
        )
    pepper = bytes(range(32))
    return {
        "peppers": cases,
        "log": {"pepper": pepper.hex(), "chain": log(pepper)},
        "rows": {"pepper": pepper.hex(), "macs": rows(pepper)},
    }


def write(name: str, vectors: dict) -> None:
    text = json.dumps(vectors, indent=2, ensure_ascii=False) + "\n"
    (HERE / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write("tokens.json", tokens())
    write("digests.json", digests())

"""What people write for the toolkit, nearly right: policies, and the lists and truths of PAN."""

from __future__ import annotations

from random import Random

from tests.fuzz_readers.makers import CODECS, TEXTS, damaged, some

HEADERS = (
    "[publisher]",
    "[[partner]]",
    "[partner.terms]",
    "[[suppress]]",
    "[x]",
    "[[partner.terms]]",
    "[",
    "[[suppress",
)
FIELDS = (
    *(
        "name",
        "names",
        "sites",
        "ignore",
        "reference",
        "from",
        "until",
        "sources",
        "terms.full",
        "terms.max_words",
    ),
    *(
        "terms.max_share",
        "terms.after_days",
        "terms.must_link",
        "terms.must_credit",
        "finding",
        "page",
        "source",
    ),
    *("site", "reason", "full", "max_words", "verbatim", "a.b.c", '"é"', "'a b'", "nam", "terms"),
)
VALUES = (
    *(
        '"The Courier"',
        '["courier.example"]',
        '["courier.example/news", "b.example",]',
        "true",
        "false",
        "80",
        "0.5",
    ),
    *(
        "2026-11-22",
        "2027-01-01",
        "2026-11-22T10:00:00Z",
        "2026-02-30",
        '"2026-11-22"',
        '"0123456789abcdef"',
        "-1",
    ),
    *(
        '"follow"',
        "[[[]]]",
        "{a = 1}",
        "[1, 'a', []]",
        '"""\n a"""',
        "'''x",
        '"\\u0000"',
        '"\\ud800"',
        '""',
        "nan",
    ),
    *(
        "inf",
        "9" * 5000,
        "0x" + "f" * 80,
        '"*.example"',
        '["com"]',
        '["co.uk", "http://[::1"]',
        "[\n# a\n'b',\n]",
    ),
)


def toml(random: Random) -> bytes:
    """Return tables and fields of a policy, right ones and others."""
    lines = []
    for _ in range(random.randint(1, 12)):
        way = random.randrange(8)
        if way < 2:
            lines.append(random.choice(HEADERS))
        elif way < 7:
            lines.append(f"{random.choice(FIELDS)} = {random.choice(VALUES)}")
        else:
            lines.append(random.choice(("# a", "", "a", "=", '"', "]", "}", random.choice(TEXTS))))
    return damaged("\n".join(lines).encode("utf-8", "replace"), random)


def pan(random: Random) -> bytes:
    """Return a list of pairs, and the truth of one."""
    names = random.choice(
        ("susp1.txt src1.txt", "susp1.txt src1.txt\n\n", "susp1.txt", "../a b", "susp1.txt src1.txt x")
    )
    features = []
    for _ in some(random, 4):
        numbers = [
            random.choice(("0", "1", "9", "144", "-1", "9" * 10, "9" * 11, "x", "", "１")) for _ in range(4)
        ]
        fields = ("source_offset", "source_length", "this_offset", "this_length")
        told = " ".join(f'{name}="{number}"' for name, number in zip(fields, numbers, strict=True))
        source = random.choice(("src1.txt", "b.txt", "&a;", "é"))
        features.append(f'<feature name="artificial-plagiarism" source_reference="{source}" {told}/>')
    head = random.choice(("", '<?xml version="1.0" encoding="{}"?>', '<!DOCTYPE a [<!ENTITY a "b">]>'))
    inner = "".join(features)
    tree = random.choice(
        (f"<document>{inner}</document>", f"<x>{inner}</x>", f"<document>{inner}", "<document/>")
    )
    xml = (head.replace("{}", random.choice((*CODECS, "x", "\0"))) + tree).encode(
        random.choice(CODECS), "replace"
    )
    return damaged(names.encode() + b"\n====\n" + xml, random)

"""Numbers of patents and applications: one normal form for all sources, in Python and as SQL macros.

A grant is `us:7186302`, `us:D534340`, `us:RE46493`, `ep:2400812`; an application `us-app:09123456`. Blanks, commas,
stops, zeros in front and the kind behind are spelling; letters in front of a US number are its kind of patent. A test
holds the two against each other.
"""

import re

import duckdb

_US = r"(D|RE|PP|H|T|AI|X)?0*([1-9][0-9]{0,7})"
_MARKS = re.compile(r"[\s,./\-_]")


def us_patent(text: str | None) -> str | None:
    """Return the normal form of a US patent's number, or None for what is none: publications have eleven digits.

    >>> [us_patent(n) for n in ("07158706", "7,158,706", "US 7,158,706 B2", "US.7158706.B2", "US7158706")]
    ['us:7158706', 'us:7158706', 'us:7158706', 'us:7158706', 'us:7158706']
    >>> [us_patent(n) for n in ("D0656296", "D345393", "D656,296", "RE46493", "000000RE35000", "PP36776", "H0001234")]
    ['us:D656296', 'us:D345393', 'us:D656296', 'us:RE46493', 'us:RE35000', 'us:PP36776', 'us:H1234']
    >>> [us_patent(n) for n in ("10000001", "0000007158706", "20050123456", "US20050123456A1", "", None, "pending")]
    ['us:10000001', 'us:7158706', None, None, None, None, None]
    """
    found = re.fullmatch(rf"(?:US)?0*{_US}(?:[A-Z][0-9]?)?", _MARKS.sub("", text).upper()) if text else None
    return f"us:{found[1] or ''}{found[2]}" if found else None


def us_application(text: str | None) -> str | None:
    """Return the normal form of a US application's number: two digits of the series, six of the number.

    >>> [us_application(n) for n in ("09/123,456", "09123456", "9123456", "US 12/345,678", "29/345,678", "16 123456")]
    ['us-app:09123456', 'us-app:09123456', 'us-app:09123456', 'us-app:12345678', 'us-app:29345678', 'us-app:16123456']
    >>> [us_application(n) for n in ("D/123456", "PCT/US2010/012345", "20110289741", "0", None)]
    [None, None, None, None, None]
    """
    found = re.fullmatch(r"(?:US)?([0-9]{6,8})", _MARKS.sub("", text).upper()) if text else None
    return f"us-app:{found[1]:0>8}" if found and found[1].strip("0") else None


def publication(country: str, number: str, kind: str = "") -> str | None:
    """Return the normal form of a grant that a country, number and kind tell (DOCDB, CORDIS); None for no grant.

    Kinds of grants begin with B, C or, of US patents before 2001, are A alone; the US kinds E, S, P, H are reissues,
    designs, plants and registrations.

    >>> publication("EP", "2400812", "B1"), publication("EP", "2400812", "A1"), publication("US", "7186302", "B2")
    ('ep:2400812', None, 'us:7186302')
    >>> publication("US", "D534340", "S1"), publication("US", "6000000", "A"), publication("us", "2005123456", "A1")
    ('us:D534340', 'us:6000000', None)
    >>> publication("EP", "EP2400812", "B1"), publication("JP", "0045678", "B2"), publication("EP", "", "B1")
    ('ep:2400812', 'jp:45678', None)
    """
    country, kind = country.strip().upper(), kind.strip().upper()
    plain = _MARKS.sub("", number).upper().removeprefix(country)
    if country == "US":
        return us_patent(plain) if kind[:1] in ("B", "E", "S", "P", "H") or kind == "A" else None
    if kind[:1] not in ("B", "C") or not plain.strip("0").isdigit():
        return None
    return f"{country.lower()}:{plain.lstrip('0')}"


def written(text: str | None) -> list[str]:
    """Return the grants that a free text names by country and number: what people write of their patents.

    >>> written("US 9,123,456 B2; EP2400812B1"), written("GB1234567.8"), written("WO2014/012345"), written("pending")
    (['us:9123456', 'ep:2400812'], [], [], [])
    """
    found = re.findall(
        r"\b(US|EP)\s?-?((?:RE|PP|D)?[0-9][0-9,. ]{5,10}[0-9])\s?([ABCEPS][0-9]?)?\b", (text or "").upper()
    )
    forms = [publication(country, number, kind or "B1") for country, number, kind in found]
    return list(dict.fromkeys(form for form in forms if form))


_PLAIN = r"regexp_replace(upper(text_), '[\s,./_-]', '', 'g')"
_MACROS = {
    "us_patent(text_)": f"""
        nullif('us:' || regexp_extract({_PLAIN}, '^(?:US)?0*{_US}(?:[A-Z][0-9]?)?$', 1)
            || regexp_extract({_PLAIN}, '^(?:US)?0*{_US}(?:[A-Z][0-9]?)?$', 2), 'us:')""",
    "us_application(text_)": f"""
        nullif('us-app:' || lpad(nullif(nullif(regexp_extract({_PLAIN}, '^(?:US)?([0-9]{{6,8}})$', 1), ''), '000000'),
            8, '0'), 'us-app:00000000')""",
}


def install(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the macros `us_patent(text)` and `us_application(text)` in a connection."""
    for head, body in _MACROS.items():
        connection.execute(f"CREATE OR REPLACE TEMP MACRO {head} AS {body}")

"""The office's files of recorded conveyances: a daily XML, and the CSV files of the research data set.

Traps as in real files: states and countries spelt out, none for the United States; empty elements left out; attributes
in either quote; partial dates; a bare ampersand. The research data set writes dates in three ways, lacks three in ten
numbers of grants, which its register tells, and has a number that its register contradicts.
"""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from html import escape
from pathlib import Path

from pipelines.demo.records import World
from pipelines.demo.us.conveyances import Deed, Side, bulk, of_day
from pipelines.demo.us.patents import Patent

SEED = Path(__file__).resolve().parents[3] / "warehouse" / "seeds" / "us_states.csv"
COUNTRIES = {"DE": "GERMANY", "GB": "UNITED KINGDOM", "FR": "FRANCE", "NL": "NETHERLANDS", "CH": "SWITZERLAND"}

WRONG = 3
"""Which of the research data set's properties has a grant's number that the register contradicts."""

FILES = {
    "assignment": ("rf_id", "file_id", "cname", "caddress_1", "caddress_2", "caddress_3", "caddress_4", "reel_no",
                   "frame_no", "convey_text", "record_dt", "last_update_dt", "page_count", "purge_in"),
    "assignor": ("rf_id", "or_name", "exec_dt", "ack_dt"),
    "assignee": ("rf_id", "ee_name", "ee_address_1", "ee_address_2", "ee_city", "ee_state", "ee_postcode",
                 "ee_country"),
    "documentid": ("rf_id", "title", "lang", "appno_doc_num", "appno_date", "appno_country", "pgpub_doc_num",
                   "pgpub_date", "pgpub_country", "grant_doc_num", "grant_date", "grant_country"),
    "assignment_conveyance": ("rf_id", "convey_ty", "employer_assign"),
    "documentid_admin": ("rf_id", "appno_doc_num", "grant_doc_num", "admin_appl_id_for_grant",
                         "admin_pat_no_for_appno", "error"),
}  # fmt: skip


@lru_cache(maxsize=1)
def _states() -> dict[str, str]:
    with SEED.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"].upper() for row in csv.DictReader(file)}


def write_day(world: World, day: dt.date, path: Path) -> None:
    """Write a day's zip, the same bytes for the same world."""
    body = "\n".join(map(_element, of_day(world, day)))
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<!DOCTYPE us-patent-assignments SYSTEM "us-patent-assignments.dtd">\n'
        f'<us-patent-assignments dtd-version="0.3" seed="{world.seed}"><action-key-code>DA</action-key-code>'
        f"<transaction-date><date>{day:%Y%m%d}</date></transaction-date><patent-assignments>\n{body}\n"
        "</patent-assignments></us-patent-assignments>\n"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_member(f"ad{day:%Y%m%d}.xml"), text, zipfile.ZIP_DEFLATED)


def _member(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (2026, 1, 15, 0, 0, 0))


def _tag(name: str, text: str, inner: str = "") -> str:
    if not text:
        return ""
    said = escape(text, quote=False)
    return f"<{name}><{inner}>{said}</{inner}></{name}>" if inner else f"<{name}>{said}</{name}>"


def _element(deed: Deed) -> str:
    record = (
        _tag("reel-no", str(deed.reel)) + _tag("frame-no", str(deed.frame))
        + _tag("last-update-date", f"{deed.updated_on:%Y%m%d}", "date")
        + _tag("purge-indicator", "Y" if deed.is_purged else "N")
        + _tag("recorded-date", f"{deed.recorded_on:%Y%m%d}", "date") + _tag("page-count", str(2 + deed.number % 9))
        + "<correspondent><name>SIMULATED ATTORNEYS & PARTNERS</name><address-1>1 NOWHERE ROAD</address-1>"
        "</correspondent>" + _tag("conveyance-text", deed.text)
    )  # fmt: skip
    grantors = "".join(
        f"<patent-assignor>{_tag('name', g.name)}{_tag('execution-date', g.signed, 'date')}</patent-assignor>"
        for g in deed.grantors
    )
    grantees = "".join(
        f"<patent-assignee>{_tag('name', g.name)}<address-1>1 NOWHERE ROAD</address-1>{_tag('city', g.city)}"
        f"{_tag('state', _state(g))}{_tag('country-name', _country(g))}<postcode>00000</postcode></patent-assignee>"
        for g in deed.grantees
    )
    quote = "'" if deed.number % 2 else '"'
    properties = "".join(
        f"<patent-property>{_documents(patent)}<invention-title lang={quote}en{quote}>"
        f"{escape(patent.title)}</invention-title></patent-property>"
        for patent in deed.patents
    )
    return (
        f"<patent-assignment><assignment-record>{record}</assignment-record><patent-assignors>{grantors}"
        f"</patent-assignors><patent-assignees>{grantees}</patent-assignees><patent-properties>{properties}"
        "</patent-properties></patent-assignment>"
    )


def _documents(patent: Patent) -> str:
    told = ((patent.application, "X0", patent.filed_on), (patent.number, patent.kind, patent.granted_on))
    return "".join(
        f"<document-id><country>US</country><doc-number>{number}</doc-number><kind>{kind}</kind>"
        f"<date>{on:%Y%m%d}</date></document-id>"
        for number, kind, on in told
    )


def _state(side: Side) -> str:
    return _states().get(side.state, "") if side.country in ("", "US") else ""


def _country(side: Side) -> str:
    return COUNTRIES.get(side.country, "")


def write_csv(world: World, name: str, path: Path) -> None:
    """Write a file of the research data set in its zip, the same bytes for the same world."""
    out = io.StringIO()
    writer = csv.DictWriter(out, FILES[name], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(_rows(world, name))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(_member(f"{name}.csv"), out.getvalue(), zipfile.ZIP_DEFLATED)


def _rows(world: World, name: str) -> Iterator[Mapping[str, object]]:
    for nth, deed in enumerate(bulk(world)):
        key = {"rf_id": f"{deed.reel}{deed.frame:04d}"}
        if name == "assignment":
            yield key | {
                "file_id": nth, "cname": "SIMULATED ATTORNEYS & PARTNERS", "caddress_1": "1 NOWHERE ROAD",
                "reel_no": deed.reel, "frame_no": deed.frame, "convey_text": deed.text,
                "record_dt": deed.recorded_on.isoformat(), "last_update_dt": f"{deed.updated_on:%d%b%Y}".lower(),
                "page_count": 2 + deed.number % 9, "purge_in": "N",
            }  # fmt: skip
        elif name == "assignor":
            for giver in deed.grantors:
                stata = str((deed.executed_on - dt.date(1960, 1, 1)).days)
                yield key | {"or_name": giver.name, "exec_dt": stata if giver.signed[6:] != "00" else giver.signed}
        elif name == "assignee":
            for taker in deed.grantees:
                place = {"ee_city": taker.city, "ee_state": _state(taker), "ee_country": _country(taker)}
                yield key | {"ee_name": taker.name, "ee_address_1": "1 NOWHERE ROAD", **place}
        elif name == "assignment_conveyance":
            yield key | {"convey_ty": deed.type, "employer_assign": int(deed.kind == "employer_assignment")}
        else:
            for patent in deed.patents:
                yield key | _numbers(name, nth, patent)


def _numbers(name: str, nth: int, patent: Patent) -> dict[str, object]:
    """Return a property's numbers: three in ten grants are missing, one is mistyped; or what the register says."""
    grant = "" if nth % 10 in (0, 4, 8) else patent.number[:-2] + "99" if nth == WRONG else patent.number
    if name == "documentid_admin":
        error = "mismatch" if nth == WRONG else "none"
        told = {"admin_appl_id_for_grant": patent.application, "admin_pat_no_for_appno": patent.number, "error": error}
        return {"appno_doc_num": patent.application, "grant_doc_num": grant, **told}
    return {
        "title": patent.title, "lang": "ENGLISH", "appno_doc_num": patent.application,
        "appno_date": patent.filed_on.isoformat(), "appno_country": "US", "grant_doc_num": grant,
        "grant_date": patent.granted_on.isoformat() if grant else "", "grant_country": "US" if grant else "",
    }  # fmt: skip

"""Recordations written by hand, as daily XML and as CSV of the research data set. Persons and firms are invented."""

import csv
import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb

from pipelines import clean, read
from pipelines.source import RawFile
from pipelines.sources import uspto_assignments

PERSON = "QUORVANE, ADALIND"
LAWYER = "PETTIFOG & QUORLEY LLP"
STREET = "1 QUORVANE ROAD"
"""What must never reach core."""


def party(name, **more):
    """A party: `on` the day it signed; city, state, country as written."""
    return {"name": name, **more}


def deed(reel=70001, frame=1, text="ASSIGNMENT OF ASSIGNOR'S INTEREST", **more):
    """A recordation: an inventor assigns an application to a firm in Texas, unless told otherwise."""
    return {
        "reel": reel, "frame": frame, "text": text, "updated": "20260105", "recorded": "20260105", "purge": "N",
        "pages": "3", "grantors": [party(PERSON, on="20251201")],
        "grantees": [party("WIDGETS INC.", city="AUSTIN", state="TEXAS")],
        "properties": [{"app": "18900001", "filed": "20251120"}], **more,
    }  # fmt: skip


def many(number=150):
    """Deeds of no further interest, so that one bad one stays within the tolerance of one in a hundred."""
    return [deed(reel=60000, frame=frame) for frame in range(1, number + 1)]


def element(one):
    """Write a deed as the daily files do; what is not told has no element."""

    def tag(name, value, inner=""):
        if value is None:
            return ""
        text = escape(str(value))
        return f"<{name}><{inner}>{text}</{inner}></{name}>" if inner else f"<{name}>{text}</{name}>"

    record = (
        tag("reel-no", one["reel"]) + tag("frame-no", one["frame"]) + tag("last-update-date", one["updated"], "date")
        + tag("purge-indicator", one["purge"]) + tag("recorded-date", one["recorded"], "date")
        + tag("page-count", one["pages"])
        + f"<correspondent>{tag('name', LAWYER)}{tag('address-1', STREET)}</correspondent>"
        + tag("conveyance-text", one["text"])
    )  # fmt: skip
    grantors = "".join(
        f"<patent-assignor>{tag('name', p['name'])}{tag('execution-date', p.get('on'), 'date')}</patent-assignor>"
        for p in one["grantors"]
    )
    grantees = "".join(
        f"<patent-assignee>{tag('name', p['name'])}{tag('address-1', STREET)}{tag('city', p.get('city'))}"
        f"{tag('state', p.get('state'))}{tag('country-name', p.get('country'))}{tag('postcode', '73301')}"
        "</patent-assignee>"
        for p in one["grantees"]
    )
    properties = "".join(
        "<patent-property>"
        + "".join(
            f"<document-id><country>{p.get('country', 'US')}</country>{tag('doc-number', p[key])}{tag('kind', kind)}"
            f"{tag('date', p.get(day))}</document-id>"
            for key, kind, day in (("app", "X0", "filed"), ("pub", "A1", ""), ("grant", "B2", "granted"))
            if key in p
        )
        + "<invention-title lang='en'>Widgets</invention-title></patent-property>"
        for p in one["properties"]
    )
    return (
        f"<patent-assignment><assignment-record>{record}</assignment-record><patent-assignors>{grantors}"
        f"</patent-assignors><patent-assignees>{grantees}</patent-assignees><patent-properties>{properties}"
        "</patent-properties></patent-assignment>"
    )


def document(deeds):
    """The file of a day: deeds, or elements as text."""
    body = "\n".join(one if isinstance(one, str) else element(one) for one in deeds)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<us-patent-assignments><action-key-code>DA</action-key-code>'
        "<transaction-date><date>20260105</date></transaction-date><patent-assignments>\n"
        f"{body}\n</patent-assignments></us-patent-assignments>\n"
    )


def write(mirror: Path, day: str, deeds) -> Path:
    """Write a day's zip into a mirror; of text or bytes the document itself."""
    path = mirror / "uspto_assignments" / f"ad{day}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"ad{day}.xml", deeds if isinstance(deeds, str | bytes) else document(deeds))
    return path


COLUMNS = {
    "assignment": "rf_id,file_id,cname,caddress_1,caddress_2,caddress_3,caddress_4,reel_no,frame_no,convey_text,"
    "record_dt,last_update_dt,page_count,purge_in",
    "assignor": "rf_id,or_name,exec_dt,ack_dt",
    "assignee": "rf_id,ee_name,ee_address_1,ee_address_2,ee_city,ee_state,ee_postcode,ee_country",
    "documentid": "rf_id,title,lang,appno_doc_num,appno_date,appno_country,pgpub_doc_num,pgpub_date,pgpub_country,"
    "grant_doc_num,grant_date,grant_country",
    "assignment_conveyance": "rf_id,convey_ty,employer_assign",
    "documentid_admin": "rf_id,appno_doc_num,grant_doc_num,admin_appl_id_for_grant,admin_pat_no_for_appno,error",
}


def release(folder: Path, rows, packed=(), without=()) -> Path:
    """Write a release of the research data set: rows by file, cells by column; files of `packed` as zips."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, columns in COLUMNS.items():
        if name in without:
            continue
        out = io.StringIO()
        writer = csv.DictWriter(out, columns.split(","), restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows.get(name, []))
        if name in packed:
            with zipfile.ZipFile(folder / f"{name}.csv.zip", "w") as archive:
                archive.writestr(f"{name}.csv", out.getvalue())
        else:
            (folder / f"{name}.csv").write_text(out.getvalue(), encoding="utf-8")
    return folder


class Normalised(dict):
    """Rows by table as the gate is given them, and what was noticed; judging takes most of the time."""

    def __init__(self, folder: Path):
        self.reading = read.Reading()
        files = [RawFile(path.name, path) for path in sorted(folder.iterdir()) if path.is_file()]
        scratch = folder / "scratch"
        scratch.mkdir()
        with duckdb.connect() as connection:
            clean.install(connection)
            for table, query in uspto_assignments.normalise(files, connection, scratch, self.reading):
                self[table] = connection.sql(query).to_arrow_table().to_pylist()
        assert {table: len(found) for table, found in self.items()} == self.reading.rows | {
            table: 0 for table in self if table not in self.reading.rows
        }

    def of(self, table, *columns):
        return [tuple(row[c] for c in columns) for row in self[table]]

    @property
    def said(self):
        return [warning.partition(": ")[2] for warning in self.reading.warnings]

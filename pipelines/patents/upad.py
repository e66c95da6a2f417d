"""Reader of the office's research data set of assignments (UPAD): a release of CSV files joined by `rf_id`.

DuckDB reads the files, as they have tens of millions of rows and fields beyond any usual limit. Numbers of patents that
the office's own register contradicts (`documentid_admin.error`) are not believed: the register's number stands in
their place, or none; the register also tells grants that are missing.
"""

import csv
import re
import zipfile
from pathlib import Path

import duckdb

from expectations.contract import literal
from pipelines.read import Reading, columns, members, refuse_html
from pipelines.source import RawFile, RawTable, SourceError

RAW = {
    "upad_assignment": RawTable(
        ("rf_id", "reel_no", "frame_no", "convey_text", "record_dt", "last_update_dt", "page_count", "purge_in"),
        core="transfer",
        key=("rf_id",),
        any_case=True,
        # Who sends the papers, and how to reach them.
        unread=("file_id", "cname", "caddress_1", "caddress_2", "caddress_3", "caddress_4"),
    ),
    "upad_assignor": RawTable(
        ("rf_id", "or_name", "exec_dt"), core="transfer_party", key=(), any_case=True, unread=("ack_dt",)
    ),
    "upad_assignee": RawTable(
        ("rf_id", "ee_name", "ee_city", "ee_state", "ee_country"),
        core="transfer_party",
        key=(),
        any_case=True,
        unread=("ee_address_1", "ee_address_2", "ee_postcode"),
    ),
    "upad_documentid": RawTable(
        ("rf_id", "appno_doc_num", "appno_date", "pgpub_doc_num", "grant_doc_num", "grant_date"),
        core="transfer_patent",
        key=(),
        optional=("appno_country", "pgpub_country", "grant_country"),
        any_case=True,
        unread=("title", "lang", "pgpub_date"),
    ),
    "upad_assignment_conveyance": RawTable(
        ("rf_id", "convey_ty", "employer_assign"), core="transfer", key=("rf_id",), any_case=True
    ),
    "upad_documentid_admin": RawTable(
        ("rf_id", "appno_doc_num", "grant_doc_num", "admin_pat_no_for_appno", "error"),
        core="transfer_patent",
        key=(),
        any_case=True,
        unread=("admin_appl_id_for_grant",),
    ),
}

NEEDED = ("assignment", "assignor", "assignee", "documentid", "assignment_conveyance")
OPTIONAL = ("documentid_admin",)
FILE = rf"(?:upad-\d{{4}}-)?({'|'.join((*NEEDED, *OPTIONAL))})\.csv(\.zip)?"

LONGEST = 32_000_000
"""Bytes of the longest row that is read."""


def load(connection: duckdb.DuckDBPyConnection, files: list[RawFile], scratch: Path, reading: Reading) -> None:
    """Fill the tables of `padx.create` from a release, with `rf_id` for the record's key.

    Raises SourceError where a file of the release is not there, or a column of one.
    """
    there = {match[1]: file for file in files if (match := re.fullmatch(FILE, file.name))}
    if missing := [name for name in NEEDED if name not in there]:
        raise SourceError(
            f"the release has no {', '.join(f'{name}.csv' for name in missing)}",
            file=", ".join(sorted(file.name for file in files)),
            rule="whole release",
            mend="put all files of one release together",
        )
    for name in (*NEEDED, *OPTIONAL):
        if name in there:
            _read(connection, name, there[name], scratch, reading)
        else:
            _create(connection, name)
    for table in _TABLES:
        connection.execute(_TABLES[table])
    if not there.get("documentid_admin"):
        reading.warnings.append("no documentid_admin.csv: mistyped numbers of patents are not known, and believed")
    ((flagged,),) = connection.execute(f"SELECT count(*) FROM csv_documentid_admin WHERE {_WRONG}").fetchall()
    if flagged:
        reading.warnings.append(
            f"{flagged:,} properties have numbers that the office's register contradicts: the register's patent "
            "number stands in their place, or none"
        )


def _create(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    raw = RAW[f"upad_{name}"]
    shape = ", ".join(f"{column} VARCHAR" for column in (*raw.columns, *raw.optional))
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE csv_{name} ({shape}, key_ BIGINT, _file VARCHAR, _line BIGINT,
        _problem VARCHAR)"""
    )


def _read(connection: duckdb.DuckDBPyConnection, name: str, file: RawFile, scratch: Path, reading: Reading) -> None:
    """Create csv_<name> of a file: its promised columns as text, `key_` (rf_id as a number), and lineage.

    A row that cannot be split into the header's cells is there with its problem alone; `_line` is its number.
    """
    raw, path, said = RAW[f"upad_{name}"], file.path, file.name
    if zipfile.is_zipfile(path):
        folder = scratch / name
        folder.mkdir(exist_ok=True)
        (path,) = members(path, said, folder)
        said = f"{said}/{path.name}"
    refuse_html(path, said)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as opened:
        header = [cell.strip() for cell in next(csv.reader(opened), [])]
    mapping, new = columns(header, raw, said)
    reading.warnings += new
    wanted = [n for n in (*raw.columns, *raw.optional) if n in mapping]
    _create(connection, name)
    connection.execute("DROP TABLE IF EXISTS rejected; DROP TABLE IF EXISTS rejected_of")
    given = dict.fromkeys(header, "VARCHAR")
    cells = ", ".join(f'"{mapping[n]}"' for n in wanted)
    connection.execute(
        f"""INSERT INTO csv_{name} ({", ".join(wanted)}, key_, _file, _line)
        SELECT {cells}, TRY_CAST("{mapping["rf_id"]}" AS BIGINT), {literal(said)}, row_number() OVER ()
        FROM read_csv({literal(str(path))}, header = true, columns = {given}, auto_detect = false, delim = ',',
            quote = '"', escape = '"', max_line_size = {LONGEST}, parallel = false, store_rejects = true,
            rejects_table = 'rejected_of', rejects_scan = 'rejected')"""
    )
    # One row may break several rules of CSV.
    connection.execute(
        f"""INSERT INTO csv_{name} (_file, _line, _problem)
        SELECT {literal(said)}, line, 'row cannot be split into cells: ' || any_value(error_message)
        FROM rejected_of GROUP BY line"""
    )
    if raw.core and name in ("assignment", "assignor", "assignee", "documentid"):
        ((rows,),) = connection.execute(f"SELECT count(*) FROM csv_{name}").fetchall()
        reading.saw(raw, rows)
    if path != file.path:
        path.unlink()


_WRONG = """
    blank(error) IS NOT NULL AND lower(trim(error)) NOT IN ('0', 'none', 'no', 'no error', 'valid', 'false', 'n')"""

_NTH = "row_number() OVER (PARTITION BY key_ ORDER BY _line)"

_TABLES = {
    # A record that stands twice in the file keeps what belongs to it with its first row.
    "assignment": f"""
        INSERT INTO raw_assignment
        SELECT
            reel_no, frame_no, last_update_dt, purge_in, record_dt, convey_text, page_count,
            CASE WHEN key_ IS NULL OR {_NTH} > 1 THEN -row_number() OVER (ORDER BY _line) ELSE key_ END,
            1, _file, _line,
            coalesce(_problem, CASE WHEN key_ IS NULL THEN concat('rf_id: ', rf_id, ' is not a number') END)
        FROM csv_assignment""",
    "assignor": f"""
        INSERT INTO raw_assignor SELECT or_name, exec_dt, key_, {_NTH}, _file, _line, _problem FROM csv_assignor""",
    "assignee": f"""
        INSERT INTO raw_assignee
        SELECT ee_name, ee_city, ee_state, ee_country, key_, {_NTH}, _file, _line, _problem FROM csv_assignee""",
    "property": f"""
        INSERT INTO raw_property
        WITH register AS (
            SELECT
                key_,
                appno_doc_num,
                grant_doc_num,
                any_value(admin_pat_no_for_appno) AS patent,
                bool_or({_WRONG}) AS is_wrong
            FROM csv_documentid_admin
            GROUP BY key_, appno_doc_num, grant_doc_num
        )
        SELECT
            CASE WHEN upper(coalesce(blank(d.appno_country), 'US')) = 'US' THEN d.appno_doc_num END,
            d.appno_date,
            d.pgpub_doc_num,
            CASE WHEN r.is_wrong THEN r.patent ELSE coalesce(blank(d.grant_doc_num), r.patent) END,
            CASE WHEN NOT coalesce(r.is_wrong, false) THEN d.grant_date END,
            d.key_,
            row_number() OVER (PARTITION BY d.key_ ORDER BY d._line),
            d._file,
            d._line,
            d._problem
        FROM csv_documentid AS d
        LEFT JOIN register AS r ON r.key_ = d.key_ AND r.appno_doc_num IS NOT DISTINCT FROM d.appno_doc_num
            AND r.grant_doc_num IS NOT DISTINCT FROM d.grant_doc_num""",
    "type": """
        INSERT INTO raw_type
        SELECT key_, any_value(convey_ty), coalesce(bool_or(trim(employer_assign) IN ('1', '1.0')), false)
        FROM csv_assignment_conveyance
        WHERE key_ IS NOT NULL
        GROUP BY key_""",
}

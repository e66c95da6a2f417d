"""IPEDS: negative codes are missing, identifiers one a row, revisions before provisional files; then the real year."""

import zipfile

import pyarrow.parquet as pq
import pytest

from pipelines import demo, steps
from pipelines.demo.records import World
from pipelines.demo.server import Publishers
from pipelines.sources import ipeds
from pipelines.window import Window

COLUMNS = (
    "UNITID", "INSTNM", "IALIAS", "CITY", "STABBR", "CHFNM", "GENTELE", "EIN", "UEIS", "OPEID", "WEBADDR", "SECTOR",
    "ICLEVEL", "CONTROL", "MEDICAL", "NEWID", "CYACTIVE", "C21BASIC", "F1SYSNAM",
)  # fmt: skip
NUMBERS = {"UNITID", "SECTOR", "ICLEVEL", "CONTROL", "MEDICAL", "NEWID", "CYACTIVE", "C21BASIC"}
AVONLEA = {
    "UNITID": "999001", "INSTNM": "University of Avonlea", "IALIAS": "UAV||Avonlea | U of A", "CITY": "Avonlea",
    "STABBR": "MN", "CHFNM": "Anne Nobody", "GENTELE": "5550000000", "EIN": "999999999",
    "UEIS": "S1M000000001|s1m000000002", "OPEID": "00999901", "WEBADDR": "www.avonlea.example.org", "SECTOR": "1",
    "ICLEVEL": "1", "CONTROL": "1", "MEDICAL": "1", "NEWID": "-2", "CYACTIVE": "1", "C21BASIC": "15",
    "F1SYSNAM": "Avonlea System",
}  # fmt: skip
BRACK = AVONLEA | {
    "UNITID": "999002", "INSTNM": "Bräck Office", "IALIAS": " ", "STABBR": "PR", "EIN": "-2", "UEIS": " ",
    "OPEID": "-2", "WEBADDR": " ", "SECTOR": "0", "ICLEVEL": "-3", "CONTROL": "2", "MEDICAL": "-1", "NEWID": "999001",
    "CYACTIVE": "3", "C21BASIC": "-2", "F1SYSNAM": "-2",
}  # fmt: skip


def text(*rows, columns=COLUMNS) -> str:
    """A table as the publisher writes it: texts in quotes, numbers padded with a blank."""
    lines = [
        ",".join(row.get(c, "1").rjust(2) if c in NUMBERS else f'"{row.get(c, " ")}"' for c in columns) for row in rows
    ]
    return "\r\n".join([",".join(columns), *lines, ""])


def write(mirror, content, name="HD2022.csv", encoding="latin-1"):
    folder = mirror / "ipeds"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode(encoding))
    return mirror


def archive(mirror, name="HD2022.zip", **members):
    folder = mirror / "ipeds"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / name, "w") as packed:
        for member, content in members.items():
            packed.writestr(f"{member}.csv", content.encode("latin-1"))
    return mirror


def ingest(home, mirror):
    (outcome,) = steps.ingest(home, "ipeds", mirror)
    return outcome


def rows(home, table, part="2022"):
    return pq.read_table(home.core / table / f"ipeds--{part}.parquet").to_pylist()


def test_an_institution_is_told_without_its_officers(home, tmp_path):
    outcome = ingest(home, write(tmp_path, text(AVONLEA, BRACK)))
    assert not outcome.failed
    avonlea, brack = rows(home, "directory_institution")
    assert avonlea == {
        "source": "ipeds", "part": "2022", "directory_id": "unitid:999001", "year": 2022,
        "name": "University of Avonlea", "aliases": "UAV|Avonlea|U of A", "city": "Avonlea", "state": "MN",
        "country": "US", "control": "public", "level": "four_year", "is_system_office": False, "is_active": True,
        "research_class": "15", "has_medical_school": True, "system_name": "Avonlea System", "successor_id": None,
        "website": "www.avonlea.example.org",
    }  # fmt: skip
    assert (brack["name"], brack["country"], brack["control"]) == ("Bräck Office", "PR", "private_nonprofit")
    assert (brack["is_system_office"], brack["is_active"], brack["successor_id"]) == (True, False, "unitid:999001")
    missing = ("aliases", "level", "has_medical_school", "research_class", "system_name", "website")
    assert {brack[column] for column in missing} == {None}


def test_identifiers_are_one_a_row_and_negative_codes_are_none(home, tmp_path):
    outcome = ingest(home, write(tmp_path, text(AVONLEA, BRACK)))
    found = {(r["directory_id"], r["scheme"], r["identifier"]) for r in rows(home, "directory_identifier")}
    assert found == {
        ("unitid:999001", "uei", "S1M000000001"),
        ("unitid:999001", "uei", "S1M000000002"),  # small letters stand for capitals
        ("unitid:999001", "ein", "999999999"),
        ("unitid:999001", "opeid", "00999901"),
    }
    assert outcome.manifest["balance"]["directory_institution"]["read"] == 2


def test_an_older_file_has_duns_in_place_of_ueis(home, tmp_path):
    columns = tuple("DUNS" if c == "UEIS" else c for c in COLUMNS if c != "C21BASIC")
    ingest(home, write(tmp_path, text(AVONLEA | {"DUNS": "012345678"}, columns=columns), "hd2019.csv"))
    found = {(r["scheme"], r["identifier"]) for r in rows(home, "directory_identifier", "2019")}
    assert ("duns", "012345678") in found
    assert not any(scheme == "uei" for scheme, _ in found)
    assert rows(home, "directory_institution", "2019")[0]["research_class"] is None


@pytest.mark.parametrize(
    ("encoding", "said"), [("latin-1", ["HD2022.csv: is not UTF-8, read as Windows-1252"]), ("utf-8-sig", [])]
)
def test_the_encoding_is_found_out_and_told(home, tmp_path, encoding, said):
    outcome = ingest(home, write(tmp_path, text(AVONLEA, BRACK), encoding=encoding))
    assert outcome.warnings == said
    assert rows(home, "directory_institution")[1]["name"] == "Bräck Office"


def test_the_revised_table_of_a_zip_is_taken(home, tmp_path):
    revised = text(AVONLEA | {"INSTNM": "Avonlea, revised"})
    outcome = ingest(home, archive(tmp_path, hd2022=text(AVONLEA, BRACK), hd2022_rv=revised))
    assert [r["name"] for r in rows(home, "directory_institution")] == ["Avonlea, revised"]
    assert "HD2022.zip/hd2022.csv: is not read, its revision is" in outcome.warnings


def test_a_zip_without_one_table_is_refused(home, tmp_path):
    outcome = ingest(home, archive(tmp_path, hd2022=text(AVONLEA), other=text(BRACK)))
    assert "holds 2 tables where one, or one and its revision, is promised" in outcome.failed


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"UNITID": "12"}, "UNITID: 12 is not 6 digits"),
        ({"CONTROL": "7"}, "CONTROL: 7 is not 1, 2 or 3"),
        ({"NEWID": "77"}, "NEWID: 77 is not 6 digits"),
        ({"UEIS": "S1M"}, "uei: S1M is none"),
        ({"EIN": "12"}, "ein: 12 is none"),
    ],
)
def test_a_code_that_is_not_known_is_refused(home, tmp_path, changed, said):
    outcome = ingest(home, write(tmp_path, text(AVONLEA | changed, BRACK)))
    assert said in outcome.failed
    assert "HD2022.csv · line 2" in outcome.failed


def test_a_new_column_is_a_remark_and_a_missing_one_fails(home, tmp_path):
    outcome = ingest(home, write(tmp_path, text(AVONLEA, columns=(*COLUMNS, "C30BASIC"))))
    assert outcome.warnings == ["HD2022.csv: new column C30BASIC"]
    outcome = ingest(home, write(tmp_path, text(AVONLEA, columns=COLUMNS[1:])))
    assert "column missing: UNITID" in outcome.failed


def test_a_year_that_is_not_out_is_no_failure_and_an_old_one_that_is_gone_is(home, monkeypatch):
    """A simulated world of early 2026 has no directory of 2027, when a scheduler of that year asks for it."""

    class _Later(ipeds.dt.date):
        @classmethod
        def today(cls):
            return cls(2027, 3, 1)

    monkeypatch.setattr(ipeds.dt, "date", _Later)
    with Publishers(World(projects=50), ["ipeds"]) as running, demo.pointed_to(running):
        outcomes = {o.part: o for o in steps.ingest(home, "ipeds", window=Window("2026", "2027"))}
        assert not outcomes["2026"].failed
        assert not outcomes["2027"].failed
        assert outcomes["2027"].warnings == ["ipeds · 2027: not published yet"]
        monkeypatch.setenv("IUR_IPEDS_URL", running.base + "/nowhere/HD{year}.zip")
        (gone,) = steps.ingest(home, "ipeds", window=Window("2022", "2022"))
    assert "answered 404" in gone.failed


@pytest.mark.real
def test_the_real_directory_of_2022(home, real):
    """6,256 rows; one holds an address with bare quotes in it and cannot be split, all others are kept."""
    outcome = ingest(home, real)
    assert not outcome.failed
    book = outcome.manifest["balance"]["directory_institution"]
    assert (book["read"], book["kept"], book["quarantined"]) == (6_256, 6_255, 1)
    found = {r["directory_id"]: r for r in rows(home, "directory_institution")}
    alabama = found["unitid:100663"]
    assert (alabama["name"], alabama["city"], alabama["state"]) == (
        "University of Alabama at Birmingham",
        "Birmingham",
        "AL",
    )
    assert (alabama["system_name"], alabama["has_medical_school"]) == ("The University of Alabama System", True)
    assert sum(r["is_system_office"] or False for r in found.values()) == 71
    assert sum(r["is_active"] is False for r in found.values()) == 73
    ueis = [r for r in rows(home, "directory_identifier") if r["scheme"] == "uei"]
    under: dict[str, set[str]] = {}
    for row in ueis:
        under.setdefault(row["identifier"], set()).add(row["directory_id"])
    # 255 as written; two more once a UEI in small letters is the one in capitals.
    assert sum(len(ids) > 1 for ids in under.values()) == 257
    assert all(u == u.upper() and len(u) == 12 for u in under)
    assert outcome.warnings == ["HD2022.csv: is not UTF-8, read as Windows-1252"]

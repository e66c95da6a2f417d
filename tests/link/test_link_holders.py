"""Holders within dates: a row counts on the day of the record; successors are credited, and named as they were.

Laboratories change their contractor: Associated Universities ran Brookhaven until 1998, and the radio astronomy
observatory since. Facts of the contracts; a small registry with true ids.
"""

import datetime as dt
import hashlib

import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.link import dated_names, match, seeds
from pipelines.link.match import Linker
from pipelines.link.registry import Registry
from tests.link.small_registry import NO_RECORDS, ORGANISATIONS, RELATIONS, ROR, tables

AUI, BROOKHAVEN, OBSERVATORY = (ROR + tail for tail in ("03vbz5k97", "02ex6cf31", "04m24yn62"))
LABORATORIES = (
    ("03vbz5k97", "Associated Universities, Inc.", "US", "Washington", "nonprofit", "active", ()),
    ("02ex6cf31", "Brookhaven National Laboratory", "US", "Upton", "facility", "active", ()),
    ("04m24yn62", "National Radio Astronomy Observatory", "US", "Charlottesville", "facility", "active", ()),
)
COLUMNS = ("names", "country", "holder_ror_id", "institution_ror_id", "valid_from", "valid_until", "reason", "source")
OLD, NEW = f"{ROR}001anga17", f"{ROR}057qpr032"  # Bordeaux I became part of Bordeaux


def _linker(*rows: tuple[str, ...]) -> Linker:
    held = seeds.load().rows | {
        "ip_holders": tuple(dict(zip(COLUMNS, (*row, "why", "where"), strict=True)) for row in rows)
    }
    registry = Registry.build(*tables((*ORGANISATIONS, *LABORATORIES), RELATIONS))
    return Linker.of(registry, seeds.Seeds(held, hashlib.sha256(repr(rows).encode()).hexdigest()))


TWO_LABORATORIES = (
    ("Associated Universities Inc", "US", AUI, BROOKHAVEN, "1947", "1998-02-28"),
    ("Associated Universities Inc", "US", AUI, OBSERVATORY, "1998-03-01", ""),
)


@pytest.mark.parametrize("name", ["Associated Universities, Inc.", "ASSOCIATED UNIVERSITIES INCORPORATED"])
@pytest.mark.parametrize(
    ("on", "credited"),
    [
        ("1947-01-01", BROOKHAVEN),
        ("1998-02-28", BROOKHAVEN),
        ("1998-03-01", OBSERVATORY),
        ("2020-05-05", OBSERVATORY),
        ("", OBSERVATORY),  # an unknown day: the row that counts today
    ],
)
def test_a_row_counts_on_the_day_of_the_record(name, on, credited):
    link = match.one(_linker(*TWO_LABORATORIES), name, "US", f"on:{on}" if on else "")
    assert (link.named_ids, link.credited_ids) == ((AUI,), (credited,))


def test_a_day_on_which_no_row_counts_is_no_holders():
    link = match.one(_linker(*TWO_LABORATORIES), "Associated Universities Inc", "US", "on:1946-12-31")
    assert not {BROOKHAVEN, OBSERVATORY} & set(link.credited_ids)


def test_the_order_of_rows_decides_nothing():
    linker = _linker(*TWO_LABORATORIES[::-1])
    assert match.one(linker, "Associated Universities Inc", "US", "on:1990-01-01").credited_ids == (BROOKHAVEN,)
    assert match.one(linker, "Associated Universities Inc", "US").credited_ids == (OBSERVATORY,)


def test_of_rows_that_all_have_ended_the_latest_counts_on_an_unknown_day():
    linker = _linker(
        ("Some Contractor", "US", "", OBSERVATORY, "2000", "2004"),
        ("Some Contractor", "US", "", BROOKHAVEN, "", "1999"),
    )
    assert match.one(linker, "Some Contractor", "US").credited_ids == (OBSERVATORY,)
    assert match.one(linker, "Some Contractor", "US", "on:2004-12-31").credited_ids == (OBSERVATORY,)
    assert match.one(linker, "Some Contractor", "US", "on:2005-01-01").credited_ids == ()


def test_a_users_row_without_dates_overrules_all():
    linker = _linker(*TWO_LABORATORIES, ("Associated Universities Inc", "US", AUI, AUI, "", ""))
    assert match.one(linker, "Associated Universities Inc", "US", "on:1990-01-01").credited_ids == (AUI,)


def test_a_holder_of_an_institution_that_merged_is_its_successors():
    linker = _linker(("Bordeaux Transfert", "FR", "", OLD, "", ""))
    assert match.one(linker, "Bordeaux Transfert", "FR").credited_ids == (NEW,)


def test_an_institution_that_merged_is_named_as_it_was_and_its_successor_credited():
    link = match.one(_linker(), "Université Bordeaux-I", "FR", "on:2005-01-01")
    assert (link.named_ids, link.credited_ids) == ((OLD,), (NEW,))


def test_the_day_stands_in_the_context_of_dated_names_alone():
    """Four owners, two of them with a dated holder's name; a conveyance without a day of execution."""
    import duckdb

    patents = [
        {"source": "patentsview", "part": "all", "patent_id": f"us:{n}", "office": "US", "is_granted": True,
         "granted_on": dt.date(1999, 1, 2), "filed_on": dt.date(1990 + n, 1, 2)}
        for n in (1, 2, 3)
    ]  # fmt: skip
    owners = [
        {"source": "patentsview", "part": "all", "patent_id": id_, "party_no": 1, "role": role, "sequence": 0,
         "name": name, "is_person": False}
        for id_, role, name in (
            ("us:1", "assignee", "ASSOCIATED UNIVERSITIES, INC."),
            ("us:2", "assignee", "Associated Universities of Nowhere"),
            ("us:3", "inventor", "Associated Universities Inc"),
        )
    ]  # fmt: skip
    conveyed = [
        {"source": "uspto_assignments", "part": "1", "transfer_id": "uspto:1/1", "recorded_on": dt.date(2001, 2, 3)}
    ]
    sides = [{"source": "uspto_assignments", "part": "1", "transfer_id": "uspto:1/1", "party_no": 1, "role": "grantor",
              "name": "Associated Universities Incorporated", "is_person": False}]  # fmt: skip
    rows = {"patent": patents, "patent_party": owners, "transfer": conveyed, "transfer_party": sides}
    connection = duckdb.connect()
    for name in dict.fromkeys((*NO_RECORDS, *rows)):
        connection.register("_rows", pa.Table.from_pylist(rows.get(name, []), schema=arrow_schema(table(name))))
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM _rows")
    held = tuple(dict(zip(COLUMNS, (*row, "why", "where"), strict=True)) for row in TWO_LABORATORIES)
    dated_names.find(connection, seeds.Seeds(seeds.load().rows | {"ip_holders": held}, ""))
    found = connection.sql("SELECT record_table, record_id, dated_on FROM _dated_party ORDER BY ALL").fetchall()
    assert found == [("patent", "us:1", dt.date(1991, 1, 2)), ("transfer", "uspto:1/1", dt.date(2001, 2, 3))]

    dated_names.find(connection, seeds.Seeds(seeds.load().rows | {"ip_holders": ()}, ""))
    assert connection.sql("SELECT count(*) FROM _dated_party").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("dated", "written"),
    [
        ("Forschungszentrum Jülich", "FORSCHUNGSZENTRUM JUELICH"),
        ("Fundação Coppetec", "Fundacao COPPETEC"),
        ("Teknillinen Korkeakoulusäätiö", "TEKNILLINEN KORKEAKOULUSAATIO"),
    ],
)
def test_any_spelling_of_a_dated_name_is_found(dated, written):
    import duckdb

    found = duckdb.execute("SELECT regexp_matches(lower(?), ?)", [written, dated_names._telling(dated)]).fetchall()
    assert found == [(True,)]


def test_a_holder_of_common_words_is_known_with_its_legal_form_only():
    oxford = f"{ROR}052gg0110"
    linker = _linker(("Technical University Corporation", "US", "", oxford, "", ""))
    for country in ("US", ""):
        assert match.one(linker, "The Technical University Corporation", country).credited_ids == (oxford,)
        for other in ("Technical University", "Technical University, Inc."):
            assert match.one(linker, other, country).credited_ids == ()


def test_common_words_alone_are_one_countrys_but_for_a_row_that_names_none():
    oxford = f"{ROR}052gg0110"
    of_a_country = _linker(("Medical University", "IL", "", oxford, "", ""))
    assert match.one(of_a_country, "Medical University", "IL").credited_ids == (oxford,)
    assert match.one(of_a_country, "Medical University").credited_ids == ()
    of_any = _linker(("Medical University", "", "", oxford, "", ""))
    assert match.one(of_any, "Medical University").credited_ids == (oxford,)


@pytest.mark.real
def test_a_general_hospital_is_not_the_general_hospital_corporation(real_linker):
    assert match.one(real_linker, "THE GENERAL HOSPITAL CORPORATION").credited_ids == (f"{ROR}002pd6e78",)
    assert match.one(real_linker, "General Hospital", "US").credited_ids == ()
    assert match.one(real_linker, "General Hospital").credited_ids == ()

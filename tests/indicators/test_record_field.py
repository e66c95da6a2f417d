"""Fields of records by the seeds' own rows: which field a class is of, and what a record of several fields is."""

import csv
from collections import Counter

import duckdb
import pyarrow as pa
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table
from pipelines.indicators import record_field
from warehouse.reuse import Reuse

COLUMNS = ("source", "part", "record_table", "record_id", "scheme", "field", "label", "share")


def seed(name):
    with (record_field.SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fields(patents=(), awards=()):
    """Fields by record: `patents` are id, symbol, whether inventive; `awards` id, scheme, code, label, path, share."""
    connection = duckdb.connect()
    classes = [
        {"source": "office", "part": "all", "patent_id": f"us:{id_}", "scheme": "cpc", "sequence": n, "symbol": symbol,
         "subclass": symbol[:4], "is_inventive": is_inventive}
        for n, (id_, symbol, is_inventive) in enumerate(patents)
    ]  # fmt: skip
    names = ("scheme", "code", "label", "path", "share")
    said = [
        {"source": "funder", "part": "all", "award_id": f"funder:{id_}", **dict(zip(names, row, strict=True))}
        for id_, *row in awards
    ]
    rows = {"patent_class": classes, "award_field": said}
    for name in (*rows, "award", "survey_value", "patent", "transfer", "publication_share", "linked_party"):
        found = pa.Table.from_pylist(rows.get(name, []), schema=arrow_schema(table(name)))  # noqa: F841
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM found")
    record_field.write(connection, Reuse())
    return connection.execute(f"SELECT {', '.join(COLUMNS)} FROM record_field").fetchall()


def told(rows, scheme):
    found = {}
    for _, _, _, record, of, field, _, share in rows:
        if of == scheme:
            found.setdefault(record.partition(":")[2], {})[field.partition(":")[2]] = share
    return found


def test_wipo_has_thirty_five_fields_each_with_one_name_and_sector():
    rows = seed("wipo_fields")
    named = {(r["number"], r["field"], r["label"], r["sector"]) for r in rows}
    assert sorted(int(number) for number, *_ in named) == list(range(1, 36))
    assert max(Counter(r["prefix"] for r in rows).values()) == 1
    assert all(r["source"] for r in rows)
    # Sizes of the sectors in Schmoch (2008): 8 of electrical engineering, 5 instruments, 11 chemistry, 8 mechanical, 3.
    sizes = Counter(sector for *_, sector in named)
    assert list(sizes.values()).count(8) == 2
    assert sizes == {"Electrical engineering": 8, "Instruments": 5, "Chemistry": 11, "Mechanical engineering": 8,
                     "Other fields": 3}  # fmt: skip


@pytest.mark.parametrize(
    ("symbol", "field"),
    [
        # Schmoch (2008), annex: the main rules and their exceptions.
        ("A61K31/4985", "pharmaceuticals"),
        ("A61K8/11", "organic_fine_chemistry"),  # cosmetics
        ("G01N21/64", "measurement"),
        ("G01N33/53", "analysis_of_biological_materials"),
        ("H04N5/232", "audio_visual_technology"),
        ("H04N1/00", "telecommunications"),
        ("H04N21/40", "digital_communication"),
        ("G06Q10/06", "it_methods_for_management"),
        ("G06N3/08", "computer_technology"),
        ("H01L31/04", "semiconductors"),
        ("H10K50/11", "semiconductors"),
        ("B01D53/86", "environmental_technology"),
        ("B01D61/02", "chemical_engineering"),
        ("C12N15/113", "biotechnology"),
        ("H01M10/0525", "electrical_machinery_apparatus_energy"),
        ("B82Y30/00", "micro_structural_and_nano_technology"),
        ("E04B1/00", "civil_engineering"),
    ],
)
def test_a_class_is_of_the_field_that_wipo_says(symbol, field):
    assert told(fields([("1", symbol, True)]), "wipo") == {"1": {field: 1}}


def test_a_class_without_a_field_gives_none():
    # Y02 tags what helps the climate, in CPC alone.
    assert fields([("1", "Y02E60/10", True)]) == []


def test_a_patent_is_in_all_fields_of_what_it_claims():
    rows = fields(
        [
            ("1", "A61K31/00", True),
            ("1", "A61P35/00", True),  # the same field
            ("1", "C07D487/04", None),  # whether inventive is not told
            ("1", "G06N3/08", False),  # what it tells besides
            ("2", "G06N3/08", True),
        ]
    )
    assert told(rows, "wipo") == {
        "1": {"pharmaceuticals": 1 / 2, "organic_fine_chemistry": 1 / 2},
        "2": {"computer_technology": 1},
    }
    assert told(rows, "cross_cut") == {"1": {"biomedicine": 1}, "2": {"artificial_intelligence": 1}}


@pytest.mark.parametrize(
    ("symbol", "cut"),
    [
        ("G06N3/08", "artificial_intelligence"),
        ("G06V10/82", "artificial_intelligence"),
        ("G06N10/00", None),  # quantum computing
        ("B82Y30/00", "new_materials"),
        ("C01B32/15", "new_materials"),
        ("C23C16/00", "new_materials"),
        ("C30B29/00", "new_materials"),
        ("C07D487/04", None),
        ("C12N15/113", "biomedicine"),
        ("A61K8/11", None),  # cosmetics
        ("G16H50/20", "biomedicine"),
        ("H01M10/0525", None),
    ],
)
def test_cross_cuts_by_class(symbol, cut):
    assert told(fields([("1", symbol, True)]), "cross_cut") == ({"1": {cut: 1}} if cut else {})


AI = "/natural sciences/computer and information sciences/artificial intelligence"


def test_euroscivoc_to_its_second_level():
    rows = fields(
        awards=[
            ("1", "euroscivoc", "/1", "machine learning", f"{AI}/machine learning", None),
            ("1", "euroscivoc", "/2", "software", "/natural sciences/computer and information sciences/software", None),
            ("1", "euroscivoc", "/3", "oncology", "/medical and health sciences/clinical medicine/oncology", None),
            ("2", "euroscivoc", "/4", "social sciences", "/social sciences", None),
            # Not below artificial intelligence, though it begins with its name.
            ("3", "euroscivoc", "/5", "x", f"{AI} and law", None),
        ]
    )
    assert told(rows, "euroscivoc") == {
        "1": {
            "natural_sciences/computer_and_information_sciences": 1 / 2,
            "medical_and_health_sciences/clinical_medicine": 1 / 2,
        },
        "2": {"social_sciences": 1},
        "3": {"natural_sciences/computer_and_information_sciences": 1},
    }
    assert told(rows, "cross_cut") == {"1": {"artificial_intelligence": 1 / 2, "biomedicine": 1 / 2}}


def test_subjects_with_the_funders_own_shares():
    rows = fields(
        awards=[
            ("1", "gtr_subject", "A", "Materials sciences", None, 0.75),
            ("1", "gtr_subject", "B", "Info. & commun. Technol.", None, 0.25),
            ("1", "gtr_topic", "C", "Biomaterials", None, 1.0),  # topics stay in award_field: there are hundreds
            # Percentages that do not add up to a hundred, or are not all told.
            ("2", "gtr_subject", "A", "Materials sciences", None, 0.3),
            ("2", "gtr_subject", "B", "Info. & commun. Technol.", None, 0.3),
            ("3", "gtr_subject", "A", "Materials sciences", None, 0.3),
            ("3", "gtr_subject", "B", "Info. & commun. Technol.", None, None),
        ]
    )
    assert told(rows, "gtr_subject") == {
        "1": {"materials_sciences": 0.75, "info_commun_technol": 0.25},
        "2": {"materials_sciences": 0.5, "info_commun_technol": 0.5},
        "3": {"materials_sciences": 0.5, "info_commun_technol": 0.5},
    }


def test_rows_are_as_their_contract_says():
    rows = fields([("1", "A61K31/00", True)], [("1", "gtr_subject", "A", "Materials sciences", None, 1.0)])
    found = pa.Table.from_pylist(
        [dict(zip(COLUMNS, row, strict=True)) for row in rows], schema=arrow_schema(table("record_field"))
    )
    connection = duckdb.connect()
    for rule in table("record_field").rules:
        assert connection.execute(f"SELECT count(*) FROM found WHERE NOT ({rule.sql})").fetchall() == [(0,)], rule.name
    assert found.num_rows == 3

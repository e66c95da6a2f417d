"""Precision and coverage on real names: the bars linking must not fall below."""

import pytest

from pipelines.link import match
from pipelines.link.training import labels
from tests.benchmarks import link_labels

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    ("name", "precision", "recall"),
    [
        ("organisation_names", 0.96, 0.85),
        ("ipeds_names", 0.98, 0.88),
        ("patent_assignees_credited", 0.95, 0.80),
        ("crossref_2024", 0.92, 0.70),
    ],
)
def test_label_set(real_linker, real, name, precision, recall):
    got = link_labels.measure(real_linker, labels.read(real / "labels")[name])
    assert got.precision >= precision
    assert got.recall >= recall


def test_higher_education_and_research_rows_of_h2020_are_linked(real_linker, real, tmp_path):
    """At least 90 % of the HES and REC rows; unpacked to a folder of the test."""
    import zipfile

    import duckdb

    with zipfile.ZipFile(real / "cordis" / "cordis-h2020projects-csv.zip") as archive:
        member = next(n for n in archive.namelist() if n.endswith("organization.csv"))
        path = archive.extract(member, tmp_path)
    rows = duckdb.sql(
        f"""SELECT name,
                CASE country WHEN 'UK' THEN 'GB' WHEN 'EL' THEN 'GR' ELSE coalesce(country, '') END,
                concat_ws(' | ', 'short:' || shortName, 'type:' || activityType, 'city:' || city,
                    'id:pic:' || organisationID),
                count(*)
            FROM read_csv('{path}', delim = ';', quote = '"', escape = '"', header = true, all_varchar = true)
            WHERE activityType IN ('HES', 'REC')
            GROUP BY ALL"""
    ).fetchall()
    linked = sum(n for name, country, about, n in rows if match.one(real_linker, name, country, about).credited_ids)
    assert linked / sum(row[3] for row in rows) >= 0.90

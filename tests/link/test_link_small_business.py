"""Companies and research institutions of SBIR.gov: who a name may be, and who it may not."""

import csv
from collections import Counter

import pytest

from pipelines.link import match


@pytest.fixture(scope="module")
def partners(real):
    """The research institutions of the real file, placeholders left out, with how often each is named."""
    csv.field_size_limit(1 << 24)
    with (real / "sbir" / "award_data.csv").open(encoding="utf-8", newline="") as file:
        return Counter(r["RI Name"].strip() for r in csv.DictReader(file) if r["RI Name"] not in ("", "Stub"))


@pytest.mark.real
def test_research_institutions_are_linked(real_linker, partners):
    """Before the seed and the rule below 166 of 192 rows were, six of them to another institution."""
    linked = sum(n for name, n in partners.items() if match.one(real_linker, name, "US").credited_ids)
    assert sum(partners.values()) == 192
    assert linked >= 186


@pytest.mark.real
@pytest.mark.parametrize(
    ("name", "credited"),
    [
        ("Carnegie-Mellon University", "https://ror.org/05x2bcf33"),
        ("UNIV. OF KANSAS ITTC", "https://ror.org/001tmjg57"),
        (
            "College of Optical Sciences - University of Arizona",
            "https://ror.org/03m2x1q45",
        ),  # not Optical Sciences, Inc.
        ("WASHINGTON UNIVERSITY", "https://ror.org/01yc7t268"),  # both companies are in St. Louis
        ("UNIV. OF MARYLAND, BC", "https://ror.org/02qskvh78"),
        ("University of Wisconsin - Plattevil", "https://ror.org/02xpkhc07"),
    ],
)
def test_a_research_institution_is_the_one_that_is_meant(real_linker, name, credited):
    assert match.one(real_linker, name, "US").credited_ids == (credited,)


@pytest.mark.real
@pytest.mark.parametrize("name", ["Stanford University Spin Labs", "Purdue University Photonics", "Tufts"])
def test_a_small_business_is_no_university_it_is_named_after(real_linker, name):
    found = match.one(real_linker, name, "US", "type:SMALL_BUSINESS | city:Boston | state:MA")
    types = [real_linker.registry.types[real_linker.registry.number[id_]] for id_ in found.credited_ids]
    assert all("education" not in kinds for kinds in types)

"""The rule of doubt, case by case, and its shares on the labelled names."""

import pytest

from pipelines.link import match
from pipelines.review import doubt


@pytest.mark.parametrize(
    ("name", "types", "reads"),
    [
        ("Universität Nirgends", (), "academic"),
        ("Hidden Academy of Arts", (), "academic"),
        ("QUORVANE SYSTEMS BV", (), "company"),
        ("Quorvane Institute GmbH", (), "both"),
        ("Openbare Werkplaats", (), "neither"),
        ("Openbare Werkplaats", ("OTH",), "neither"),
        ("Openbare Werkplaats", ("HES;HES",), "academic"),
        ("Openbare Werkplaats", ("PRC",), "company"),
        ("", (), "neither"),
    ],
)
def test_how_a_name_reads(name, types, reads):
    assert doubt.reading(name, types) == reads


def test_a_plain_company_is_worth_nobodys_time_unless_an_institution_comes_near():
    assert doubt.of("QUORVANE SYSTEMS BV", (), False).chance == 0
    assert doubt.of("QUORVANE SYSTEMS BV", (), True).chance == doubt.CANDIDATE
    assert doubt.of("Hidden Academy", (), False).chance == doubt.ALONE_ACADEMIC
    assert doubt.of("Hidden Academy", (), True).chance == doubt.CANDIDATE_ACADEMIC
    assert doubt.of("Quorvane Institute GmbH", (), False).chance == doubt.ALONE


SETS = ("organisation_names", "ipeds_names", "patent_assignees_credited", "crossref_2024", "api_logs", "s2aff")
"""The label sets that the chances were measured on."""


@pytest.mark.real
def test_the_chances_are_the_shares_on_the_labelled_names(real, real_linker):
    from pipelines.link.training import labels

    registry = real_linker.registry
    counts: dict[tuple[bool, str], list[int]] = {}

    def is_institution(id_):
        return id_ in registry.number and bool(registry.types[registry.number[id_]] & {"education", "facility"})

    for one_set in SETS:
        for label in labels.read(real / "labels")[one_set]:
            name, right = label.name, label.right
            link = match.one(real_linker, name, "", label.context)
            if link.status in ("ambiguous", "unlinked"):
                has_one = any(map(is_institution, link.candidates))
                told = counts.setdefault((has_one, doubt.of(name, (), has_one).chance), [0, 0])
                told[0] += 1
                told[1] += any(map(is_institution, right))
    many = {of: told for of, told in counts.items() if told[0] >= 40}
    assert len(many) >= 4  # else the shares say nothing of the rule
    for (_, chance), (asked, missed) in many.items():
        assert missed / asked == pytest.approx(chance, abs=0.15), (chance, asked, missed)

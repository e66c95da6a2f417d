"""`iur partners` in a release of the small world: what it prints, what it writes for programs, how it leaves."""

import re

import pytest

from tests import command_line
from tests import small_world as world

TITLES = {
    "101": "Solid-state battery electrolytes",
    "102": "Grid storage",
    "103": "Battery recycling",
    "104": "Network of doctoral training in storage",
    "105": "Quantum sensors",
    "106": "Lithium batteries for islands",
}


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    root = tmp_path_factory.mktemp("partners")
    places = {world.DELFT: (52.0, 4.36), world.LEUVEN: (50.88, 4.7)}
    records = world.registry()
    for record in records:
        if record["id"] in places:
            where = record["locations"][0]["geonames_details"]
            where["lat"], where["lng"] = places[record["id"]]
    world.ror(root / "mirror", records)
    rows = [[*row[:3], TITLES[row[0]], *row[4:]] for row in world.projects()]
    world.cordis(root / "mirror", project=world.text(world.PROJECT, rows))
    return command_line.release(root)


@pytest.fixture
def iur(released, monkeypatch, capsys):
    return command_line.runner(released / "home", monkeypatch, capsys)


def test_a_company_gets_one_row_an_institution_with_five_scores_and_their_facts(iur):
    found = iur("partners", "--company", "Quorvane Systems BV", "--json").json
    assert found["asks"]["kind"] == "sme"
    best = found["candidates"][0]
    # Delft has two of its three projects, two words of its titles each, and stands nearest to none: no place is told.
    assert best["institution_id"] == world.DELFT
    assert list(best["components"]) == ["fit", "strength", "history", "proximity", "support"]
    for one in best["components"].values():
        assert one["says"]
        assert one["score"] is None or 0 <= one["score"] <= 1
    assert best["components"]["history"]["facts"]["common_records"] == 2
    assert {row["institution_id"] for row in found["candidates"]} >= {world.DELFT, world.TNO}
    assert [row["place"] for row in found["candidates"]] == list(range(1, len(found["candidates"]) + 1))


def test_every_component_of_every_candidate_is_explained_within_a_hundred_columns(iur):
    answer = iur("partners", "--text", "battery electrolytes", "--near", "Leuven", "--sme")
    assert answer.code == 0
    explained = re.findall(r"^\d+\. (.+) · .. · https", answer.out, re.M)
    assert explained[0] == "Delft University of Technology"
    for name in ("fit", "strength", "history", "proximity", "support"):
        assert len(re.findall(rf"^   {name} +[01]\.\d\d  \S", answer.out, re.M)) == len(explained)
    assert max(map(len, answer.out.rstrip().splitlines())) <= 100
    assert "start small" in answer.out
    assert "km from Leuven" in answer.out


def test_the_reverse_names_companies(iur):
    found = iur("partners", "--institution", "TU Delft", "--json", "--limit", "1").json
    assert [row["name"] for row in found["candidates"]] == ["QUORVANE SYSTEMS BV"]


def test_the_table_of_the_release_says_the_same(iur):
    ids = "SELECT organisation_id FROM organisation WHERE name = 'QUORVANE SYSTEMS BV'"
    ((company,),) = [row.values() for row in iur("query", "--json", ids).json]
    best = f"SELECT institution_id, score FROM partner_candidate WHERE company_id = '{company}' ORDER BY place"
    listed = iur("query", "--json", best).json
    said = iur("partners", "--company", company, "--json").json["candidates"]
    assert [row["institution_id"] for row in listed] == [row["institution_id"] for row in said]
    assert [row["score"] for row in listed] == pytest.approx([row["score"] for row in said], abs=1e-9)


def test_weights_of_one_component_order_by_it(iur):
    weights = "fit=0,strength=0,history=0,support=0,proximity=1"
    found = iur("partners", "--text", "battery storage", "--near", "Leuven", "--weights", weights, "--json").json
    assert found["candidates"][0]["institution_id"] == world.LEUVEN
    scores = [row["score"] for row in found["candidates"]]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["--company", "Quorvane Sistems"], 1, "nearest: QUORVANE SYSTEMS BV"),
        (["--company", "KU Leuven"], 1, "--institution"),
        (["--institution", "KU Leuvn"], 1, "nearest"),
        (["--text", "battery", "--near", "Delfft"], 1, "nearest: Delft, NL"),
        (["--text", "electrolite"], 1, "nearest: electrolyte"),
        (["--cpc", "A01B"], 1, "no record of the last 5 years has any of: A01B\n  mend: words"),
        (["--text", "battery", "--country", "FR"], 1, "no institution in FR"),
        (["--text", ""], 2, "--text is empty"),
        (["--text", "of the 5"], 2, "no word"),
        ([], 2, "say who asks"),
        (["--company", ""], 2, "say who asks"),
        (["--text", "battery", "--country", "Atlantis"], 2, "no country"),
        (["--text", "battery", "--cpc", "battery"], 2, "H01M"),
        (["--text", "battery", "--weights", "fit=much"], 2, "fit=0.5"),
        (["--text", "battery", "--limit", "0"], 2, "--limit"),
    ],
)
def test_what_is_unknown_or_wrong_is_answered_and_leaves_with_its_code(iur, arguments, code, says):
    answer = iur("partners", *arguments)
    assert (answer.code, says in answer.err) == (code, True), answer.err

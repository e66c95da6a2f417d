"""`iur review`: what it lists, what it takes and refuses, and what the next release makes of an answer."""

import csv
import io

import pytest

from pipelines.review import doubt
from tests import small_world as world

NAME = "TU DLFT ACADEMY"
YES = ("review", NAME, "--country", "NL", "--is", "02e2c7k09", "--reason", "a slip of the pen, same address")


def rows(seed):
    return list(csv.DictReader(seed.read_text().splitlines())) if seed.exists() else []


def credited(iur):
    found = iur("query", f"SELECT status, method, credited_id FROM name_link WHERE name = '{NAME}'", "--json").json
    assert len(found) == 1
    return found[0]["status"], found[0]["method"], found[0]["credited_id"]


def test_names_stand_in_the_order_of_records_times_doubt(iur):
    found = iur("review", "--json").json
    assert [(i["name"], i["country"], i["weight"]) for i in found[:3]] == [
        (NAME, "NL", 2 * doubt.ALONE_ACADEMIC),  # two rows
        ("OPENBARE WERKPLAATS", "BE", doubt.ALONE),
        ("OPENBARE WERKPLAATS", "NL", doubt.ALONE),
    ]
    first = found[0]
    assert (first["records"], first["sources"], first["money"]) == (2, ["cordis"], {"EUR": 200_000.0})
    assert first["why"].startswith("reads like an institution")
    linked = {i["name"]: i for i in found}["TECHNISCHE UNIVERSITEIT DELFT"]
    assert linked["weight"] == pytest.approx(3 * (1 - linked["score"]))  # three rows
    assert linked["answer_name"] == "Delft University of Technology"
    assert linked["candidates"][0]["city"] == "Delft"
    named = {i["name"] for i in found}
    assert "QUORVANE SYSTEMS BV" not in named  # a plain company
    assert "ETHNICON METSOVION POLYTECHNION" not in named  # answered in the shipped seed


def test_the_list_is_cut_and_filtered(iur):
    assert [i["name"] for i in iur("review", "--limit", "1", "--json").json] == [NAME]
    every = iur("review", "--limit", "0", "--json").json
    assert iur("review", "--limit", "3", "--json").json == every[:3]
    assert {i["country"] for i in iur("review", "--country", "be", "--json").json} == {"BE"}
    assert {i["status"] for i in iur("review", "--status", "linked", "--json").json} == {"linked"}
    assert iur("review", "--source", "nsf_awards", "--json").json == []
    assert [i["country"] for i in iur("review", "Openbare werkplaats", "--json").json] == ["BE", "NL"]
    words = iur("review").out
    assert "  1  TU DLFT ACADEMY · NL · 2 party rows in cordis · 200,000 EUR" in words
    assert "iur review 'TU DLFT ACADEMY' --country NL --is ROR_ID" in words
    assert "nothing to review" in iur("review", "--source", "nsf_awards").out


def test_an_answer_is_linked_by_in_the_next_release_and_can_be_withdrawn(iur, apart):
    assert credited(iur)[0] == "unlinked"
    said = iur(*YES)
    assert said.code == 0, said.err
    assert "TU DLFT ACADEMY (NL) is Delft University of Technology" in said.out
    (row,) = rows(apart)
    assert row["source"].startswith("review by a tester on 20")
    assert row["reason"] == "a slip of the pen, same address"
    assert NAME not in {i["name"] for i in iur("review", "--json").json}  # answered, and not yet in a release
    assert iur("release", "--vintage", "2026-01-02").code == 0
    assert credited(iur) == ("linked", "override", world.DELFT)
    assert NAME not in {i["name"] for i in iur("review", "--json").json}
    assert iur("review", NAME, "--country", "NL", "--withdraw").code == 0
    assert rows(apart) == []
    assert iur("release", "--vintage", "2026-01-03").code == 0
    assert credited(iur)[0] == "unlinked"
    again = iur("review", NAME, "--country", "NL", "--withdraw")
    assert (again.code, "no answer of yours" in again.err) == (1, True)


def test_none_says_that_it_is_no_organisation_of_the_registry(iur, apart):
    assert iur("review", NAME, "--none", "--reason", "a workshop").code == 0  # one country has the name
    assert iur("release", "--vintage", "2026-01-04").code == 0
    assert credited(iur) == ("no_organisation", "override", None)
    counted = iur("query", "SELECT sum(no_organisation_rows) AS n FROM link_coverage", "--json").json
    assert counted == [{"n": 2}]


def test_whom_to_credit_and_an_id_of_the_source(iur, seed):
    assert iur(*YES, "--credit", world.LEUVEN, "--id", "pic:900000010").code == 0
    (row,) = rows(seed)
    assert (row["source_org_id"], row["named_ror_id"], row["credited_ror_id"]) == (
        "pic:900000010", world.DELFT, world.LEUVEN
    )  # fmt: skip
    assert iur("review", "--id", "pic:900000010", "--withdraw").code == 0
    assert rows(seed) == []


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((NAME, "--is", "https://ror.org/000000000"), "has no https://ror.org/000000000"),
        ((NAME, "--is", "Delft"), "is no ROR id"),
        (("TU DLFT ACADEMI", "--is", world.DELFT), "TU DLFT ACADEMY (NL)"),
        ((NAME, "--country", "BE", "--none"), "no record has 'TU DLFT ACADEMY' in BE"),
        (("OPENBARE WERKPLAATS", "--none"), "BE, NL"),
        (("...", "--none"), "no letter"),
        ((NAME, "--is", world.DELFT, "--id", "pic:1"), "no record has an organisation with the id"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_mend(iur, seed, arguments, says):
    answer = iur("review", *arguments, "--reason", "r")
    assert answer.code == 1
    assert says in answer.err
    assert "mend:" in answer.err
    assert not seed.exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (NAME, "--is", world.DELFT),  # no reason
        (NAME, "--is", world.DELFT, "--none", "--reason", "r"),
        ("--none", "--reason", "r"),
        ("--credit", world.DELFT),
        ("--status", "lost"),
    ],
)
def test_wrong_usage(iur, arguments):
    assert iur("review", *arguments).code == 2


def test_a_contradiction_names_the_row_that_stands_and_is_replaced_on_demand(iur, seed):
    assert iur(*YES).code == 0
    before = seed.read_bytes()
    same = iur(*YES)
    assert (same.code, "stands already" in same.out, seed.read_bytes()) == (0, True, before)
    other = ("review", "tu dlft academy", "--country", "NL", "--is", world.LEUVEN, "--reason", "no, Leuven")
    refused = iur(*other)
    assert refused.code == 1
    assert f"link_overrides.csv, line 2 says {world.DELFT}" in refused.err
    assert "a slip of the pen" in refused.err
    assert "--replace" in refused.err
    assert seed.read_bytes() == before
    assert iur(*other, "--replace").code == 0
    assert [r["named_ror_id"] for r in rows(seed)] == [world.LEUVEN]


def test_one_name_has_an_answer_in_each_country(iur, seed):
    both = (("NL", world.DELFT), ("BE", world.LEUVEN))
    for country, id_ in both:
        said = iur("review", "OPENBARE WERKPLAATS", "--country", country, "--is", id_, "--reason", "r")
        assert said.code == 0, said.err
    assert [(r["country"], r["named_ror_id"]) for r in rows(seed)] == list(both)


def test_a_shipped_answer_is_overruled_only_on_demand(iur, seed):
    said = ("review", "ETHNICON METSOVION POLYTECHNION", "--is", world.DELFT, "--reason", "r")
    refused = iur(*said)
    assert (refused.code, "https://ror.org/03cx6bg69" in refused.err) == (1, True)
    assert iur(*said, "--replace").code == 0
    assert len(rows(seed)) == 1


def test_columns_and_rows_of_the_users_own_stay(iur, seed):
    seed.parent.mkdir(exist_ok=True)
    seed.write_text(
        "source_org_id,name,country,named_ror_id,credited_ror_id,reason,note\n,SOMEBODY ELSE,FR,,,mine,keep me\n"
    )
    assert iur(*YES).code == 0
    assert [(r["name"], r["note"]) for r in rows(seed)] == [("SOMEBODY ELSE", "keep me"), (NAME, "")]
    assert iur("review", NAME, "--withdraw").code == 0
    assert [(r["name"], r["note"]) for r in rows(seed)] == [("SOMEBODY ELSE", "keep me")]


def ask(iur, monkeypatch, typed, *arguments):
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    return iur("review", "--ask", *arguments)


def test_asking_takes_a_candidate_an_id_a_no_a_skip_and_a_quit(iur, seed, monkeypatch):
    # Reads like an institution: its id; Belgium's: skipped; the Netherlands': none; the next: left.
    said = ask(iur, monkeypatch, f"9\n{world.DELFT}\ns\nx\nn\nq\n")
    assert said.code == 0
    assert "no candidate 9" in said.out
    assert "'x' is no ROR id" in said.out
    assert "2 of " in said.out
    assert [(r["name"], r["country"], r["named_ror_id"]) for r in rows(seed)] == [
        (NAME, "NL", world.DELFT), ("OPENBARE WERKPLAATS", "NL", "")
    ]  # fmt: skip
    picked = ask(iur, monkeypatch, "1\n", "--status", "linked", "--country", "BE", "--reason", "known to me")
    assert "1 of 1 names answered" in picked.out
    assert [(r["named_ror_id"], r["reason"]) for r in rows(seed)][-1] == (world.LEUVEN, "known to me")


def test_the_end_of_the_input_is_a_quit(iur, seed, monkeypatch):
    said = ask(iur, monkeypatch, "")
    assert (said.code, seed.exists()) == (0, False)
    assert "0 of " in said.out


def filled(path, answers, delimiter=","):
    """Fill answers (by name and country) into a file as a spreadsheet would, and save it."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    for row in found:
        row.update(answers.get((row["name"], row["country"]), {}))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(found[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(found)


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_a_spreadsheet_goes_out_and_its_answers_come_back(iur, seed, tmp_path, delimiter):
    path = tmp_path / "review.csv"
    assert iur("review", "--out", str(path)).code == 0
    again = iur("review", "--out", str(path))
    assert (again.code, "may hold answers" in again.err) == (1, True)
    filled(path, {
        (NAME, "NL"): {"answer": world.DELFT, "reason": "I was there"},
        ("OPENBARE WERKPLAATS", "BE"): {"answer": "NONE"},
        ("KATHOLIEKE UNIVERSITEIT LEUVEN", "BE"): {"answer": "1"},
    }, delimiter)  # fmt: skip
    taken = iur("review", "--answers", str(path))
    assert taken.code == 0, taken.err
    assert "3 answers taken" in taken.out
    assert {(r["name"], r["named_ror_id"], r["reason"]) for r in rows(seed)} == {
        (NAME, world.DELFT, "I was there"),
        ("OPENBARE WERKPLAATS", "", "answered in review.csv"),
        ("KATHOLIEKE UNIVERSITEIT LEUVEN", world.LEUVEN, "answered in review.csv"),
    }
    assert "stands already" in iur("review", "--answers", str(path)).out


def test_every_bad_row_is_told_with_its_line_and_then_none_is_taken(iur, seed, tmp_path):
    path = tmp_path / "review.csv"
    path.write_text(
        "name,country,answer,credit,reason,candidate_1\n"
        f"{NAME},NL,{world.DELFT},,,\n"
        f"{NAME},NL,{world.LEUVEN},,,\n"
        '"OPENBARE\nWERKPLAATS",NL,2,,,\n'
        "OPENBARE WERKPLAATS,BE,Delft,,,\n"
        "OPENBARE WERKPLAATS,NL,,https://ror.org/05f950310,,\n"
        "NOBODY AT ALL,NL,none,,,\n"
    )
    refused = iur("review", "--answers", str(path))
    assert refused.code == 1
    assert not seed.exists()
    told = [line.partition(":")[0] for line in refused.err.splitlines() if line.startswith("review.csv, line ")]
    assert told == [f"review.csv, line {n}" for n in (3, 4, 6, 7, 8)]
    assert "5 of 6 answers cannot be taken, and none was" in refused.err
    path.write_bytes(b"name;country\nx;y\n")
    assert "no column answer" in iur("review", "--answers", str(path)).err
    path.write_bytes("name,country,answer\nZürich,CH,none\n".encode("cp1252"))
    assert "not UTF-8" in iur("review", "--answers", str(path)).err


def test_a_scorecard_says_how_much_of_its_country_is_linked(iur):
    # NL: Delft three times and TNO are linked, two firms of the name Quorvane stand four times, three rows are open.
    (line,) = [x for x in iur("show", "TU Delft").out.splitlines() if x.startswith("names of parties in NL")]
    counted = "sum(institution_rows + company_rows + other_rows) AS l, sum(name_only_rows) AS k"
    counted += ", sum(ambiguous_rows + unlinked_rows) AS o"
    found = iur("query", f"SELECT {counted} FROM link_coverage WHERE country = 'NL'", "--json").json
    assert found == [{"l": 4, "k": 4, "o": 3}]
    assert "36.4% linked, 36.4% companies known by name, 27.3% open" in line


def test_party_rows_balance_over_outcomes(iur):
    found = iur(
        "query",
        """SELECT sum(party_rows) AS told, sum(institution_rows + company_rows + other_rows + name_only_rows
            + ambiguous_rows + unlinked_rows + no_organisation_rows) AS outcomes,
            (SELECT count(*) FROM linked_party) AS there
        FROM link_coverage""",
        "--json",
    ).json
    assert found == [{"told": 18, "outcomes": 18, "there": 18}]  # fourteen of the small world, and four that ask

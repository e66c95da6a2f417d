"""The command line: every command is documented, answers in words and in JSON, and fails with a mend."""

import csv
import re
import shutil
from pathlib import Path

import pytest

from expectations.tables import tables
from pipelines import check as checking
from pipelines import cli, source, terminal
from pipelines.indicators import composite
from pipelines.indicators.catalogue import catalogue
from tests import command_line
from tests import small_world as world
from warehouse import files
from warehouse.store import Home

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = cli.cli.commands


@pytest.fixture(scope="module")
def released(tmp_path_factory):
    """The data home after `iur run` on the small world."""
    root = tmp_path_factory.mktemp("cli")
    world.write(root / "mirror")
    return command_line.release(root)


@pytest.fixture
def iur(released, monkeypatch, capsys):
    """Run a command in the released home."""
    return command_line.runner(released / "home", monkeypatch, capsys)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name, iur):
    assert COMMANDS[name].help
    assert iur(name, "--help").code == 0


def test_the_readme_names_every_command_and_no_other():
    text = (ROOT / "README.md").read_text()
    named = set(re.findall(r"`iur ([a-z]+)", text)) | set(re.findall(r"^iur ([a-z]+)", text, re.M))
    assert named == set(COMMANDS)


def test_every_mend_in_the_code_names_a_command_there_is():
    for path in (*ROOT.glob("pipelines/**/*.py"), *ROOT.glob("warehouse/*.py"), *ROOT.glob("expectations/**/*.py")):
        for name in re.findall(r"\biur ([a-z]{3,})\b", path.read_text()):
            assert name in COMMANDS, f"{path.name} names iur {name}"


@pytest.mark.parametrize(
    ("listing", "column", "expected"),
    [
        ("sources", "source", list(source.names())),
        ("tables", "table", list(tables())),
        ("indicators", "indicator", [*catalogue(), composite.ID]),
    ],
)
def test_listings_list_everything_in_words_and_in_json(iur, listing, column, expected):
    assert [row[column] for row in iur(listing, "--json").json] == expected
    assert all(name in iur(listing).out for name in expected)


def test_every_publisher_has_a_pool_of_one_connection(iur):
    pools = iur("sources", "--pools").json
    assert set(pools) == {facts.pool for facts in source.facts().values()}
    assert {pool["slots"] for pool in pools.values()} == {1}


@pytest.mark.parametrize("name", [*source.names(), *tables(), *catalogue(), composite.ID, "joint_grants"])
def test_every_name_has_a_page(iur, name):
    answer = iur("describe", name)
    assert answer.code == 0
    assert answer.out.startswith("# ")


def test_the_page_of_a_measure_has_its_query(iur):
    assert "joint_grants" in iur("describe", "joint.grants").out
    page = iur("describe", "joint_grants").out
    assert "joint.grants, joint.grant_share" in page
    query = page.split("```sql\n")[1].split("```")[0]
    assert "WHERE m.is_institution AND s.companies >= 1" in query


def test_show_gives_the_scorecard_by_name_in_any_language_and_by_id(iur):
    for name in (
        "Technische Universiteit Delft",
        "delft university of technology",
        "TU Delft",
        world.DELFT,
        "02e2c7k09",
    ):
        card = iur("show", name, "--json").json
        assert card["institution_id"] == world.DELFT
    values = {v["indicator"]: v for v in card["values"]}
    # Delft's joint grants start in 2015 (101) and 2016 (103); 105 is its own ERC grant.
    assert values["joint.grants"]["trend"] == {"2015": 1, "2016": 1, "2017": 0, "2018": 0}
    words = iur("show", "TU Delft", "--years", "2015:2016").out
    assert "Delft University of Technology · NL · university" in words
    assert "joint.grants" in words


def test_explain_shows_formula_numbers_and_the_rows_with_links(iur):
    answer = iur("explain", "Technische Universiteit Delft", "joint.funding", "2016")
    assert answer.code == 0
    assert "700,000 EUR" in answer.out  # project 103, Delft's own contribution
    assert "https://cordis.europa.eu/project/id/103" in answer.out
    found = iur("explain", world.DELFT, "joint.funding", "2016", "--json").json
    assert [r["record_id"] for r in found["records"]] == ["cordis:103"]
    assert found["values"][0]["value"] == 700_000


def test_what_is_formed_of_all_values_stands_beside_them(iur):
    elements = iur("query", "SELECT element, with_values FROM framework ORDER BY element_no", "--json").json
    assert len(elements) == 22
    assert "joint.grants" in elements[0]["with_values"]
    assert "joint.grants · cordis" in iur("compare", world.DELFT, "KU Leuven", "--indicator", "joint.grants").out
    found = iur("explain", world.DELFT, "joint.grants", "2016", "--json").json
    assert [o["choice"] for o in found["otherwise"]] == ["fractional", "with_children"]
    assert "instead   counted by shares" in iur("explain", world.DELFT, "joint.grants", "2016").out
    assert "joint.grants" in iur("indicators", "--coverage").out


def test_what_a_source_does_not_tell_is_no_data(iur, tmp_path, monkeypatch):
    rows = [(*r[:5], "", *r[6:]) for r in world.PARTIES]  # nobody's SME flag
    world.ror(tmp_path / "m")
    world.cordis(tmp_path / "m", organization=world.text(world.ORGANIZATION, world.parties(rows)))
    monkeypatch.setenv("IUR_HOME", str(tmp_path / "home"))
    assert iur("run", "--mirror", str(tmp_path / "m")).code == 0
    found = iur("explain", world.DELFT, "sme.r_and_d_cost", "2016", "--json").json
    assert [v["status"] for v in found["values"]] == ["no_data"]
    assert found["values"][0]["value"] is None
    assert "does not tell sme" in found["reason"]["cordis"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("explain", "Delft Univrsity of Technolgy", "joint.funding", "2016"), "Delft University of Technology"),
        (("explain", world.DELFT, "joint.fundng", "2016"), "joint.funding"),
        (("explain", world.DELFT, "joint.funding", "1985"), "no year 1985"),
        (("explain", "https://ror.org/000000000", "joint.funding", "2016"), "no institution"),
        (("show", "Nowhere at all"), "no institution"),
        (("describe", "awrd"), "award"),
        (("show", world.DELFT, "--release", "1999-01-01"), "2026-01-01"),
        (("ingest", "cordsi"), "cordis"),
        (("backfill", "cordsi", "--since", "2008"), "cordis"),
        (("backfill", "cordis", "--since", "2008"), "iur ingest cordis"),
        (("query", "SELECT * FROM awrd"), "award"),
    ],
)
def test_what_is_unknown_is_answered_with_the_nearest(iur, arguments, says):
    answer = iur(*arguments)
    assert answer.code == 1
    assert says in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("explain", world.DELFT, "joint.funding", "last"),
        ("show", world.DELFT, "--years", "x"),
        ("resolve",),
        ("backfill", "cordis"),
        ("ingest", "cordis", "--since", "2009", "--until", "2008"),
        ("nothing",),
    ],
)
def test_wrong_usage_leaves_with_2(iur, arguments):
    assert iur(*arguments).code == 2


def test_years_are_written_as_runs_and_values_as_bars():
    assert terminal.runs([2014, 2015, 2016, 2018]) == "2014–2016, 2018"
    assert terminal.runs([]) == ""
    assert terminal.sparkline([0, None, 7, 14]) == "▁·▅█"
    assert terminal.sparkline([None, None]) == "··"
    assert [terminal.number(n) for n in (None, 1234567, 0.12345, 12.0)] == ["–", "1,234,567", "0.123", "12"]


def test_query_reads_the_release_and_nothing_else(iur, released):
    assert iur("query", "SELECT count(*) AS n FROM award", "--json").json == [{"n": 6}]
    inside = released / "home" / "releases" / "2026-01-01" / "x.csv"
    for sql in (
        "SELECT * FROM read_csv('/etc/hostname')",
        f"COPY award TO '{inside}'",
        "CREATE TABLE x AS SELECT 1",
        "SET enable_external_access = true",
        "SELECT 1; SELECT 2",
        "ATTACH 'x.db'",
        f"EXPLAIN ANALYZE COPY award TO '{inside}'",
        "EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1",
    ):
        answer = iur("query", sql)
        assert answer.code == 1, sql
        assert answer.err.startswith("iur: ")
    assert not inside.exists()


def test_resolve_answers_for_one_name(iur):
    rows = iur(
        "resolve", "THE CHANCELLOR MASTERS AND SCHOLARS OF THE UNIVERSITY OF CAMBRIDGE", "--country", "GB", "--json"
    )
    assert ("credited", "https://ror.org/013meh722") in {(r["answer"], r["id"]) for r in rows.json}


def test_resolve_keeps_the_rows_and_order_of_a_file(iur, released, tmp_path):
    names = ["KU Leuven", "Nobody knows this", "", "TU Delft, Delft", "KU Leuven"]
    (tmp_path / "in.csv").write_text("n,institution,land\n" + "".join(f'{i},"{n}",\n' for i, n in enumerate(names)))
    dump = next((released / "mirror" / "ror").glob("*.zip"))
    answer = iur("resolve", "--file", str(tmp_path / "in.csv"), "--name-column", "institution", "--country-column",
                 "land", "--registry", str(dump), "--out", str(tmp_path / "out.csv"))  # fmt: skip
    assert answer.code == 0, answer.err
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["institution"] for r in rows] == names
    assert rows[0]["credited_id"] == rows[4]["credited_id"] == world.LEUVEN
    assert rows[1]["credited_id"] == rows[2]["credited_id"] == ""
    assert list(rows[0])[:4] == ["n", "institution", "land", "named_id"]


def test_resolve_says_which_column_is_missing(iur, tmp_path):
    (tmp_path / "in.csv").write_text("a,b\n1,2\n")
    answer = iur(
        "resolve", "--file", str(tmp_path / "in.csv"), "--name-column", "name", "--out", str(tmp_path / "o.csv")
    )
    assert answer.code == 1
    assert "no column name; there are a, b" in answer.err
    assert list(tmp_path.iterdir()) == [tmp_path / "in.csv"]


def test_a_failing_source_is_told_and_the_others_are_released(iur, tmp_path, monkeypatch):
    monkeypatch.setenv("IUR_HOME", str(tmp_path / "home"))
    world.write(tmp_path / "m")
    (tmp_path / "m" / "cordis" / "cordis-h2020projects-csv.zip").write_bytes(b"PK\x03\x04 cut")
    answer = iur("run", "--mirror", str(tmp_path / "m"))
    assert answer.code == 1
    assert "failed: cordis · h2020" in answer.err
    assert "mend:" in answer.err
    assert "published" in answer.out


def test_ingest_prints_the_books_and_a_second_time_nothing_changed(iur, tmp_path, monkeypatch):
    monkeypatch.setenv("IUR_HOME", str(tmp_path / "home"))
    world.write(tmp_path / "m")
    first = iur("ingest", "cordis", "--mirror", str(tmp_path / "m"), "--json").json
    assert [(b["table"], b["read"], b["kept"]) for b in first["books"]] == [
        ("award", 6, 6),
        ("award_party", 14, 14),
        ("award_programme", 6, 6),
        ("award_output", 0, 0),
        ("award_output_party", 0, 0),
        ("award_field", 0, 0),
    ]
    again = iur("ingest", "cordis", "--mirror", str(tmp_path / "m"), "--json").json
    assert {b["state"] for b in again["books"]} == {"unchanged"}
    assert iur("fetch", "cordis", "--mirror", str(tmp_path / "m")).out == "cordis · h2020: unchanged\n"


def test_a_run_takes_the_sources_that_are_enabled(iur, tmp_path, monkeypatch):
    monkeypatch.setenv("IUR_HOME", str(tmp_path / "home"))
    world.write(tmp_path / "m")
    (tmp_path / "home" / "seeds").mkdir(parents=True)
    (tmp_path / "home" / "seeds" / "sources.csv").write_text("source,enabled,first_part\nror,no,\n")
    assert iur("run", "--mirror", str(tmp_path / "m")).code == 0
    assert iur("query", "SELECT DISTINCT source FROM receipt", "--json").json == [{"source": "cordis"}]


def test_a_release_of_nothing_says_so(iur, tmp_path, monkeypatch):
    monkeypatch.setenv("IUR_HOME", str(tmp_path / "empty"))
    answer = iur("release")
    assert answer.code == 1
    assert "nothing in core" in answer.err


def test_check_finds_nothing_wrong_in_a_sound_home(iur):
    answer = iur("check")
    assert answer.code == 0
    assert "0 things wrong" in answer.out
    assert {c["source"] for c in iur("check", "--json").json} == {"cordis", "ror"}
    (cordis,) = iur("check", "cordis", "--json").json
    # The small world: six projects, fourteen participations, all kept.
    assert {t: (b["read"], b["kept"]) for t, b in cordis["balance"].items()} == {
        "award": (6, 6),
        "award_party": (14, 14),
        "award_programme": (6, 6),
        # Nor has every zip a table of fields.
        "award_field": (0, 0),
        # Patents of projects stand in tables of their own, which are parts of their own.
        "award_output": (0, 0),
        "award_output_party": (0, 0),
    }
    assert [c["source"] for c in iur("check", "award", "--json").json] == ["cordis"]


def test_check_tells_which_programme_codes_a_release_does_not_use(iur, released):
    said = [line for line in iur("check").out.splitlines() if line.startswith("programme codes: ")]
    assert any("European Commission" in line and "match no award: element JTI-*" in line for line in said)
    assert "no award is at hand of: " in said[-1]
    assert "US National Science Foundation" in said[-1]
    assert "programme codes: " not in iur("check", "award").out


def test_check_names_a_file_that_was_changed_and_a_failed_attempt(iur, released, tmp_path, monkeypatch):
    shutil.copytree(released / "home", tmp_path / "home")
    monkeypatch.setenv("IUR_HOME", str(tmp_path / "home"))
    home = Home(tmp_path / "home")
    path = home.core / "award" / "cordis--h2020.parquet"
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"x")
    files.write_json(home.failure("ror", "all"), {"source": "ror", "part": "all", "reason": "was cut", "says": ""})
    found = {c.source: c.wrong for c in checking.check(home)}
    assert found == {
        "cordis": ["core/award/cordis--h2020.parquet is not the file its manifest names"],
        "ror": ["the last attempt failed: was cut"],
    }


def test_check_of_an_unknown_name_suggests_one(iur):
    answer = iur("check", "cordes")
    assert answer.code == 1
    assert "cordis" in answer.err


@pytest.mark.parametrize("command", [("show", "TU Delft"), ("explain", "TU Delft", "joint.funding", "2016")])
def test_money_stated_otherwise_needs_the_series_of_countries(iur, command):
    answer = iur(*command, "--money", "ppp")
    assert answer.code == 2
    assert "the release has no series of countries" in answer.err
    assert "iur ingest worldbank" in answer.err


def test_what_is_no_money_is_not_stated_otherwise(iur):
    answer = iur("explain", "TU Delft", "joint.grants", "2016", "--money", "constant")
    assert answer.code == 2
    assert "joint.grants is no amount of money" in answer.err


def test_a_source_without_an_export_is_listed_as_disabled(iur, monkeypatch):
    monkeypatch.delenv("IUR_AUTM_PATH", raising=False)
    assert "autm is disabled: IUR_AUTM_PATH names no export of yours" in iur("sources").out
    said = {row["source"]: row["disabled"] for row in iur("sources", "--json").json}
    assert said["autm"]
    assert not said["ror"]

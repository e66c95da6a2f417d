"""A release made upon the former one is, byte for byte, the release made from nothing; and it took what it could."""

import shutil
import time
from dataclasses import replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from expectations.contract import arrow_schema
from expectations.tables import table, tables
from pipelines import parts as grouping
from pipelines import release as releasing
from pipelines import source
from pipelines.indicators import compute, evidence, money, reuse, rooms
from pipelines.indicators.catalogue import catalogue, measures
from pipelines.indicators.observe import observed
from pipelines.link import match
from tests.faults.test_kill import Instants, contents, run
from warehouse import files, publish
from warehouse import reuse as reusing
from warehouse.store import Home

FIRST, SECOND = "2026-01-01", "2026-01-02"
LEAST = "(SELECT min(award_id) FROM t)"
CHANGES: dict[str, tuple[str, str, str]] = {
    "amounts": ("award_party", "cordis--h2020", "UPDATE t SET amount = amount + 1 WHERE source_type = 'HES'"),
    "a company's new name": (
        "award_party",
        "cordis--horizon",
        "UPDATE t SET name = 'ZYX NOVEL WORKS GMBH', country = 'DE' WHERE source_type = 'PRC' AND party_no = 2",
    ),
    "a party gone": ("award_party", "nsf_awards--2024", f"DELETE FROM t WHERE award_id = {LEAST}"),
    "a start": ("award", "cordis--h2020", f"UPDATE t SET starts_on = DATE '2016-05-01' WHERE award_id = {LEAST}"),
    "a reported figure": ("survey_value", "hebci--all", "UPDATE t SET value = value + 1000 WHERE value > 0"),
    "a rate": ("exchange_rate", "ecb_rates--all", "UPDATE t SET rate = rate * 1.01 WHERE currency = 'USD'"),
    "an outcome": (
        "award_output",
        "gtr--intellectualproperties",
        "UPDATE t SET is_licensed = NOT is_licensed WHERE is_licensed IS NOT NULL",
    ),
    "a patent's owner": (
        "patent_party",
        "patentsview--all",
        "UPDATE t SET name = 'ZYX NOVEL WORKS INC' WHERE patent_id = (SELECT min(patent_id) FROM t WHERE name <> '')",
    ),
    "a field of research": (
        "award_field",
        "cordis--h2020",
        f"UPDATE t SET path = '/social sciences/law', label = 'law' WHERE award_id = {LEAST}",
    ),
    "a patent's class": (
        "patent_class",
        "patentsview--all",
        "UPDATE t SET symbol = 'E04B1/00', subclass = 'E04B' WHERE patent_id = (SELECT min(patent_id) FROM t)",
    ),
    "a kind of patent": (
        "patent",
        "patentsview--all",
        "UPDATE t SET type = 'design' WHERE patent_id = (SELECT max(patent_id) FROM t WHERE type = 'utility')",
    ),
    "ROR's types": (
        "registry_organisation",
        "ror--all",
        "UPDATE t SET types = ['company'] WHERE list_contains(types, 'education') AND country = 'DE'",
    ),
}
"""What changes: a core table, the part, and the statement that changes its rows."""
AT_ONCE = (
    ("amounts", "a patent's class"),
    ("a company's new name", "a reported figure"),
    ("a party gone", "an outcome"),
    ("a start", "a kind of patent"),
    ("a rate", "a field of research", "a patent's owner"),
    ("ROR's types",),
)
"""Changes that are made together, since each release costs seconds: of sources, or of facts, that hardly a measure
joins, so that what one of them fails to renew is not renewed by another."""

LEFT_OUT = ("autm", "ipeds", "ncses_herd", "worldbank")
"""Sources left out of these releases, each of which costs seconds: others go the same ways through a release."""


def change(home: Home, name: str, part: str, statement: str) -> None:
    """Change the rows of a committed part, as if its publisher had."""
    path = home.core / name / f"{part}.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{path}')")
        before = connection.sql("SELECT * FROM t").fetchall()
        connection.execute(statement)
        assert connection.sql("SELECT * FROM t").fetchall() != before
        key = ", ".join(table(name).key)
        rows = connection.sql(f"SELECT * FROM t ORDER BY {key}").to_arrow_table()
    path.unlink()
    pq.write_table(rows.cast(arrow_schema(table(name))), path, compression="zstd")
    of, _, one = part.partition("--")
    manifest = files.read_json(home.manifest(of, one))
    manifest["tables"][name] = {"sha256": files.sha256(path), "bytes": path.stat().st_size, "rows": rows.num_rows}
    files.write_json(home.manifest(of, one), manifest)


def from_nothing(home: Home, elsewhere: Path) -> dict[str, str]:
    """Release a home's core in another home, which knows of no former release; return what is in the release."""
    other = Home(elsewhere)
    for folder in ("core", "seeds"):
        if (home.root / folder).is_dir():
            shutil.copytree(home.root / folder, other.root / folder)
    return contents(releasing.make(other, SECOND).path)


@pytest.fixture(scope="module")
def released(first_night, tmp_path_factory) -> Home:
    """A home with sources of every kind and a first release."""
    home = Home(tmp_path_factory.mktemp("released") / "home")
    shutil.copytree(first_night.root, home.root, symlinks=True)
    for source_ in LEFT_OUT:
        shutil.rmtree(home.core / "_parts" / source_)
    releasing.make(home, FIRST)
    return home


@pytest.fixture
def again(released, tmp_path) -> Home:
    """A copy of it for a test's own second release."""
    shutil.copytree(released.root, tmp_path / "again", symlinks=True)
    return Home(tmp_path / "again")


def taken(home: Home) -> set[str]:
    """Files of the second release that are the first one's very files."""
    first, second = home.releases / FIRST, home.releases / SECOND
    derived = [t.name for t in tables().values() if t.layer == "derived"]
    return {
        path.relative_to(second).as_posix()
        for name in derived
        for path in (second / name).glob("*.parquet")
        if (there := first / name / path.name).exists() and there.samefile(path)
    }


@pytest.mark.slow
@pytest.mark.parametrize("together", AT_ONCE, ids=" and ".join)
def test_after_a_change_the_release_is_the_one_made_from_nothing(together, again, tmp_path):
    for what in together:
        change(again, *CHANGES[what])
    made = releasing.make(again, SECOND)
    assert made.is_new
    assert contents(made.path) == from_nothing(again, tmp_path / "elsewhere")
    assert taken(again)


def test_every_change_is_tried_once():
    assert sorted(what for together in AT_ONCE for what in together) == sorted(CHANGES)


@pytest.mark.slow
def test_what_a_change_does_not_touch_is_taken_and_not_computed(again, monkeypatch):
    change(again, *CHANGES["amounts"])
    asked = []
    run = evidence._run
    monkeypatch.setattr(evidence, "_run", lambda *given: (asked.append(given[1]), run(*given)))
    monkeypatch.setattr(match, "match", lambda *_: pytest.fail("every name was asked before"))
    releasing.make(again, SECOND)
    assert asked
    assert not [m.name for m in asked if m.is_survey]  # only CORDIS tells something else
    there = taken(again)
    assert {name for name in there if name.startswith("collaboration/")} == {
        f"collaboration/{p.name}" for p in (again.releases / FIRST / "collaboration").iterdir()
    }
    assert {"organisation/registered.parquet", "organisation/named.parquet"} <= there
    assert "linked_party/cordis--h2020.parquet" not in there
    assert "linked_party/cordis--horizon.parquet" in there
    counts = {m.name for m in measures().values() if m.unit == "count"}
    evidence_files = {p.stem for p in (again.releases / FIRST / "evidence").iterdir()}
    assert {f"evidence/{m}.parquet" for m in counts & evidence_files} <= there
    assert "evidence/joint_funding.parquet" not in there


@pytest.mark.slow
def test_without_the_cache_with_a_torn_file_or_after_another_seed_all_is_made_from_nothing(again, tmp_path):
    change(again, *CHANGES["amounts"])
    expected = from_nothing(again, tmp_path / "elsewhere")
    torn = again.releases / FIRST / "evidence" / "joint_grants.parquet"
    torn.chmod(0o644)
    content = torn.read_bytes()
    torn.unlink()
    torn.write_bytes(content[:-1])
    assert contents(releasing.make(again, SECOND).path) == expected
    shutil.rmtree(again.cache)
    third = contents(releasing.make(again, "2026-01-03", force=True).path)
    assert third.pop("CITATION.cff") != expected.pop("CITATION.cff")  # it names the vintage
    assert third == expected
    again.seeds.mkdir(exist_ok=True)
    (again.seeds / "sector_overrides.csv").write_text("organisation_id,sector\n")
    files_before = reusing.recall(again, "")
    assert files_before.release is None  # made by other code or seeds: nothing is known
    fourth = releasing.make(again, "2026-01-04")
    assert contents(fourth.path).keys() - {"CITATION.cff"} == expected.keys()


@pytest.mark.slow
def test_another_query_of_a_measure_is_asked_of_all_parts(again, tmp_path, monkeypatch):
    chosen = catalogue()
    joint = chosen["joint.grants"]
    halved = replace(joint.numerator, sql=f"SELECT * FROM ({joint.numerator.sql}) WHERE year % 2 = 0")
    changed = {
        id_: replace(
            i, **{side: halved for side in ("numerator", "denominator") if getattr(i, side) == joint.numerator}
        )
        for id_, i in chosen.items()
    }
    monkeypatch.setattr(compute, "catalogue", lambda: changed)
    made = releasing.make(again, SECOND, force=True)
    assert contents(made.path) == from_nothing(again, tmp_path / "elsewhere")
    years = pq.read_table(made.path / "evidence" / "joint_grants.parquet", columns=["year"])["year"].to_pylist()
    assert years
    assert not [year for year in years if year % 2]


@pytest.fixture(scope="module")
def linked(released, tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """A connection with the tables of the first release, and `iur_work` as measures find it."""
    connection = duckdb.connect()
    release = released.releases / FIRST
    for contract in tables().values():
        where = release / contract.name
        if where.is_dir():
            connection.execute(f"CREATE TABLE {contract.name} AS SELECT * FROM read_parquet('{where}/*.parquet')")
        else:
            empty = arrow_schema(contract).empty_table()  # noqa: F841
            connection.execute(f"CREATE TABLE {contract.name} AS SELECT * FROM empty")
    connection.execute("CREATE SCHEMA iur_work")
    money.rates(connection)
    return connection


def keys(connection, parts, sums=None) -> dict[str, str]:
    """The keys of evidence, by part."""
    noted = reusing.Reuse()
    for part in parts:
        noted.note(f"award/{'--'.join(part)}.parquet", (sums or {}).get(part, "0"))
    assert reuse.plan(connection, noted, measures().values(), dict.fromkeys(parts, frozenset())) is None
    return noted.keys["evidence"]


@pytest.fixture(scope="module")
def there(linked) -> list[tuple[str, str]]:
    told = "linked_party", "award_output", "survey_value"
    each = " UNION ".join(f"SELECT source, part FROM {name}" for name in told)
    return linked.execute(f"{each} ORDER BY ALL").fetchall()


def test_every_table_that_measures_read_is_in_the_key():
    core = {name for name in evidence.TABLES if table(name).layer == "core"}
    derived = {"linked_party", "collaboration", "organisation", "institution", "award_same"}
    derived |= {"award_patent", "title_chain"}
    assert set(evidence.TABLES) - core == derived
    assert {"award", "award_party", "award_output", "venture", "survey_value"} <= core


def test_no_measure_reads_what_is_not_in_the_key():
    declared = " ".join(map(grouping.declared, measures().values()))
    assert "linked_party" in declared
    assert [column for column in rooms.UNREAD if column in declared] == []


@pytest.mark.parametrize(("rule", "joined"), [("nsf_number", 0), ("guarantee_title", 1)])
def test_an_award_that_another_source_tells_is_in_the_key_of_its_part(linked, there, rule, joined):
    """Its money is told with the other's where UKRI guarantees it: then both parts are looked at together."""
    one, other = ("nsf_awards", "2023"), ("cordis", "horizon")
    assert {one, other} <= set(there)
    before = keys(linked, there)
    linked.execute("BEGIN")
    linked.execute("INSERT INTO award_same VALUES (?, ?, 'x:1', 'y:1', ?, ?, ?)", [*one, *other, rule])
    after = keys(linked, there)
    linked.execute("ROLLBACK")
    moved = {name for name in after if after[name] != before[name]}
    assert moved == {"nsf_awards--2023", *["cordis--horizon"][:joined]}


def test_another_core_file_of_a_part_is_another_key(linked, there):
    before = keys(linked, there)
    joined = reuse.joined(linked, measures().values(), dict.fromkeys(there, frozenset()))
    for part in there:
        after = keys(linked, there, {part: "1"})
        group = {"--".join(p) for p in grouping.groups(linked, there, joined)[part]}
        assert {name for name in after if after[name] != before[name]} == group


@pytest.mark.parametrize("name", ["linked_party", "organisation", "institution"])
def test_any_column_of_a_row_that_a_part_uses_is_in_its_key(name, linked, there):
    before = keys(linked, there)
    id_ = linked.execute(
        """SELECT organisation_id FROM linked_party
        WHERE source = 'cordis' AND record_table = 'award' AND is_institution ORDER BY ALL LIMIT 1"""
    ).fetchall()[0][0]
    among = {("--".join(p)) for p in linked.execute(
        "SELECT DISTINCT source, part FROM linked_party WHERE organisation_id = ?", [id_]).fetchall()}  # fmt: skip
    groups = grouping.groups(
        linked, there, reuse.joined(linked, measures().values(), dict.fromkeys(there, frozenset()))
    )
    among = {"--".join(beside) for part in there if "--".join(part) in among for beside in groups[part]}
    crossing = "SELECT DISTINCT source, part FROM award_patent UNION SELECT DISTINCT source, part FROM patent"
    across = {"--".join(beside) for part in linked.execute(crossing).fetchall() for beside in groups[part]}
    for column in (c for c in table(name).columns if c.name not in ("source", "part", "organisation_id")):
        other = {"string": "'zz'", "bool": f'"{column.name}" IS DISTINCT FROM true', "list<string>": "['zz']"}.get(
            column.type, f'coalesce("{column.name}", 0) + 1'
        )
        linked.execute("BEGIN")
        linked.execute(f'UPDATE {name} SET "{column.name}" = {other} WHERE organisation_id = ?', [id_])
        after = keys(linked, there)
        linked.execute("ROLLBACK")
        differs = {part for part in before.keys() | after.keys() if before.get(part) != after.get(part)}
        if column.name in rooms.UNREAD:  # how sure a link is moves no evidence
            assert differs == set(), column.name
            continue
        # Of a party patents see what awards they came of, and these what came of them.
        further = across if name == "linked_party" else set()
        assert among <= differs <= among | further, column.name


@pytest.mark.slow
def test_measures_see_one_part_at_a_time_as_they_see_all_together(linked):
    """What evidence of a part is must not depend on which other parts are asked with it."""
    parts = linked.execute("SELECT source, part FROM receipt ORDER BY ALL").fetchall()
    facts = observed(linked, source.facts(), parts)
    select = f"SELECT {', '.join(c.name for c in table('evidence').columns)} FROM "
    order = f" ORDER BY {', '.join(table('evidence').key)}, source, part"
    evidence.gather(linked, measures().values(), facts, '"memory"."main"')
    whole = linked.execute(f"{select} evidence {order}").to_arrow_table()
    linked.execute("DROP TABLE evidence")
    single = []
    groups = set(grouping.groups(linked, parts, reuse.joined(linked, measures().values(), facts)).values())
    assert (("hesa", "finance-table-1"), ("hesa", "staff-table-1")) in groups  # one report has figures in both
    # First grants are followed from programme to programme; years of NSF have nothing to do with each other.
    programmes = ("fp7", "fp7projectirps", "h2020", "h2020projectirps", "horizon")  # and patents with their projects
    assert tuple(("cordis", part) for part in programmes) in groups
    assert {len(group) for group in groups if group[0][0] == "nsf_awards"} == {1}
    for group in groups:
        for schema in [s for (s,) in linked.execute("SELECT schema_name FROM information_schema.schemata").fetchall()]:
            if schema.startswith("iur_seen") or schema == "iur_work":
                linked.execute(f"DROP SCHEMA {schema} CASCADE")
        linked.execute("CREATE SCHEMA iur_work")
        money.rates(linked)
        linked.execute("DROP VIEW IF EXISTS evidence")
        alone = evidence.Former({}, frozenset(group))
        evidence.gather(linked, measures().values(), facts, '"memory"."main"', alone)
        single.append(linked.execute(f"{select} evidence_anew").to_arrow_table())
    linked.register("_single", pa.concat_tables(single))
    apart = linked.execute(f"{select} _single {order}").to_arrow_table()
    assert whole.num_rows > 1000
    differs = [
        m for m in measures() if whole.filter(pc.field("measure") == m) != apart.filter(pc.field("measure") == m)
    ]
    assert not differs


@pytest.mark.slow
def test_killed_while_releasing_upon_a_former_release_the_next_run_ends_in_the_same_bytes(again, tmp_path):
    from tests.faults import victims

    change(again, *CHANGES["amounts"])
    expected = from_nothing(again, tmp_path / "elsewhere")
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(again.root, undisturbed, symlinks=True)
    begun = time.monotonic()
    run(victims.release, undisturbed, SECOND)
    instants = Instants(time.monotonic() - begun, seed=5)
    for instant in range(4):
        home = Home(tmp_path / str(instant))
        shutil.copytree(again.root, home.root, symlinks=True)
        instants.kill(victims.release, home.root, SECOND)
        assert publish.current(home).name in (FIRST, SECOND)
        run(victims.release, home.root, SECOND)
        assert contents(publish.current(home)) == expected
    assert instants.hit >= 2

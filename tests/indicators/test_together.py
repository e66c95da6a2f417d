"""What is formed of all values is made anew where anything it looks at changed, and else stands as it was."""

import pytest

from pipelines.indicators import composite, headline, neighbours, profile, ranking, together
from pipelines.indicators.catalogue import catalogue
from tests.indicators.hand_worked_peers import build, institution, ror, rows, seen, spent, value, years
from warehouse import files
from warehouse.reuse import Reuse

FORMED = [name for name in together.TABLES if name != "peer_group"]


def world(**other):
    tables = {
        "institution": [institution(n) for n in range(6)],
        "coverage": years("ncses_herd", 2015, 2023),
        "coverage_institution": seen("nsf_awards", {n: 2 + n for n in range(6)}),
        "award": [{"source": "nsf_awards", "part": "a", "award_id": "nsf:1", "period": "all"}],
        "evidence": [spent(n, 2020, 10.0 + n) for n in range(6)],
        "indicator": [
            *(value(n, "contract.business_share", 2022, "ncses_herd", n / 10) for n in range(6)),
            *(value(n, "joint.co_publication_share", 2022, "openalex", n / 10) for n in range(6)),
            *(value(n, "transfer.patents_per_100m", 2022, "patentsview", 1 + n / 10) for n in range(6)),
        ],
    }
    return build(**tables | other)


@pytest.fixture
def former(tmp_path):
    """A release of the world, and what is noted of it."""
    reuse = Reuse()
    connection = world()
    together.form(connection, {}, reuse)
    noted = {}
    wanted = {f"{name}/{name}.parquet": name for name in FORMED} | {
        f"indicator/{composite.ID}.parquet": f"(SELECT * FROM indicator WHERE indicator = '{composite.ID}')"
    }
    for path, of in wanted.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        connection.execute(f"COPY (SELECT * FROM {of}) TO '{tmp_path / path}' (FORMAT parquet)")
        noted[path] = {"sha256": files.sha256(tmp_path / path), "digest": ""}
    return lambda: Reuse(release=tmp_path, former={"keys": reuse.keys, "files": noted})


def test_of_the_same_all_is_taken(former):
    reuse = former()
    connection = world()
    together.form(connection, {}, reuse)
    assert reuse.carried == {name: [f"{name}/{name}.parquet"] for name in FORMED} | {
        "indicator": [f"indicator/{composite.ID}.parquet"]
    }
    assert all(rows(connection, f"SELECT * FROM {name}") == [] for name in FORMED)
    assert rows(connection, f"SELECT * FROM indicator WHERE indicator = '{composite.ID}'") == []


@pytest.mark.parametrize(
    "other",
    [
        {"indicator": [value(n, "contract.business_share", 2022, "ncses_herd", n / 9) for n in range(6)]},
        {"evidence": [spent(n, 2020, 11.0 + n) for n in range(6)]},
        {"coverage_institution": seen("nsf_awards", dict.fromkeys(range(6), 5))},
        {"institution": [institution(n, "US" if n else "GB") for n in range(6)]},
        {"coverage": years("ncses_herd", 2015, 2022)},
    ],
    ids=["a value", "a size", "records", "a country", "a year"],
)
def test_of_anything_else_all_is_made_anew(former, other):
    reuse = former()
    connection = world(**other)
    together.form(connection, {}, reuse)
    assert not set(reuse.carried) & set(FORMED)
    assert rows(connection, "SELECT * FROM ranking") != []


def test_where_a_part_tells_something_else_all_is_made_anew(former):
    reuse = former()
    together.form(world(), {}, reuse, {("nsf_awards", "a"): frozenset({"programme_codes"})})
    assert not set(reuse.carried) & set(FORMED)


def test_a_torn_file_of_the_former_release_is_not_taken(former):
    reuse = former()
    (reuse.release / "ranking" / "ranking.parquet").write_bytes(b"torn")
    together.form(world(), {}, reuse)
    assert not set(reuse.carried) & set(FORMED)


def test_values_that_stand_in_the_former_release_are_looked_at(tmp_path):
    whole, part = world(), world()
    (tmp_path / "indicator").mkdir()
    path = "indicator/joint.co_publication_share.parquet"
    kept = "SELECT * FROM indicator WHERE indicator = 'joint.co_publication_share'"
    part.execute(f"COPY ({kept}) TO '{tmp_path / path}' (FORMAT parquet)")
    part.execute("DELETE FROM indicator WHERE indicator = 'joint.co_publication_share'")
    noted = {path: {"sha256": files.sha256(tmp_path / path), "digest": ""}}
    reuse = Reuse(release=tmp_path, former={"keys": {}, "files": noted}, carried={"indicator": [path]})
    together.form(whole, {})
    together.form(part, {}, reuse)
    for name in together.TABLES:
        ask = f"SELECT * FROM {name} ORDER BY ALL"
        assert part.execute(ask).fetchall() == whole.execute(ask).fetchall(), name


def test_the_composite_is_added_to_a_view_of_values_as_to_a_table():
    connection = world()
    connection.execute("ALTER TABLE indicator RENAME TO held")
    connection.execute("CREATE VIEW indicator AS SELECT * FROM held")
    together.form(connection, {})
    found = rows(connection, f"SELECT * FROM indicator WHERE indicator = '{composite.ID}'")
    assert [r["institution_id"] for r in sorted(found, key=lambda r: r["institution_id"])] == [ror(n) for n in range(6)]


def test_every_query_of_peers_and_places_can_run_on_spark():
    import sqlglot

    queries = [profile.PROFILE, *(query for _, query in profile.SIZES.values()), neighbours._FEATURES]
    queries += [ranking._TOLD.format(indicators="'joint.grants'"), ranking._AMONG_GROUP, ranking._AMONG_NEIGHBOURS]
    for query in queries:
        (spark,) = sqlglot.transpile(query, read="duckdb", write="spark")
        assert sqlglot.parse_one(spark, read="spark") is not None


def test_values_ranked_in_pieces_are_ranked_as_all_together(monkeypatch):
    whole, pieces = world(), world()
    together.form(whole, {})
    monkeypatch.setattr(ranking, "TOGETHER", 7)
    together.form(pieces, {})
    ask = "SELECT * FROM ranking ORDER BY ALL"
    assert pieces.execute(ask).fetchall() == whole.execute(ask).fetchall()


def test_headlines_are_those_of_the_catalogue():
    connection = world()
    connection.execute("UPDATE indicator SET partner = 'sme' WHERE indicator = 'contract.business_share'")
    headline.show(connection, catalogue().values())
    assert {r["indicator"] for r in rows(connection, "SELECT indicator FROM iur_headline")} == {
        "joint.co_publication_share",
        "transfer.patents_per_100m",
    }

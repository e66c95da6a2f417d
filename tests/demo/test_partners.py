"""Partners in the simulated release: small changes of the weights leave the shortlist as it is."""

import pytest

import warehouse
from pipelines import release as releasing
from pipelines.partners import history, prepared, query, rank, weights
from pipelines.partners.query import Asked

ASKED = {
    "text": Asked(text="digital health", near="Delft", is_sme=True),
    "classes": Asked(cpc=("H01M", "B82Y"), near="Munich"),
    "without a place": Asked(text="clean energy"),
}


@pytest.fixture(scope="module")
def release(first_night, tmp_path_factory):
    import shutil

    from warehouse.store import Home

    home = Home(tmp_path_factory.mktemp("partners") / "home")
    shutil.copytree(first_night.root, home.root, symlinks=True)
    releasing.make(home, "2026-01-01")
    return warehouse.open(home=home)


@pytest.fixture(scope="module")
def connection(release):
    with release.connect() as opened:
        prepared.complete(opened, release.tables())
        yield opened


@pytest.fixture(scope="module")
def asking(connection):
    """Those who ask, with their common records; the companies are the ones with the most candidates in the table."""
    prepared.prepare(connection)
    index = rank.Index.of(connection, "institution")
    seekers = {name: query.seeker(connection, asked) for name, asked in ASKED.items()}
    ids = connection.execute(
        "SELECT DISTINCT company_id FROM partner_candidate ORDER BY company_id LIMIT 25"
    ).fetchall()
    seekers |= {seeker.id: seeker for seeker in query.companies(connection, [id_ for (id_,) in ids])}
    past = history.pasts(connection, "institution", {head for s in seekers.values() for head in s.group})
    return index, {
        name: (rank.in_terms(index, seeker), [one for head in seeker.group for one in past.get(head, [])])
        for name, seeker in seekers.items()
    }


def test_the_shortlist_stays_when_a_weight_moves_by_a_tenth(asking):
    index, seekers = asking
    kept = {}
    for name, (seeker, past) in seekers.items():
        best = set(rank.rank(index, seeker, past).order[:10].tolist())
        for component, weight in weights.DEFAULT.items():
            for factor in (0.9, 1.1):
                moved = weights.DEFAULT | {component: weight * factor}
                kept[name, component, factor] = len(
                    best & set(rank.rank(index, seeker, past, moved).order[:10].tolist())
                )
    assert len(seekers) == len(ASKED) + 25
    assert {key: count for key, count in kept.items() if count < 8} == {}


def test_every_candidate_of_the_table_is_one_of_ten_and_its_scores_make_its_place(connection):
    ((companies, most, ordered),) = connection.execute(
        """WITH next AS (
            SELECT company_id, place, score - lead(score) OVER (PARTITION BY company_id ORDER BY place) AS ahead
            FROM partner_candidate
        )
        SELECT count(DISTINCT company_id), max(place), bool_and(ahead IS NULL OR ahead >= 0) FROM next"""
    ).fetchall()
    assert (companies > 25, most, ordered) == (True, 10, True)

"""Answer `iur partners`: who asks, the ranking, the facts behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.lookup import NotFoundError
from pipelines.partners import history, prepared, query, rank, small
from pipelines.partners.proximity import HALF_KM, distance_km
from pipelines.partners.query import Asked
from pipelines.partners.rank import Ranking
from pipelines.partners.seeker import Seeker
from warehouse import Release

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Answer:
    """The ranking for who asked, the candidates to show, and the instruments to begin with by candidate."""

    ranking: Ranking
    chosen: list[int]
    instruments: Mapping[str, list[dict[str, Any]]]

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the candidates as plain values: scores, facts in numbers and in words, instruments."""
        side, told = self.ranking.side, self.ranking.weights
        for place, c in enumerate(self.chosen, 1):
            yield {
                "place": place,
                f"{side.side}_id": side.ids[c],
                "name": side.names[c],
                "country": side.countries[c],
                "kind": side.kinds[c],
                "score": float(self.ranking.total[c]),
                "components": {
                    one.name: {
                        "score": None if one.score is None else float(one.score[c]),
                        "weight": told.get(one.name, 0.0),
                        "facts": one.figures(c) if one.score is not None else {},
                        "says": one.says(c),
                    }
                    for one in self.ranking.components
                },
                "start_small": self.instruments.get(side.ids[c], []),
            }


def ask(release: Release, asked: Asked, weighing: Mapping[str, float], limit: int) -> Answer:
    """Rank the candidates of a release for who asks.

    Raises click.UsageError for what cannot be answered, NotFoundError for what is unknown.
    """
    query.check(asked)
    with release.connect() as connection:
        prepared.complete(connection, release.tables())
        return answer(connection, asked, weighing, limit)


def answer(connection: "duckdb.DuckDBPyConnection", asked: Asked, weighing: Mapping[str, float], limit: int) -> Answer:
    """Rank the candidates of the release that a connection shows."""
    seeker = query.seeker(connection, asked)
    prepared.prepare(connection)
    index = rank.Index.of(connection, seeker.wanted)
    if asked.text or asked.cpc:
        rank.known(index, seeker)
    seeker = rank.in_terms(index, seeker)
    past = history.pasts(connection, seeker.wanted, seeker.group)
    ranking = rank.rank(index, seeker, [one for found in past.values() for one in found], weighing)
    chosen = [int(c) for c in ranking.order if _is_wanted(ranking, int(c), asked)]
    if not chosen:
        where = f" in {asked.country}" if asked.country else ""
        whom = "institution" if seeker.wanted == "institution" else "SME" if asked.is_sme else "company"
        raise NotFoundError(f"no {whom}{where} has anything in common with what is asked")
    if asked.near:
        ranking = replace(ranking, seeker=_told_how_near(ranking, chosen))
    chosen = chosen[:limit]
    instruments = small.instruments(connection, seeker, [index.side.ids[c] for c in chosen])
    return Answer(ranking, chosen, instruments)


def _told_how_near(ranking: Ranking, chosen: list[int]) -> Seeker:
    """Return who asks with a note where nobody of those who fit is near the place asked for."""
    seeker, side = ranking.seeker, ranking.side
    if seeker.place is None:
        return seeker
    everybody = distance_km(side, seeker.place)
    km = {c: float(everybody[c]) for c in chosen}
    known = {c: far for c, far in km.items() if far == far}
    nearest = min(known, key=known.__getitem__, default=None)
    if nearest is None:
        note = f"no candidate is near {seeker.place.name}: the place of none is known"
    elif known[nearest] > HALF_KM:
        note = (
            f"no candidate is within {HALF_KM:,.0f} km of {seeker.place.name}: the nearest, {side.names[nearest]}, is "
            f"{known[nearest]:,.0f} km away"
        )
    else:
        return seeker
    return replace(seeker, notes=(*seeker.notes, note))


def _is_wanted(ranking: Ranking, candidate: int, asked: Asked) -> bool:
    side = ranking.side
    if asked.country and side.countries[candidate] != asked.country:
        return False
    return not (asked.institution and asked.is_sme) or side.kinds[candidate] == "sme"

"""Answer `iur partners`: who asks, the ranking, the facts behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pipelines.lookup import NotFoundError
from pipelines.partners import history, prepared, query, rank, small
from pipelines.partners.query import Asked
from pipelines.partners.rank import Ranking
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
    chosen = chosen[:limit]
    instruments = small.instruments(connection, seeker, [index.side.ids[c] for c in chosen])
    return Answer(ranking, chosen, instruments)


def _is_wanted(ranking: Ranking, candidate: int, asked: Asked) -> bool:
    side = ranking.side
    if asked.country and side.countries[candidate] != asked.country:
        return False
    return not (asked.institution and asked.is_sme) or side.kinds[candidate] == "sme"

"""Who works with whom: teams drawn year by year, so that those who met before tend to meet again.

A coordinator fills about half of its places with former partners, drawn from the list of past meetings: a
partner met twice is twice as likely. That gives repeat partners, retention and an h that mean something.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipelines.demo.cast import Organisation, Pool, pools
from pipelines.demo.schemes import KINDS, Programme, Scheme

MEMORY = 6
"""Years after which a meeting is forgotten."""

REPEAT = np.array([0.42, 0.45, 0.50, 0.35, 0.30])
AT_HOME = np.array([0.10, 0.20, 0.35, 0.60, 0.25])
"""By activity: how often a place goes to a former partner, and else to somebody of the same country."""


@dataclass(frozen=True)
class Places:
    """Places in teams, one array each: the project, its year, and the kind of organisation wanted."""

    project: np.ndarray
    year: np.ndarray
    kind: np.ndarray
    is_lead: np.ndarray


def open_places(
    schemes: tuple[Scheme, ...], scheme: np.ndarray, year: np.ndarray, chance: np.random.Generator
) -> Places:
    """Open places for every project by its scheme's sizes and mix; the first is the coordinator's."""
    least, most = (np.array([getattr(s, end) for s in schemes])[scheme] for end in ("least", "most"))
    # Small teams are more common than large ones.
    size = least + np.floor(chance.random(len(scheme)) ** 1.4 * (most - least + 1)).astype(int)
    project = np.repeat(np.arange(len(scheme)), size)
    is_lead = np.diff(project, prepend=-1) > 0
    mixes = [np.cumsum(np.array([getattr(s, which) for s in schemes]), axis=1) for which in ("mix", "lead")]
    bounds = np.where(is_lead[:, None], mixes[1][scheme[project]], mixes[0][scheme[project]])
    wanted = chance.random(len(project)) * bounds[:, -1]
    kind = (wanted[:, None] >= bounds[:, :-1]).sum(axis=1)
    return Places(project, year[project], kind, is_lead)


def fill(cast: tuple[Organisation, ...], places: Places, chance: np.random.Generator) -> np.ndarray:
    """Return the organisation in every place, or -1 where it went to somebody already in the team."""
    drawn, country = pools(cast)
    since, until = (np.array([getattr(o, end) for o in cast]) for end in ("since", "until"))
    seated = np.full(len(places.project), -1)
    met: list[tuple[int, np.ndarray, np.ndarray]] = []
    for year in np.unique(places.year).tolist():
        now = np.flatnonzero(places.year == year)
        leads, others = now[places.is_lead[now]], now[~places.is_lead[now]]
        nowhere = np.full(len(leads), -1)
        seated[leads] = _newcomers(drawn, places.kind[leads], nowhere, year, chance)
        lead_of = np.full(int(places.project.max()) + 1, -1)
        lead_of[places.project[leads]] = seated[leads]
        lead, kind = lead_of[places.project[others]], places.kind[others]
        fresh = _newcomers(drawn, kind, country[lead], year, chance)
        again = _former(met, lead * len(KINDS) + kind, year, chance)
        is_again = (chance.random(len(others)) < REPEAT[kind]) & (again >= 0)
        is_again &= (since[again] <= year) & (until[again] >= year)
        seated[others] = np.where(is_again, again, fresh)
        _once(seated, places.project, now)
        there = others[seated[others] >= 0]
        met.append((year, lead_of[places.project[there]] * len(KINDS) + places.kind[there], seated[there]))
    return seated


def _newcomers(
    drawn: list[Pool], kind: np.ndarray, home: np.ndarray, year: int, chance: np.random.Generator
) -> np.ndarray:
    """Draw organisations by weight, of the wanted kinds, active in the year, some of `home` (-1: any)."""
    found = np.full(len(kind), -1)
    for number, pool in enumerate(drawn):
        wanted = np.flatnonzero(kind == number)
        weights = pool.weights * ((pool.since <= year) & (pool.until >= year))
        reach = np.concatenate([[0.0], np.cumsum(weights)])
        low, high = reach[pool.first[home[wanted]]], reach[pool.after[home[wanted]]]
        near = (chance.random(len(wanted)) < AT_HOME[number]) & (high > low) & (home[wanted] >= 0)
        low, high = np.where(near, low, 0.0), np.where(near, high, reach[-1])
        point = low + chance.random(len(wanted)) * (high - low)
        place = np.searchsorted(reach, point, "right") - 1
        found[wanted] = pool.members[np.minimum(place, len(pool.members) - 1)]
    return found


def _former(
    met: list[tuple[int, np.ndarray, np.ndarray]], key: np.ndarray, year: int, chance: np.random.Generator
) -> np.ndarray:
    """Draw a former partner for every (coordinator, kind), or -1 where there is none."""
    recent = [(keys, partners) for when, keys, partners in met if when >= year - MEMORY]
    luck = chance.random(len(key))
    if not recent:
        return np.full(len(key), -1)
    keys, partners = (np.concatenate([pair[i] for pair in recent]) for i in (0, 1))
    order = np.argsort(keys, kind="stable")
    keys, partners = keys[order], partners[order]
    first, after = np.searchsorted(keys, key, "left"), np.searchsorted(keys, key, "right")
    place = first + np.floor(luck * (after - first)).astype(int)
    return np.where(after > first, partners[np.minimum(place, len(keys) - 1)], -1)


def _once(seated: np.ndarray, project: np.ndarray, now: np.ndarray) -> None:
    """Leave an organisation its first place in a team and empty the others."""
    pairs = np.stack([project[now], seated[now]])
    _, first = np.unique(pairs, axis=1, return_index=True)
    repeated = np.setdiff1d(np.arange(len(now)), first)
    seated[now[repeated]] = -1


def starts(programmes: tuple[Programme, ...], count: int, chance: np.random.Generator) -> Iterator[np.ndarray]:
    """Yield, for each programme, the years in which its projects start: evenly, where two overlap fewer."""
    lengths = np.array([p.last - p.first + 1 for p in programmes], float)
    for programme, share in zip(programmes, lengths / lengths.sum(), strict=True):
        years = np.arange(programme.first, programme.last + 1)
        weights = np.ones(len(years))
        weights[-1 if programme is not programmes[-1] else 0] = 0.4
        yield np.sort(chance.choice(years, max(1, round(count * share)), p=weights / weights.sum()))

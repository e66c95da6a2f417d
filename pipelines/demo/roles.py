"""What part a member of a team has: coordinator, participant, linked third party, partner without money."""

from dataclasses import dataclass

import numpy as np

from pipelines.demo.cast import Organisation
from pipelines.demo.schemes import Programme

COORDINATOR, PARTICIPANT, THIRD, UNFUNDED = range(4)

_ABROAD = ("CA", "US")
# Switzerland was not associated to Horizon Europe, nor the United Kingdom before 2024.
_ASSOCIATED = {"CH": 2100, "GB": 2024}


@dataclass(frozen=True)
class Parties:
    """The parties of a programme's projects: the project, the organisation, which of its names, the role.

    `order` is the publisher's number within the project, `host` the row of a third party's beneficiary or -1.
    """

    project: np.ndarray
    organisation: np.ndarray
    registration: np.ndarray
    role: np.ndarray
    order: np.ndarray
    host: np.ndarray
    has_left: np.ndarray


def give(
    programme: Programme,
    cast: tuple[Organisation, ...],
    year: np.ndarray,
    project: np.ndarray,
    who: np.ndarray,
    chance: np.random.Generator,
) -> Parties:
    """Return the parties of the teams (`project`, `who`), led by the first of each; `year` is by project."""
    is_lead = np.diff(project, prepend=-1) > 0
    role = np.where(is_lead, COORDINATOR, PARTICIPANT)
    if programme.unfunded_role:
        country = np.array([o.country for o in cast])[who]
        role[~is_lead & _is_unfunded(programme, country, year[project], chance)] = UNFUNDED
    host = np.full(len(project), -1)
    if programme.has_net:
        project, who, role, host = _with_third_parties(cast, project, who, role, chance)
    spellings = np.array([len(o.spellings) for o in cast])[who]
    # The usual name in two of three records, else one of the others.
    other = np.floor(chance.random(len(who)) * (spellings - 1)).astype(int) + 1
    name = np.where((chance.random(len(who)) < 0.66) | (spellings == 1), 0, other)
    has_left = (role != COORDINATOR) & (chance.random(len(who)) < 0.02)
    order = np.arange(len(project)) - np.searchsorted(project, project, "left") + 1
    return Parties(project, who, name, role, order, host, has_left)


def _is_unfunded(
    programme: Programme, country: np.ndarray, year: np.ndarray, chance: np.random.Generator
) -> np.ndarray:
    """Tell who takes part without the programme's money: third countries, and some hosts of trainees."""
    is_abroad = np.isin(country, _ABROAD)
    if programme.unfunded_role == "associatedPartner":
        for code, since in _ASSOCIATED.items():
            is_abroad |= (country == code) & (year < since)
    return is_abroad | (chance.random(len(country)) < 0.02)


def _with_third_parties(
    cast: tuple[Organisation, ...],
    project: np.ndarray,
    who: np.ndarray,
    role: np.ndarray,
    chance: np.random.Generator,
) -> tuple[np.ndarray, ...]:
    """Link a third party to some beneficiaries of larger teams, at the end of the project's list.

    Now and then it is the beneficiary itself: CORDIS has one PIC in two roles of a project.
    """
    size = np.bincount(project)
    candidate = (role < THIRD) & (size[project] >= 4) & (chance.random(len(project)) < 0.03)
    hosts = np.flatnonzero(candidate)
    science, firms = (
        np.array([i for i, o in enumerate(cast) if o.activity in kinds]) for kinds in (("HES", "REC"), ("PRC",))
    )
    luck = chance.random((2, len(hosts)))
    linked = np.where(
        luck[0] < 0.7,
        science[(luck[1] * len(science)).astype(int)],
        firms[(luck[1] * len(firms)).astype(int)],
    )
    is_same = chance.random(len(hosts)) < 0.2
    linked = np.where(is_same, who[hosts], linked)
    # Elsewhere in the team it would be two roles of one organisation by accident.
    seats = project.astype(np.int64) * len(cast) + who
    is_free = is_same | ~np.isin(project[hosts].astype(np.int64) * len(cast) + linked, seats)
    hosts, linked = hosts[is_free], linked[is_free]
    every = np.concatenate([project, project[hosts]])
    sequence = np.argsort(every, kind="stable")
    place = np.empty(len(every), int)
    place[sequence] = np.arange(len(every))
    roles = np.concatenate([role, np.full(len(hosts), THIRD)])[sequence]
    host = np.concatenate([np.full(len(project), -1), place[hosts]])[sequence]
    return every[sequence], np.concatenate([who, linked])[sequence], roles, host


def gone(parties: Parties, count: int) -> np.ndarray:
    """Choose participants, one a team from the largest on, who are no longer there in a later edition."""
    is_host = np.isin(np.arange(len(parties.project)), parties.host)
    may_go = (parties.role == PARTICIPANT) & ~is_host
    teams = np.argsort(-np.bincount(parties.project), kind="stable")[:count]
    chosen = np.zeros(len(parties.project), bool)
    for team in teams:
        chosen[np.flatnonzero((parties.project == team) & may_go)[-1:]] = True
    return chosen


def without(parties: Parties, leaving: np.ndarray) -> Parties:
    """Return the parties that stay, with the publisher's numbers they had."""
    place = np.cumsum(~leaving) - 1
    host = np.where(parties.host >= 0, place[parties.host], -1)
    columns = vars(parties) | {"host": host}
    return Parties(**{name: column[~leaving] for name, column in columns.items()})

"""The money of simulated projects, in whole cents: what a party gets and costs, and what is summed from it.

As CORDIS has it: a beneficiary's ecContribution includes its linked third parties, whose own share stands in
netEcContribution; over a project both sum up to ecMaxContribution; a cost of 0 stands for unknown where a
lump sum is paid; who takes part without this money has empty cells.
"""

from dataclasses import dataclass

import numpy as np

from pipelines.demo.roles import COORDINATOR, PARTICIPANT, THIRD, UNFUNDED, Parties
from pipelines.demo.schemes import Scheme


@dataclass(frozen=True)
class Money:
    """Cents by party (`net`, `gross`, `cost`; -1: an empty cell) and by project (`maximum`, `total_cost`)."""

    net: np.ndarray
    gross: np.ndarray
    cost: np.ndarray
    maximum: np.ndarray
    total_cost: np.ndarray


def split(
    schemes: tuple[Scheme, ...],
    scheme: np.ndarray,
    parties: Parties,
    is_company: np.ndarray,
    leaving: np.ndarray,
    factor: np.ndarray,
    chance: np.random.Generator,
) -> Money:
    """Share out every project's contribution among its parties.

    `is_company` is by party. Who is `leaving` gets nothing. `factor` raises a project's contribution from one
    edition to the next; the draws are the same whatever it is.
    """
    project, role, projects = parties.project, parties.role, len(scheme)
    size = np.bincount(project, weights=role < THIRD, minlength=projects)
    budget = np.array([s.budget for s in schemes])[scheme] * 1000 * np.maximum(size, 1)
    budget *= np.exp(chance.normal(0, 0.25, projects)) * factor
    is_lump_sum = np.array([s.is_lump_sum for s in schemes])[scheme]
    # Lump sums are round; other amounts come in quarters of a euro, as cost times rate does.
    maximum = np.where(is_lump_sum, np.round(budget / 500) * 50_000, np.round(budget * 4) * 25)
    maximum = maximum.astype(np.int64)
    weight = chance.lognormal(0, 0.5, len(project)) * np.choose(role, [1.6, 1.0, 0.3, 0.0])
    # Some take part at their own expense.
    is_own = (role == PARTICIPANT) & (chance.random(len(project)) < 0.02)
    weight = np.where(is_own | leaving, 0.0, weight)
    part = weight / np.bincount(project, weights=weight, minlength=projects)[project]
    net = np.floor(part * maximum[project]).astype(np.int64)
    lead = np.flatnonzero(role == COORDINATOR)
    left = maximum - _sum(project, net, projects)
    net[lead] += left[project[lead]]
    gross = np.where(role == THIRD, 0, net)
    linked = np.flatnonzero(parties.host >= 0)
    np.add.at(gross, parties.host[linked], net[linked])
    cost = _cost(schemes, scheme[project], is_company, net, chance)
    cost = np.where(is_lump_sum[project] | leaving, 0, np.maximum(cost, gross))
    unpaid = role == UNFUNDED
    total = _sum(project, np.where(unpaid, 0, cost), projects)
    net, gross, cost = (np.where(unpaid, -1, cents) for cents in (net, gross, cost))
    return Money(net, gross, cost, maximum, total)


def without(money: Money, leaving: np.ndarray) -> Money:
    """Return the money of the parties that stay."""
    stay = ~leaving
    return Money(money.net[stay], money.gross[stay], money.cost[stay], money.maximum, money.total_cost)


def _sum(project: np.ndarray, cents: np.ndarray, projects: int) -> np.ndarray:
    """Add up whole cents by project; bincount would add them as floats, exact up to 2^53 only."""
    total = np.zeros(projects, np.int64)
    np.add.at(total, project, cents)
    return total


def _cost(
    schemes: tuple[Scheme, ...],
    scheme: np.ndarray,
    is_company: np.ndarray,
    net: np.ndarray,
    chance: np.random.Generator,
) -> np.ndarray:
    rates = np.array([(s.science_rate, s.company_rate) for s in schemes])
    rate = rates[scheme, is_company.astype(int)]
    # Now and then the work costs more than the programme recognises.
    more = np.where(chance.random(len(net)) < 0.1, 1 + chance.random(len(net)) * 0.1, 1.0)
    own = np.round(chance.uniform(20_000, 200_000, len(net))) * 100
    return np.where(net == 0, own, np.ceil(net / rate * more)).astype(np.int64)

"""The figures of money and staff: income is the sum of its categories, staff of full-time and part-time.

Money is in thousand pounds, staff in people rounded to five. What a provider takes in is more than all it
reports of knowledge exchange.
"""

import numpy as np

from pipelines.demo.records import World
from pipelines.demo.uk.exchange import income
from pipelines.demo.uk.providers import providers

Figures = dict[tuple[str, ...], np.ndarray]

INCOME = {
    "Tuition fees and education contracts": 0.5, "Funding body grants": 0.14, "Research grants and contracts": 0.0,
    "Other income": 0.2, "Investment income": 0.01, "Donations and endowments": 0.02,
}  # fmt: skip
EXPENDITURE = {
    "Staff costs": 0.53, "Other operating expenses": 0.36, "Depreciation and amortisation": 0.05,
    "Interest and other finance costs": 0.015, "Restructuring costs": 0.003,
}  # fmt: skip

BEFORE_GAINS = (
    "Surplus/(deficit) before other gains/losses and share of surplus/(deficit) in joint ventures and associates"
)
ACTUARIAL = "Actuarial gain/(loss) in respect of pension schemes"
GAINS = (
    "Gain/(loss) on disposal of tangible assets", "Gain/(loss) on investment property",
    "Gain/(loss) on investments", "Share of operating surplus/(deficit) in associate(s)",
    "Share of operating surplus/(deficit) in joint venture(s)",
)  # fmt: skip
OTHER_GAINS = (
    ACTUARIAL,
    "Change in fair value of hedging financial instrument(s) plus foreign currency translation",
    "Miscellaneous types of Other comprehensive income",
    "Unrealised surplus on revaluation of land and buildings",
)
BEFORE_TAX, FOR_YEAR = "Surplus/(deficit) before tax", "Surplus/(deficit) for the year"
COMPREHENSIVE = "Total comprehensive income/(expenditure) for the year"
SURPLUS_OF = "Surplus for the year attributable to:"
MADE_OF = "Total comprehensive income for the year represented by:"

OCCUPATIONS = {
    "Academic": ("Managers, directors and senior officials", "Professional occupations",
                 "Associate professional and technical occupations", "Clerical and manual occupations"),
    "Non-academic": ("Managers, directors and senior officials", "Professional occupations",
                     "Associate professional and technical occupations", "Administrative and secretarial occupations",
                     "Skilled trades occupations", "Caring, leisure and other service occupations",
                     "Sales and customer service occupations", "Process, plant and machine operatives",
                     "Elementary occupations"),
    "Atypical": ("Managers, directors and senior officials", "Professional occupations",
                 "Associate professional and technical occupations", "Clerical and manual occupations"),
}  # fmt: skip


def money(world: World, year: int) -> Figures:
    """Return a year's accounts by category marker and category: every sum is the sum of its parts."""
    chance = np.random.default_rng([world.seed, 6, year])
    whole, research = income(world, year)
    count = len(whole)
    found: Figures = {}
    for category, share in INCOME.items():
        level = research if category == "Research grants and contracts" else (whole - research) * share / 0.87
        found["Income", category] = _whole(level * chance.normal(1, 0.04, count).clip(0.85, 1.15))
    total = found["Income", "Total income"] = _sum(found, "Income")
    for category, share in EXPENDITURE.items():
        found["Expenditure", category] = _whole(total * share * chance.normal(1, 0.05, count))
    found["Expenditure", "Total expenditure"] = _sum(found, "Expenditure")
    found[BEFORE_GAINS, BEFORE_GAINS] = total - found["Expenditure", "Total expenditure"]
    for kind in (*GAINS, *OTHER_GAINS):
        found[kind, kind] = _whole(whole * chance.normal(0, 0.05 if kind == ACTUARIAL else 0.003, count))
    surplus = found[BEFORE_GAINS, BEFORE_GAINS] + sum(found[kind, kind] for kind in GAINS)
    tax = found["Taxation", "Taxation"] = _whole(np.maximum(surplus, 0) * 0.001)
    found[BEFORE_TAX, BEFORE_TAX], found[FOR_YEAR, FOR_YEAR] = surplus, surplus - tax
    found[SURPLUS_OF, "Non-controlling interest"] = np.zeros(count, np.int64)
    found[SURPLUS_OF, "Provider"] = surplus - tax
    entire = found[COMPREHENSIVE, COMPREHENSIVE] = surplus - tax + sum(found[kind, kind] for kind in OTHER_GAINS)
    left = entire
    for part, share in (("Endowment", 0.1), ("Restricted", 0.05), ("Revaluation reserve", 0.02)):
        found[MADE_OF, f"{part} comprehensive income for the year"] = _whole(entire * share)
        left = left - found[MADE_OF, f"{part} comprehensive income for the year"]
    found[MADE_OF, "Unrestricted comprehensive income for the year"] = left
    found[MADE_OF, "Attributable to the University"] = found[MADE_OF, "Total"] = entire
    found[MADE_OF, "Attributable to the non-controlling interest"] = np.zeros(count, np.int64)
    # Lines of other countries or years: the cells are there, and empty.
    for key in NOT_APPLICABLE:
        found[key] = np.zeros(count, np.int64)
    return dict(sorted(found.items()))


NOT_APPLICABLE = (
    ("Dividends", "Dividends"),
    ("Taxation", "Taxation on research and development expenditure credit"),
    # Two blanks tell this group from the one above: HESA makes texts unique so.
    ("Taxation  ", "Total taxation"),
)


def staff(world: World, year: int) -> Figures:
    """Return a year's staff by (mode, kind, occupation): full-time and part-time add up to all."""
    chance = np.random.default_rng([world.seed, 8, year])
    whole, research = income(world, year)
    level = {"Academic": whole / 120 + research / 90, "Non-academic": whole / 85, "Atypical": whole / 500}
    shares = {
        "Academic": (0.001, 0.985, 0.01, 0.004), "Atypical": (0.0, 0.98, 0.02, 0.0),
        "Non-academic": (0.03, 0.17, 0.23, 0.3, 0.03, 0.05, 0.01, 0.005, 0.175),
    }  # fmt: skip
    found: Figures = {}
    for kind, occupations in OCCUPATIONS.items():
        for occupation, share in zip(occupations, shares[kind], strict=True):
            part_time = 1.0 if kind == "Atypical" else 0.33
            number = level[kind] * share * chance.normal(1, 0.05, len(providers(world)))
            fives = _whole(number / 5).clip(0)
            part = _whole(fives * part_time)
            for mode, people in (("All", fives), ("Full-time", fives - part), ("Part-time", part)):
                found[mode, kind, occupation] = people * 5
    for mode in ("All", "Full-time", "Part-time"):
        for kind, occupations in OCCUPATIONS.items():
            found[mode, kind, "Total"] = np.sum([found[mode, kind, o] for o in occupations], axis=0)
        found[mode, "All", "Total"] = found[mode, "Academic", "Total"] + found[mode, "Non-academic", "Total"]
    return found


def _whole(number: np.ndarray) -> np.ndarray:
    return np.round(number).astype(np.int64)


def _sum(found: Figures, marker: str) -> np.ndarray:
    return np.sum([values for key, values in found.items() if key[0] == marker], axis=0)

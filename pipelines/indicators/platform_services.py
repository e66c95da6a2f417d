"""What platforms earn by serving others: the equipment of laboratories and centres let to companies.

Reference: INDICATORS §3, "Platforms"; HE-BCI table 2a.
"""

from dataclasses import replace

from pipelines.indicators.contract import FACILITIES_INCOME

PLATFORM_FACILITIES_INCOME = replace(
    FACILITIES_INCOME,
    id="platform.facilities_income",
    reference="INDICATORS §3, Platforms; HE-BCI table 2a",
    caveats=("The same figure as contract.facilities_income: never add the two.", *FACILITIES_INCOME.caveats),
)

"""Benefits: what the university itself gains from its intellectual property, shares included.

Reference: INDICATORS §3, "Benefits"; HE-BCI tables 4c and 4d. What is paid to inventors is not public.
"""

from pipelines.indicators.contract_evidence import ACADEMICS
from pipelines.indicators.indicator import Indicator
from pipelines.indicators.survey.fact import FLOW, LUMPY, UNIVERSITIES_ONLY
from pipelines.indicators.transfer_evidence import LICENCES_AND_SHARES, NET_IP_INCOME, SHARE_SALES

_KEEPS = "INDICATORS §3, Benefits; HE-BCI table"

SALES_OF_SHARES = Indicator(
    "benefit.share_sales",
    "Sales of shares in spin-outs",
    "How much the university earns in the year by selling its shares in spin-outs.",
    "EUR",
    SHARE_SALES,
    f"{_KEEPS} 4d",
    (FLOW, LUMPY, "What is sold came into being many years before.", UNIVERSITIES_ONLY),
)
NET_INCOME = Indicator(
    "benefit.net_ip_income",
    "Net income of intellectual property",
    "What is left of all revenues of the university's intellectual property once its costs are paid.",
    "EUR",
    NET_IP_INCOME,
    f"{_KEEPS} 4d",
    (
        FLOW,
        "Often below zero: most universities spend more on protecting inventions than they earn by them.",
        "Revenues include sales of shares; costs are those that the university counts as such.",
    ),
)
INCOME_PER_ACADEMIC = Indicator(
    "benefit.ip_income_per_academic",
    "Licence income and share sales per academic",
    "How much licences and sales of shares bring per member of the academic staff and year, over three years.",
    "EUR",
    LICENCES_AND_SHARES,
    f"{_KEEPS}s 4c and 4d ÷ HESA staff table 1",
    (LUMPY, "Staff are counted in persons, not in full-time equivalents, and rounded to five.", UNIVERSITIES_ONLY),
    denominator=ACADEMICS,
    aggregate="ratio",
    window_years=3,
)

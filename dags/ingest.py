"""One DAG a source: every night it brings what changed into core. Wiring only; `pipelines.steps` says how."""

import datetime as dt

from airflow.sdk import Asset, CronDataIntervalTimetable, ExceptionRetryPolicy, RetryAction, RetryRule, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from pipelines import source, steps
from warehouse import store

FIRST, LAST = 60, 240  # minutes after midnight UTC in which the sources begin, one after the other
ON_NETWORK_FAULTS = {
    "retries": 4,
    "retry_delay": dt.timedelta(minutes=2),
    "retry_exponential_backoff": 4,
    "retry_policy": ExceptionRetryPolicy([RetryRule("pipelines.source.NetworkError")], default=RetryAction.FAIL),
}


def ingest(name: str, minute: int) -> None:
    """Declare the DAG of a source: listing → fetch → normalise → settle."""
    facts, page = source.outline(name)
    core = Asset(f"core_{name}", uri=f"iur://core/{name}")
    asking = ON_NETWORK_FAULTS | {"pool": facts.pool}

    @dag(
        f"ingest_{name}",
        schedule=CronDataIntervalTimetable(f"{minute % 60} {minute // 60} * * *", timezone="UTC"),
        start_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
        max_active_runs=1,
        tags=["ingest", facts.topic],
        doc_md=page,
    )
    def night():
        @task(**asking)
        def listing():
            return steps.changed(store.home(), name)

        @task(**asking)
        def fetch(batch):
            return steps.fetch_batch(store.home(), name, batch)

        @task(trigger_rule="all_done")  # what came is built, whatever did not come
        def normalise(batch):
            return steps.build_batch(store.home(), name, batch)

        @task(outlets=[core])
        def settle(built, outlet_events=None):
            if not (counts := steps.settle(built)):
                raise AirflowSkipException("nothing changed")
            outlet_events[core].extra = counts

        built = normalise.expand(batch=(batches := listing()))
        fetch.expand(batch=batches) >> [built, settle(built)]

    night()


for number, each in enumerate(source.names()):
    ingest(each, FIRST + (LAST - FIRST) * number // len(source.names()))

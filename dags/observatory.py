"""One release a day, after the ingests: wiring only; `pipelines.release` says how."""

import datetime as dt

from airflow.sdk import Asset, CronDataIntervalTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from pipelines import release as releasing
from pipelines import source, steps
from warehouse import store

RELEASE = Asset("release", uri="iur://release")


@dag(
    schedule=CronDataIntervalTimetable("0 6 * * *", timezone="UTC"),
    start_date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC),
    max_active_runs=1,
    tags=["release"],
    doc_md=releasing.__doc__,
)
def observatory():
    """Freeze what is in core, link, compute, judge and publish; nothing where nothing changed."""

    @task
    def due():
        if reason := steps.not_due(store.home()):
            raise AirflowSkipException(reason)

    @task(inlets=[Asset(f"core_{name}", uri=f"iur://core/{name}") for name in source.names()], outlets=[RELEASE])
    def release(outlet_events=None):
        made = releasing.make(store.home())
        if made is None or not made.is_new:  # another process was faster
            raise AirflowSkipException("nothing changed since the current release")
        outlet_events[RELEASE].extra = {"vintage": made.path.name}
        return made.path.name

    due() >> release()


observatory()

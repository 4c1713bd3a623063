"""
Feast's side of `npm run bench -- serve`: its Redis online store and its own Python feature server.

    feature_server.py fill STORE REDIS EVENTS...   registers a view of ten features for each events file, and a service of
                                                   all of them, materializes them, and has Redis save them; prints {}
    feature_server.py serve STORE REDIS PORT       serves them as `feast serve` does, with one worker

REDIS is `host:port`.
"""

import os
import sys
from datetime import timedelta

os.environ["FEAST_USAGE"] = "False"

from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Float64, Int64
from materialize import END, FEATURES, START, open_store
from redis import Redis


def fill(store: FeatureStore, redis: str, *events: str) -> None:
    customer = Entity(name="customer", join_keys=["customer_id"], value_type=ValueType.INT64)
    views = [
        FeatureView(
            name=f"view_{v}",
            entities=[customer],
            ttl=timedelta(0),
            schema=[Field(name="customer_id", dtype=Int64), *(Field(name=n, dtype=Float64) for n in FEATURES)],
            source=FileSource(name=f"events_{v}", path=path, timestamp_field="event_time"),
            online=True,
        )
        for v, path in enumerate(events)
    ]
    store.apply([customer, *views, FeatureService(name="ranking", features=views)])
    store.materialize(START, END)
    host, port = redis.split(":")
    Redis(host, int(port)).save()
    print("{}")


def serve(store: FeatureStore, _redis: str, port: str) -> None:
    """What `feast serve` does, with the registry's cache as Feast's guide to tuning has it, and nothing that costs time."""
    store.serve(
        host="127.0.0.1",
        port=int(port),
        type_="http",
        no_access_log=True,
        workers=1,
        registry_ttl_sec=300,
        # A worker would be started anew after 1,000 requests.
        max_requests=0,
        max_requests_jitter=0,
    )


if __name__ == "__main__":
    command, folder, redis, *args = sys.argv[1:]
    {"fill": fill, "serve": serve}[command](open_store(folder, redis), redis, *args)

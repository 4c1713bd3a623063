"""
Feast's side of materializing in `npm run bench -- feast`, with its DuckDB offline store and its Redis online store.

    materialize.py apply STORE EVENTS REDIS       registers ten features of an events file; prints {}
    materialize.py run STORE EVENTS REDIS         materializes them; prints a line of JSON with the seconds it took

REDIS is `host:port`.
"""

import json
import os
import sys
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

os.environ["FEAST_USAGE"] = "False"

from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.infra.offline_stores import duckdb as _duckdb  # so that they are not imported while the clock runs
from feast.infra.offline_stores.duckdb import DuckDBOfflineStoreConfig
from feast.infra.online_stores import redis as _redis
from feast.repo_config import MaterializationConfig
from feast.types import Float64, Int64

FEATURES = [f"f{i}" for i in range(10)]
START = datetime(2023, 1, 1, tzinfo=timezone.utc)
END = datetime(2024, 2, 1, tzinfo=timezone.utc)


def open_store(folder: str, redis: str) -> FeatureStore:
    return FeatureStore(
        config=RepoConfig(
            project="bench",
            provider="local",
            registry=str(Path(folder) / "registry.db"),
            offline_store=DuckDBOfflineStoreConfig(),
            online_store={"type": "redis", "connection_string": redis},
            # Otherwise it writes every row, not each key's latest; batches of 10,000 made it no faster.
            materialization=MaterializationConfig(pull_latest_features=True),
            entity_key_serialization_version=3,
        )
    )


def apply(store: FeatureStore, events: str) -> dict:
    key = Entity(name="key", join_keys=["k"], value_type=ValueType.INT64)
    view = FeatureView(
        name="v",
        entities=[key],
        ttl=timedelta(0),
        schema=[Field(name="k", dtype=Int64), *(Field(name=n, dtype=Float64) for n in FEATURES)],
        source=FileSource(name="events", path=events, timestamp_field="event_time"),
        online=True,
    )
    store.apply([key, view])
    return {}


def run(store: FeatureStore, events: str) -> dict:
    start = time.perf_counter()
    store.materialize(START, END, feature_views=["v"])
    return {"seconds": time.perf_counter() - start}


if __name__ == "__main__":
    command, folder, events, redis = sys.argv[1:]
    print(json.dumps({"apply": apply, "run": run}[command](open_store(folder, redis), events)))

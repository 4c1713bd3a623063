"""
Feast's side of `npm run bench -- feast`, with its DuckDB offline store.

    training_frame.py apply STORE EVENTS          registers five features of an events file; prints {}
    training_frame.py frame STORE LABELS [OUT]    makes the training frame of a labels file, as Arrow

`frame` prints a line of JSON: the seconds from the imports to the Arrow table, and the process's peak memory in bytes.
With OUT the frame is then written there, as Parquet.
"""

import json
import os
import sys
import time
from datetime import timedelta
from pathlib import Path

os.environ["FEAST_USAGE"] = "False"

import pandas as pd
import pyarrow.parquet as pq
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.infra.offline_stores import duckdb as _  # so that it is not imported while the clock runs
from feast.infra.offline_stores.duckdb import DuckDBOfflineStoreConfig
from feast.types import Bool, Float64, Int32, Int64, String

FEATURES = {"amount": Int64, "price": Float64, "items": Int32, "kind": String, "flag": Bool}


def open_store(folder: str) -> FeatureStore:
    return FeatureStore(
        config=RepoConfig(
            project="bench",
            provider="local",
            registry=str(Path(folder) / "registry.db"),
            offline_store=DuckDBOfflineStoreConfig(),
            online_store={"type": "sqlite", "path": str(Path(folder) / "online.db")},
            entity_key_serialization_version=3,
        )
    )


def apply(folder: str, events: str) -> None:
    key = Entity(name="key", join_keys=["k"], value_type=ValueType.INT64)
    latest = FeatureView(
        name="latest",
        entities=[key],
        ttl=timedelta(0),
        schema=[Field(name="k", dtype=Int64), *(Field(name=n, dtype=t) for n, t in FEATURES.items())],
        source=FileSource(name="events", path=events, timestamp_field="event_time"),
        online=False,
    )
    open_store(folder).apply([key, latest])
    print("{}")


def frame(folder: str, labels: str, out: str | None = None) -> None:
    start = time.perf_counter()
    job = open_store(folder).get_historical_features(
        entity_df=pd.read_parquet(labels),
        features=[f"latest:{name}" for name in FEATURES],
        full_feature_names=True,
    )
    table = job.to_arrow()
    seconds = time.perf_counter() - start
    print(json.dumps({"seconds": seconds, "peak": peak_memory(), "rows": table.num_rows}), flush=True)
    if out is not None:
        pq.write_table(table, out)


def peak_memory() -> int:
    """This process's own. Linux's getrusage begins with the memory of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    {"apply": apply, "frame": frame}[sys.argv[1]](*sys.argv[2:])

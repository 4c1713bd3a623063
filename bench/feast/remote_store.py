"""Reads features by Feast's own SDK, with its `remote` online store pointed at a Lockstep server.

Usage: remote_store.py URL FOLDER. Prints what the SDK gives as JSON.
"""

import json
import sys
from datetime import timedelta
from pathlib import Path

from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, RepoConfig, ValueType
from feast.types import Float64

url, folder = sys.argv[1], Path(sys.argv[2])
config = RepoConfig(
    project="bench",
    provider="local",
    registry=str(folder / "registry.db"),
    online_store={"type": "remote", "path": url},
    entity_key_serialization_version=3,
)
store = FeatureStore(config=config)

# What the SDK must know: names and types, as they are declared to Lockstep.
customer = Entity(name="customer", join_keys=["customer_id"], value_type=ValueType.INT64)
views = []
for v in range(5):
    (folder / f"view_{v}.parquet").touch()
    views.append(
        FeatureView(
            name=f"view_{v}",
            entities=[customer],
            ttl=timedelta(0),
            schema=[Field(name=f"f{f}", dtype=Float64) for f in range(10)],
            source=FileSource(path=str(folder / f"view_{v}.parquet"), timestamp_field="event_time"),
        )
    )
ranking = FeatureService(name="ranking", features=views)
for declared in [customer, *views]:
    (store.registry.apply_entity if declared is customer else store.registry.apply_feature_view)(declared, "bench")
store.registry.apply_feature_service(ranking, "bench")

rows = [{"customer_id": key} for key in (3, 1, 3, 10**9)]
by_name = store.get_online_features(["view_0:f0", "view_4:f9"], rows, full_feature_names=True).to_dict()
by_service = store.get_online_features(ranking, rows, full_feature_names=True).to_dict()
print(json.dumps({"by_name": by_name, "by_service": by_service}))

"""Reads a dashboard from standard input with the models that Grafana publishes, and complains of members that they do not know."""

import json
import sys

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard


def compare(ours, theirs, path):
    """Whatever is in ours has to be in theirs."""
    if isinstance(ours, dict):
        for name, value in ours.items():
            if value not in (None, [], {}) and (not isinstance(theirs, dict) or name not in theirs):
                sys.stderr.write(f"{path}.{name} is not known\n")
            elif isinstance(theirs, dict):
                compare(value, theirs.get(name), f"{path}.{name}")
    elif isinstance(ours, list):
        for place, value in enumerate(ours):
            compare(value, theirs[place] if theirs and place < len(theirs) else None, f"{path}[{place}]")
    elif ours != theirs and ours is not None:
        sys.stderr.write(f"{path}: {ours!r} is read as {theirs!r}\n")


register_default_plugins()
document = json.load(sys.stdin)
dashboard = Dashboard.from_json(document)
compare(document, json.loads(JSONEncoder().encode(dashboard)), "dashboard")
print(f"{len(dashboard.panels)} panels, {len(dashboard.templating.list_val)} variables")

"""Reads metrics in the text format from standard input and writes what Prometheus's own client makes of them, one a line."""

import sys

from prometheus_client.parser import text_fd_to_metric_families

for family in text_fd_to_metric_families(sys.stdin):
    assert family.documentation, family.name
    for sample in family.samples:
        labels = ",".join(f"{name}={value!r}" for name, value in sample.labels.items())
        print(f"{family.type} {sample.name} {{{labels}}} {sample.value:g}")

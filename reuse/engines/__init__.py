"""What an audit runs on: one machine, which is `reuse.pipeline`, or a cluster, `reuse.engines.spark`."""

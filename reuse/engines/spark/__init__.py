"""The audit on Apache Spark: the stages of `reuse.pipeline`, and between them shuffles."""

"""The same audit on Apache Spark, for what no longer fits one machine."""

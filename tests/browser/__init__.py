"""Tests of ``report.html`` in a browser."""

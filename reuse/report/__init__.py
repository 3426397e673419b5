"""Findings to reports: tables for people, records and CSV for machines, pages to read, evidence to send.

A report folder is written by `folder` and read back by `reading`; whatever is rendered from it is, byte for
byte, what the run has put there.
"""

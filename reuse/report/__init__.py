"""Findings to reports: a table for people, JSON Lines and CSV for machines, a folder for the archive."""

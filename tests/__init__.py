"""Tests of the toolkit; `reference` holds the readable twins of the native kernels."""

"""The detector on labelled corpora: how much of what was copied it finds, and how much else.

`plagdet` measures passages, `pan` reads and judges a corpus of the PAN text alignment task, `detections`
writes what was found there; `rows` and `pairs` read and judge labelled pairs, `figures` counts how often that
was right. `planting`, `drawing` and `selftest` plant reuse in the user's own articles, and count what is found.
"""

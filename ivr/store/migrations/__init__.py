"""The steps from one shape of the tables to the next; Alembic runs them in order, in one transaction.

A new step is a file in `versions/`, named `rNNNN_what.py`, whose `down_revision` is the one before. It is written
by hand, for both databases, and never changed after a release; a test compares where they lead to with `schema.py`.
They go forward only: what takes a column away comes a release after the code that no longer uses it, so that machines
of two releases can work on one database.
"""

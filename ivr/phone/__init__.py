"""A telephone for the desk: a voice provider in miniature, and the caller at its other end.

It shares nothing with the code that answers (no renderer, no engine, no street; `local` alone puts a service
at the other end): it reads the documents and signs the webhooks by its own few lines, so that a mistake made
on one side is heard on the other.
"""

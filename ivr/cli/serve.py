"""`ivr serve`: the service."""
from __future__ import annotations
import click

@click.command("serve")
def command() -> None:
    """x"""

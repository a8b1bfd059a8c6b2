"""Contacts: the offices that callers reach, their numbers and their hours.

`data/contacts.yaml` is the only place where a telephone number is written; flows name a contact, never a number.

* `phrase`: words per language, as operators write them.
* `plan`: which numbers may be dialled at all.
* `phone`: a number as printed, as dialled, as shown and as spoken.
* `shape`: the form of the file; not loaded with the package, because whoever answers calls needs none of it.
* `directory`: the checked value that a call works with.
"""

from ivr.contacts.directory import Directory, Entry, build_directory
from ivr.contacts.phone import Phone, allowed, caller_number, masked
from ivr.contacts.phrase import Phrase

__all__ = [
    "Directory",
    "Entry",
    "Phone",
    "Phrase",
    "allowed",
    "build_directory",
    "caller_number",
    "masked",
]

"""The checker: what a flow set has to prove before anybody hears it.

One rule is one file here, one line in `RULES`, and one case file under tests/cases/check. A rule looks at the `Survey`
(everything that can happen, everything that can be heard) and yields problems; it never prints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ivr.check import (
    announced_key,
    crossed_fact,
    dead_air,
    emergency_first,
    endless_ring,
    endless_ringing,
    far_from_help,
    greeting,
    hard_sentence,
    helpless_caller,
    key_first,
    key_order,
    long_menu,
    menu_depth,
    menu_size,
    misnamed_contact,
    placeholders,
    recording_consent,
    repeated_webhook,
    rings_closed,
    service_keys,
    text_lengths,
    unlisted_number,
    unprotected_switch,
    unproved,
    unreachable,
    unused_contact,
    valid_document,
    wrong_contact,
    wrong_number_told,
    wrong_script,
)

if TYPE_CHECKING:
    from ivr.check.survey import Rule

RULES: tuple[Rule, ...] = (
    unproved.RULE,
    emergency_first.RULE,
    greeting.RULE,
    dead_air.RULE,
    valid_document.RULE,
    endless_ring.RULE,
    endless_ringing.RULE,
    helpless_caller.RULE,
    far_from_help.RULE,
    unreachable.RULE,
    service_keys.RULE,
    announced_key.RULE,
    wrong_contact.RULE,
    misnamed_contact.RULE,
    crossed_fact.RULE,
    wrong_number_told.RULE,
    rings_closed.RULE,
    unlisted_number.RULE,
    recording_consent.RULE,
    unprotected_switch.RULE,
    repeated_webhook.RULE,
    menu_size.RULE,
    menu_depth.RULE,
    key_order.RULE,
    key_first.RULE,
    long_menu.RULE,
    placeholders.RULE,
    text_lengths.RULE,
    wrong_script.RULE,
    hard_sentence.RULE,
    unused_contact.RULE,
)

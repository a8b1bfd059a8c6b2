"""TwiML: what a turn sounds like on the wire.

Everything that can be known beforehand is made with the twilio library's classes when a flow set is loaded; a turn only
joins the pieces. The portable core only (facts: Say, Gather, Redirect, Dial with Number, Hangup), so that the documents
work with every provider that speaks TwiML.
"""

from __future__ import annotations

from ivr.twiml.renderer import MAX_BYTES, URL_FORMAT, Document, Renderer

__all__ = ["MAX_BYTES", "URL_FORMAT", "Document", "Renderer"]

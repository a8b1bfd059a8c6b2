"""A phone-menu service: signed voice webhooks in, TwiML out, flows that operators edit in YAML."""

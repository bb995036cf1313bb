"""The screens' handlers: find, one verb of a model, show."""

from quart import Blueprint

from inbox.web import (
    api_tokens,
    broadcasts,
    church,
    conversations,
    first_run,
    health,
    media,
    messages,
    sessions,
    staff,
    static,
    triage,
    twilio,
    webhooks,
)

blueprints: tuple[Blueprint, ...] = (
    health.pages,
    static.pages,
    first_run.pages,
    sessions.pages,
    conversations.pages,
    messages.pages,
    triage.pages,
    broadcasts.pages,
    media.pages,
    church.pages,
    twilio.pages,
    staff.pages,
    api_tokens.pages,
    webhooks.pages,
)

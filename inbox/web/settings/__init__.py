"""The pages under Settings."""

from quart import Blueprint

from inbox.web.settings import (
    api_tokens,
    church,
    group_members,
    groups,
    members,
    preferences,
    staff,
    twilio,
)

blueprints: tuple[Blueprint, ...] = (
    members.pages,
    groups.pages,
    group_members.pages,
    church.pages,
    twilio.pages,
    staff.pages,
    api_tokens.pages,
    preferences.pages,
)

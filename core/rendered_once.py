"""HTML that is rendered once for the same rows, and kept in this process.

A page of many values is mostly the same from one visit to the next. The key is made of the rows it is
rendered from, not of a version that somebody has to count up: whatever changes, the key is another one.
"""

import secrets
from hashlib import blake2b
from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from core.version_cache import Kept

# Stands in kept HTML where the visitor's own token belongs. Nobody can know it and write it into a text.
TOKEN = secrets.token_hex(32)

_pieces: Kept[str] = Kept(most=200)  # about 60 KB each


def rendered_once(
    request: HttpRequest, template: str, context: dict[str, Any], *, made_from: tuple[Any, ...]
) -> SafeString:
    """The template with this context and the token of the visitor's forms. `made_from` is everything that the
    HTML depends on: rows, lists of rows, and plain values."""
    text = repr((template, _plain(made_from)))
    key = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()
    html = _pieces.get(key, lambda: render_to_string(template, {**context, "csrf_token": TOKEN}))
    return mark_safe(html.replace(TOKEN, get_token(request)))  # noqa: S308 - made by a template


def _plain(value: Any) -> Any:
    """Rows as the values of the columns that were read, so that two of the same content are alike."""
    if isinstance(value, Model):
        unread = value.get_deferred_fields()
        columns = (field.attname for field in value._meta.concrete_fields)
        return value._meta.label, [value.__dict__[name] for name in columns if name not in unread]
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value

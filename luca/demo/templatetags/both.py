"""A text in both languages; the page's style sheet shows one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template
from django.utils.html import format_html

from luca.demo.report.words import spanish

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def both(es: str, en: str) -> SafeString:
    """Put a text in Spanish and in English side by side."""
    return format_html('<span lang="es">{}</span><span lang="en">{}</span>', es, en)


@register.simple_tag
def said(text: str) -> SafeString:
    """Put what the demo says in English beside its Spanish."""
    return both(spanish(text), text)

"""Where the first page leads to."""

from django.urls import NoReverseMatch, reverse

PAGES = {
    "add_period": "tenants_periodrecord_add",
    "period": "tenants_periodrecord_change",
}


def to(page: str, *arguments: str) -> str:
    """The address of a page; empty where this deployment has none."""
    try:
        return reverse(f"admin:{PAGES.get(page, page)}", args=arguments)
    except NoReverseMatch:
        return ""

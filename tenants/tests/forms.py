"""What a browser would send of the forms of a page."""

import re


def form_of(page: str) -> dict[str, str]:
    """What a browser would send of a form as it stands."""
    sent = {}
    body = page[page.index("<form") :] if "_form" not in page else page[page.index('_form"') :]
    for tag in re.findall(r"<input[^>]*>", body):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or " checked" in tag):
            sent[name[1]] = value[1] if value else ""
    for name, inside in re.findall(r'<select name="([^"]*)".*?>(.*?)</select>', body, re.DOTALL):
        first = re.search(r'<option value="([^"]*)"', inside)
        chosen = re.search(r'<option value="([^"]*)" selected', inside) or first
        sent[name] = chosen[1] if chosen else ""
    return sent

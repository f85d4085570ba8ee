"""The admin in a real browser: Debian's Chromium, driven by Playwright, on a stack of its own.

Nothing here leaves the machine: what a page asks of anybody else fails its test.
"""

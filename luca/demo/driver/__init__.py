"""Plays the whole demo. It knows Luca only from outside: an HTTP client, commands, logins.

Nothing in here imports an app's services. What it reports as stored comes from
`table` and from the authority's own store, never from what was sent.
"""

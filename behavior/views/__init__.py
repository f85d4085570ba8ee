"""The HTTP of behaviour: parse, call one service, answer."""

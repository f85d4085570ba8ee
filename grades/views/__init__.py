"""The HTTP of grades: parse, call one service, answer."""

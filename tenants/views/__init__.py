"""The HTTP of schools, people and who they are: parse, call one service, answer."""

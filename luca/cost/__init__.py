"""What Luca costs in AWS in a month, as arithmetic: people and habits in, services and dollars out.

``workload`` says what schools do, ``usage`` what that asks of each service, ``prices`` what the
service asks for it (``deploy/prices.json``), ``bill`` multiplies, ``design`` compares the result
with the figures that the design promised. Nothing here asks AWS anything.
"""

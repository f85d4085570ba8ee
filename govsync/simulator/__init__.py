"""A SIMULATOR of the government's grade authority. It is no government's software.

No such API is published, so the contract is Luca's own. The simulator stands
on the other side of it, in a process and a store of its own: it accepts grades,
answers repeated keys, refuses bad records, reads back what it holds, fails on
request, and reports what it received and when. It shares no code with the rest
of Luca, which it is there to check.
"""

"""HTTP: who is asking, what may be asked, and how answers and errors look."""

"""Loading and saving: domain values in, domain values out, of the context's school."""

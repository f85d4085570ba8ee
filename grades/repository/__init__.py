"""Loading and saving what is graded: domain values in, domain values out, one school only."""

"""What the lake says, as JSON, tables and pictures."""

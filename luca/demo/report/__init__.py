"""What the demo found, as JSON for programs and as one self-contained page for people."""

"""What operators would see and be woken by, played and judged on this machine."""

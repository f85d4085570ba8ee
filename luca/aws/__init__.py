"""The doors to AWS: the only package that makes clients."""

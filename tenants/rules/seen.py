"""What was seen of something that has no version of its own."""

import zlib


def mark(value: object) -> int:
    """Return a number that is another when the value is: whoever changes it brings it back.

    >>> mark("a") == mark("a"), mark("a") == mark("b")
    (True, False)
    """
    return zlib.crc32(repr(value).encode(errors="surrogatepass")) & 0x7FFF_FFFF

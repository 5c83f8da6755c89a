"""What companies type and attach: plain builders, each valid and different by its number."""

import random
import struct
import zlib
from typing import Any

from appeals.rules import uscc

ORGANISATION = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(number: int) -> str:
    """A valid unified social credit code, another for each number."""
    letters = ""
    for _ in range(6):
        number, digit = divmod(number, len(ORGANISATION))
        letters = ORGANISATION[digit] + letters
    return uscc.make("91611102", "MA" + letters)


def values(number: int, **other: Any) -> dict[str, Any]:
    """The fields of a valid form (contract, Submit form fields); `other` wins."""
    return {
        "company_name": f"核验企业{number}有限公司", "uscc": credit_code(number), "territory": "沣东新城",
        "contact_name": "经办", "mobile": f"138{number % 10**8:08d}", "nature": "help", "title": f"核验事项{number}",
        "text": f"核验事项{number}的具体情况说明，请协调处理。", "consent": True,
    } | other  # fmt: skip


def picture(seed: int, size: int = 2000) -> bytes:
    """A PNG of one pixel with `size` random bytes beside it: its own hash for each seed."""
    noise = random.Random(seed).randbytes(size)
    parts = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (b"noIs", noise),
             (b"IDAT", zlib.compress(b"\x00\x00")), (b"IEND", b"")]  # fmt: skip
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)

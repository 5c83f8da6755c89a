"""Where a request comes from, as far as throttles need to know."""

import hmac
from ipaddress import IPv4Address, IPv6Address, ip_address

from flask import current_app, request


def address_key(purpose: str) -> str:
    """A throttle's key for the visitor's address: keyed, so that nothing personal is stored.

    The address is the one the proxy in front vouches for.
    """
    try:
        where = place(ip_address(request.remote_addr or ""))
    except ValueError:
        where = "nowhere"
    secret: bytes = current_app.extensions["appeals.settings"].key("throttle")
    return f"{purpose}:{hmac.digest(secret, where.encode(), 'sha256').hex()[:32]}"


def place(address: IPv4Address | IPv6Address) -> str:
    """What counts as one visitor: an IPv6 visitor commands a whole /64."""
    return str(int(address) >> 64) if isinstance(address, IPv6Address) else str(address)

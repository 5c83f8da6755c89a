"""Where a request comes from, as far as throttles need to know."""

import hmac
from ipaddress import IPv6Address, ip_address

from flask import current_app, request


def address_key(purpose: str) -> str:
    """A throttle's key for the visitor's address: keyed, so that nothing personal is stored.

    An IPv6 visitor commands a whole /64 and counts as one. The address is the one the proxy in front vouches for.
    """
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        place = "nowhere"
    else:
        place = str(int(address) >> 64) if isinstance(address, IPv6Address) else str(address)
    secret: bytes = current_app.extensions["appeals.settings"].key("throttle")
    return f"{purpose}:{hmac.digest(secret, place.encode(), 'sha256').hex()[:32]}"

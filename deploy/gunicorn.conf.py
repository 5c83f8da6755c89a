"""gunicorn in production, behind the nginx of nginx.conf; read by appeals-web.service."""

import gc
import os
import sys
from typing import Any

# Only a process that may enter this folder can speak to the socket, so only nginx is believed about the visitor.
bind = "unix:" + os.environ.get("RUNTIME_DIRECTORY", "/run/appeals") + "/web.sock"
umask = 0o007  # the group nginx belongs to may write to the socket
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = 4
preload_app = False  # a worker opens its own database connections
timeout = 60
graceful_timeout = 30
keepalive = 2
limit_request_line = 2048
limit_request_fields = 50
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the heartbeat file must not wait for a disk
control_socket_disable = True
accesslog = None  # nginx writes it, without rating tokens and query strings
errorlog = "-"
loglevel = "info"


def on_starting(_server: Any) -> None:
    """Refuse once, here, with exit 2: a worker's refusal would only be a boot error."""
    from config import Refused, Settings

    try:
        Settings.from_environ().check()
    except Refused as refused:
        print(refused, file=sys.stderr)
        sys.exit(2)


def post_worker_init(worker: Any) -> None:
    """Take the visitor's address from the one proxy in front; whatever the visitor claims was dropped there."""
    gc.collect()
    gc.freeze()  # the program itself stays: looking for garbage in it again and again would cost each request
    from werkzeug.middleware.proxy_fix import ProxyFix

    worker.wsgi = ProxyFix(worker.wsgi, x_for=1, x_proto=1)

"""What gunicorn and the flask command load: the application, or the reasons why it will not start."""

import os
import sys

from appeals import create_app, logs
from config import Refused

os.umask(0o077)  # database, attachments and exports belong to this user alone
logs.configure()  # every process speaks the same: web, scheduler, commands
try:
    app = create_app()
except Refused as refused:
    print(refused, file=sys.stderr)
    # gunicorn starts a dead worker again for ever, unless it left with this status of its own.
    sys.exit(3 if "gunicorn.arbiter" in sys.modules else 2)

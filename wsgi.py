"""What gunicorn and the flask command load: the application, or the reasons why it will not start."""

import os
import sys

from appeals import create_app
from config import Refused

os.umask(0o077)  # database, attachments and exports belong to this user alone
try:
    app = create_app()
except Refused as refused:
    for line in refused.lines:
        print(f"拒绝启动 / refused to start: {line}", file=sys.stderr)
    sys.exit(2)

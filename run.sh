#!/bin/sh
# Try the program: ./run.sh, then open the address it prints. Needs Python 3.11 or newer and nothing else.
# PORT and APPEALS_DATA_DIR may be set; everything it keeps lies in that directory (default: var/).
set -u
cd "$(dirname "$0")" || exit 1
. deploy/venv.sh

PORT=${PORT:-8000}
data=${APPEALS_DATA_DIR:-var}
export PORT

python_env requirements.txt || exit 1
umask 077
python=$PWD/.venv/bin/python

"$python" - "$PORT" <<'END' || exit 1
import socket, sys
with socket.socket() as probe:
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        probe.bind(("127.0.0.1", int(sys.argv[1])))
    except (OSError, OverflowError, ValueError):
        sys.exit(f"端口 {sys.argv[1]} 不可用，请换一个 / cannot listen on port {sys.argv[1]}, choose another: PORT=8001 ./run.sh")
END

# Quiet while all is well; what a step said is shown when it fails.
step() {
    said=$("$python" -m flask --app wsgi "$@" 2>&1) || { code=$?; say "$said"; exit $code; }
}
step db upgrade
step seed
accounts=$data/demo-accounts.txt
if [ "${APPEALS_ENV:-development}" = development ] && [ ! -e "$accounts" ]; then
    say "准备演示数据 / preparing the demonstration stock …"
    said=$("$python" -m flask --app wsgi demo) || exit $?
    printf '%s\n' "$said" >"$accounts"
fi

web='' scheduler=''
stop() {
    trap '' INT TERM HUP
    kill $web $scheduler 2>/dev/null
    wait
}
trap 'stop; say "已停止 / stopped"; exit 0' INT TERM HUP
"$python" -m flask --app wsgi scheduler 2>>"$data/scheduler.log" &
scheduler=$!
"$python" -m gunicorn --bind "127.0.0.1:$PORT" --workers 2 --threads 4 --worker-class gthread \
    --log-level warning --no-control-socket wsgi:app 2>>"$data/web.log" &
web=$!

alive() { kill -0 $web 2>/dev/null && kill -0 $scheduler 2>/dev/null; }
# In the background and waited for, so that Ctrl-C and TERM are answered at once.
pause() { sleep 1 & wait $!; }

# Any answer will do: it is there.
answers() {
    "$python" - "$PORT" <<'END'
import http.client, sys
try:
    door = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=2)
    door.request("GET", "/healthz")
    door.getresponse()
except OSError:
    sys.exit(1)
END
}
until answers || ! alive; do pause; done
if alive; then
    if [ -e "$accounts" ]; then
        cat "$accounts"
        say "账号保存在 $accounts，删除 $data 即重新开始 / kept there; remove $data to start afresh"
    fi
    say "企业诉求 Appeals: http://127.0.0.1:$PORT/  按 Ctrl-C 停止 / Ctrl-C ends it"
fi
while alive; do pause; done
dead=web
kill -0 $web 2>/dev/null && dead=scheduler
tail -n 20 "$data/$dead.log" >&2
say "进程 $dead 意外退出，日志见 / the process $dead has ended by itself, its log: $data/$dead.log"
stop
exit 1

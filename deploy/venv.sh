# Sourced by run.sh, test.sh and the upgrade steps of README.md, from the project's folder (POSIX sh).
# python_env FILE: a .venv with Python 3.11 or newer, exactly the packages that FILE pins by hash, and the program itself
# where it lies, so that `flask` finds the commands named in pyproject.toml.

say() { printf '%s\n' "$*" >&2; }

# A Python that is new enough and can make an environment; $too_old and $no_venv remember why others were not.
find_python() {
    too_old='' no_venv=''
    for name in python3 python3.13 python3.12 python3.11 python3.14 python; do
        command -v "$name" >/dev/null 2>&1 || continue
        version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
        if ! "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            too_old="$name $version"
        elif ! "$name" -c 'import ensurepip, venv' 2>/dev/null; then
            no_venv=${no_venv:-$version}
        else
            printf '%s\n' "$name"
            return 0
        fi
    done
    if [ -n "$no_venv" ]; then
        say "Python $no_venv 缺少 venv 模块，请先安装 / Python $no_venv cannot make environments, install first:"
        say "  Debian, Ubuntu:  sudo apt-get install python3-venv   (或 / or python$no_venv-venv)"
        say "  Fedora:          sudo dnf install python3"
        say "  macOS:           brew install python@3.13"
    else
        say "需要 Python 3.11 或更新版本${too_old:+（本机：$too_old）} / Python 3.11 or newer is needed${too_old:+ (found: $too_old)}:"
        say "  Debian 12, Ubuntu 24.04:  sudo apt-get install python3 python3-venv"
        say "  Fedora:                   sudo dnf install python3"
        say "  macOS:                    brew install python@3.13"
    fi
    return 1
}

python_env() {
    # A moved checkout, a removed Python or an interrupted first try leave an environment that cannot be mended.
    if ! .venv/bin/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        python=$(find_python) || return 1
        rm -rf .venv
        "$python" -m venv .venv || return 1
    fi
    sum=$(cksum <"$1"; cksum <pyproject.toml; pwd)
    stamp=.venv/installed-$1
    [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ] && return 0
    say "安装依赖（首次约一分钟）/ installing packages (about a minute the first time) …"
    pip_install --require-hashes -r "$1" || {
        say "安装失败。网络受限时请设置 PIP_INDEX_URL 后重试 / failed; where the network is restricted set PIP_INDEX_URL and try again."
        return 1
    }
    # Needs no network: what builds it has just been installed.
    PIP_REQUIRE_HASHES=0 pip_install --no-index --no-deps --no-build-isolation --editable . || return 1
    printf '%s\n' "$sum" >"$stamp"
}

pip_install() {
    PIP_USER=0 .venv/bin/python -m pip install -qq --no-input --disable-pip-version-check "$@"
}

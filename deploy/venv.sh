#!/bin/sh
# Install what a requirements file lists into .venv: `sh deploy/venv.sh requirements.txt`.
# Does nothing, in milliseconds, where that was done before. PYTHON names an interpreter of your own choice.
set -eu
cd "$(dirname "$0")/.."
wanted=$1

# What makes an existing .venv stale: the lists, and the folder (scripts in it hold absolute paths).
state() {
    { pwd; cat requirements*.txt; } | cksum
}

stamp=.venv/.$wanted.installed
if [ "$(cat "$stamp" 2>/dev/null)" = "$(state)" ] && .venv/bin/python -c '' 2>/dev/null; then
    exit 0
fi

# Print the first Python of PATH that is new enough and can make a virtual environment; else say what to install.
find_python() {
    without_venv=
    for name in ${PYTHON:-python3.13 python3.12 python3.11 python3}; do
        case $name in /*) places=/ ;; *) places=$PATH ;; esac
        old_ifs=$IFS
        IFS=:
        for place in $places; do
            IFS=$old_ifs
            candidate=${place%/}/${name#/}
            [ -x "$candidate" ] || continue
            "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
            if "$candidate" -c 'import ensurepip, venv' 2>/dev/null; then
                echo "$candidate"
                return
            fi
            without_venv=$("$candidate" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        done
    done
    if [ -n "$without_venv" ]; then
        echo "Python $without_venv is here but cannot make a virtual environment: install its venv package" \
            "(Debian and Ubuntu: apt install python3-venv)." >&2
    else
        echo "Newsroom needs Python 3.11 or newer with venv, and none is on PATH: install it" \
            "(Debian and Ubuntu: apt install python3 python3-venv)." >&2
    fi
    exit 1
}

# A copied or half-made .venv is made anew; one that only lacks packages is kept.
if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! grep -qs "$(pwd)/.venv" .venv/bin/pip; then
    python=$(find_python)
    echo "Making .venv with $python ..."
    "$python" -m venv --clear .venv
fi
echo "Installing packages ($wanted) ..."
.venv/bin/python -m pip install --require-virtualenv --disable-pip-version-check -q -r "$wanted"
for list in "$wanted" $(sed -n 's/^-r //p' "$wanted") requirements.txt; do
    state >".venv/.$list.installed"
done

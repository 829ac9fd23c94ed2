# shellcheck shell=bash
# SPDX-License-Identifier: MIT
#
# What quickstart and test share: find what is installed, install what is missing, and
# say both.  Sourced; everything in it works as root, with sudo, or without either.

# The Debian package that meets each need.
declare -A PACKAGES=(
    [rsync]=rsync
    [ssh]=openssh-client
    [sshd]=openssh-server
    [libpq]=libpq-dev
    [compiler]=gcc
    [headers]=python3-dev
    [venv]=python3-venv
    [postgres]=postgresql
)

say() { printf '%s\n' "$*"; }

fail() {
    printf 'error: %s\n' "$1" >&2
    [ $# -lt 2 ] || printf '  hint: %s\n' "$2" >&2
    exit 1
}

# sshd and friends are not on an ordinary user's PATH on Debian.
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"

# run_as USER COMMAND…: run a command as another user, from root, with our environment.
run_as() {
    local user=$1
    shift
    if command -v runuser >/dev/null; then
        runuser -u "$user" -- "$@"
    else
        setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups -- "$@"
    fi
}

# can_install: whether packages can be installed here: apt, and root or a sudo that
# either asks nothing or has a terminal to ask on.
can_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" -ne 0 ] || return 0
    command -v sudo >/dev/null || return 1
    sudo -n true 2>/dev/null || [ -t 0 ]
}

# good_python USER: print the first Python that USER can run and that is new enough.
# Root's own Python may lie where nobody else can look.
good_python() {
    local user=$1 python path
    for python in "${PYTHON:-python3}" /usr/bin/python3 \
        python3.14 python3.13 python3.12 python3.11 python3.10; do
        path=$(command -v "$python") || continue
        as_user "$user" "$path" -c 'if 1:
            import sys
            sys.version_info >= (3, 10) or sys.exit(1)
            print(sys.executable)' 2>/dev/null && return
    done
    return 1
}

as_user() {
    local user=$1
    shift
    if [ "$(id -un)" = "$user" ]; then "$@"; else run_as "$user" "$@"; fi
}

# postgres_folder: print the folder of the newest PostgreSQL installed here, if any.
postgres_folder() {
    local folders
    IFS=: read -ra folders <<<"$PATH"
    newest_postgres "${folders[@]}" /usr/lib/postgresql/*/bin /usr/pgsql-*/bin \
        /usr/local/pgsql/bin
}

# newest_postgres FOLDER…: print the one with the newest server that runs here.
newest_postgres() {
    local folder version newest=0 found=
    for folder in "$@"; do
        [ -x "$folder/initdb" ] || continue
        version=$("$folder/postgres" --version 2>/dev/null) || continue
        version=${version##*) } version=${version%%[!0-9]*}
        if [ "${version:-0}" -gt "$newest" ]; then
            newest=$version found=$folder
        fi
    done
    [ -n "$found" ] || return 1
    # A link elsewhere would not find its libraries' folder.
    ! [ -L "$found/postgres" ] || found=$(dirname "$(readlink -f "$found/postgres")")
    say "$found"
}

# is_there WHAT PYTHON: whether one of the needs named above is met.
is_there() {
    case $1 in
    rsync | ssh | sshd) command -v "$1" >/dev/null ;;
    libpq)
        command -v pg_config >/dev/null &&
            [ -e "$(pg_config --includedir)/libpq-fe.h" ]
        ;;
    compiler) command -v "${CC:-gcc}" >/dev/null || command -v cc >/dev/null ;;
    headers) "$2" -c 'if 1:
        import os, sys, sysconfig
        header = os.path.join(sysconfig.get_paths()["include"], "Python.h")
        sys.exit(not os.path.exists(header))' ;;
    venv) "$2" -c 'import ensurepip, venv' 2>/dev/null ;;
    postgres) postgres_folder >/dev/null ;;
    esac
}

# missing PYTHON WHAT…: print those of the needs that are not met.
missing() {
    local python=$1 what
    shift
    for what in "$@"; do
        is_there "$what" "$python" || say "$what"
    done
}

# packages_of WHAT…: print the Debian packages that meet the needs.
packages_of() {
    local what packages=()
    for what in "$@"; do packages+=("${PACKAGES[$what]}"); done
    say "${packages[*]}"
}

# provide PYTHON WHAT…: install what is missing, saying so; no matter if that cannot be
# done, because the caller knows what it can do without.
provide() {
    local python=$1 needs packages sudo=()
    shift
    mapfile -t needs < <(missing "$python" "$@")
    [ ${#needs[@]} -gt 0 ] || return 0
    read -ra packages <<<"$(packages_of "${needs[@]}")"
    can_install || return 0
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    say "Installing the packages ${packages[*]}"
    say "\$ ${sudo[*]:+sudo }apt-get install --yes --no-install-recommends ${packages[*]}"
    "${sudo[@]}" apt-get update --quiet --quiet || true
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --quiet \
        --no-install-recommends "${packages[@]}" </dev/null >/dev/null ||
        fail "cannot install ${packages[*]}" "Run the command above by hand to see why."
    hash -r
}

# require PYTHON WHAT…: stop with one line when a need is still not met.
require() {
    local python=$1 needs
    shift
    mapfile -t needs < <(missing "$python" "$@")
    [ ${#needs[@]} -eq 0 ] ||
        fail "missing on this machine: ${needs[*]}" \
            "Have an administrator run: apt-get install $(packages_of "${needs[@]}")"
}

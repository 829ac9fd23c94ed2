#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# The play of scripts/quickstart, run as the user that owns the lab, from a copy in it:
# play.sh play FOLDER POSTGRES QUICKSTART | shell FOLDER | stop FOLDER

set -euo pipefail
task=$1 lab=$2
data=$lab/data
# shellcheck source=scripts/lib/setup.sh
. "$lab/lab/setup.sh"

# --- what is shown ------------------------------------------------------------------

bold='' plain=''
if [ -t 1 ]; then bold=$'\e[1m' plain=$'\e[0m'; fi

scene() {
    step=$1
    printf '\n\n%s%s%s\n' "$bold" "-- $1" "$plain"
}

# quoted WORD…: the words as one would type them; none here has both kinds of quotes.
quoted() {
    local word line=
    for word in "$@"; do
        if [[ $word == *\'* ]]; then
            word="\"$word\""
        elif ! [[ $word =~ ^[A-Za-z0-9_./:=@%+,-]+$ ]]; then
            word="'$word'"
        fi
        line+=" $word"
    done
    printf '%s' "${line:1}"
}

tell() { printf '\n%s$ %s%s\n' "$bold" "$(quoted "$@")" "$plain"; }

# show COMMAND…: print a command, then run it.
show() {
    tell "$@"
    "$@"
}

# show_into FILE COMMAND…: the same, for a command whose many words go into a file.
show_into() {
    local file=$1
    shift
    tell "$@"
    "$@" >"$file" 2>&1
}

sql() { psql -X -A -t -q -v ON_ERROR_STOP=1 -c "$1"; }

# --- processes ----------------------------------------------------------------------

# ours PID: whether the process is alive and works in this lab; a number that was
# recorded may belong to somebody else by now.
ours() {
    [[ ${1:-} =~ ^[0-9]+$ ]] && [ -O "/proc/$1" ] || return 1
    [[ $(readlink "/proc/$1/cwd")/ != "$lab"/* ]] || return 0
    tr '\0' ' ' 2>/dev/null <"/proc/$1/cmdline" | grep -qF "$lab/"
}

# stop_process FILE SIGNAL: end the process whose pid is the first word of a file.
stop_process() {
    local pid try
    pid=$(head -n 1 "$1" 2>/dev/null) || return 0
    ours "$pid" || return 0
    kill -s "$2" "$pid" 2>/dev/null || return 0
    for ((try = 0; try < 300; try++)); do
        ours "$pid" || return 0
        sleep 0.1
    done
    fail "process $pid of the lab does not end" "Look at it with: ps -fp $pid"
}

stop_lab() {
    local lock
    stop_process "$lab/load.pid" TERM
    for lock in "$lab"/barman/.main-*.lock; do stop_process "$lock" INT; done
    stop_process "$data/postmaster.pid" INT
    stop_process "$lab/postmaster.pid" INT
    stop_process "$lab/ssh/sshd.pid" TERM
}

# --- the stage ----------------------------------------------------------------------

write_environment() {
    cat >"$lab/environment" <<TEXT
# The lab of scripts/quickstart: read this file with '.' to work in it.
export PATH="$lab/bin:$lab/venv/bin:$postgres:\$PATH"
export BARMAN_CONFIG_FILE="$lab/barman.conf"
export PGHOST="$lab/socket" PGPORT=5432 PGUSER="$user" PGDATABASE=postgres PGDATA="$data"
TEXT
    unset "${!PG@}"
    # shellcheck source=/dev/null
    . "$lab/environment"
}

start_sshd() {
    local sshd try
    sshd=$(command -v sshd)
    mkdir -p "$lab/ssh" "$lab/bin"
    ssh-keygen -q -t ed25519 -N '' -C 'host key of the lab' -f "$lab/ssh/host"
    ssh-keygen -q -t ed25519 -N '' -C 'user of the lab' -f "$lab/ssh/key"
    cp "$lab/ssh/key.pub" "$lab/ssh/authorized_keys"
    for try in 1 2 3; do
        port=$("$lab/venv/bin/python" -c 'if 1:
            import socket
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                print(probe.getsockname()[1])')
        cat >"$lab/ssh/sshd_config" <<TEXT
Port $port
ListenAddress 127.0.0.1
HostKey $lab/ssh/host
PidFile $lab/ssh/sshd.pid
AuthorizedKeysFile $lab/ssh/authorized_keys
AllowUsers $user
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PrintMotd no
PrintLastLog no
Subsystem sftp internal-sftp
SetEnv BARMAN_CONFIG_FILE=$BARMAN_CONFIG_FILE PATH=$lab/bin:$lab/venv/bin:$postgres:/usr/local/bin:/usr/bin:/bin
TEXT
        ! "$sshd" -f "$lab/ssh/sshd_config" -E "$lab/ssh/log" || break
        [ "$try" -lt 3 ] || fail "sshd does not start" "Its words are in $lab/ssh/log"
    done
    printf '[127.0.0.1]:%s %s\n' "$port" "$(cat "$lab/ssh/host.pub")" >"$lab/ssh/known_hosts"
    ssh="ssh -p $port -i $lab/ssh/key -o IdentitiesOnly=yes"
    ssh+=" -o UserKnownHostsFile=$lab/ssh/known_hosts"
    # barman-wal-archive runs a plain 'ssh'; in the lab, this one.
    printf '#!/bin/sh\nexec %s "$@"\n' "${ssh/#ssh/$(command -v ssh)}" >"$lab/bin/ssh"
    chmod +x "$lab/bin/ssh"
    for ((try = 0; ; try++)); do
        [ ! -s "$lab/ssh/sshd.pid" ] || break
        sleep 0.1
        [ "$try" -lt 100 ] || fail 'sshd does not start' "Its words are in $lab/ssh/log"
    done
    show "$lab/bin/ssh" -T "$user@127.0.0.1" echo 'sshd answers' 2>"$lab/ssh/error" ||
        fail "cannot log in through sshd: $(tail -n 1 "$lab/ssh/error")" \
            "sshd's words are in $lab/ssh/log"
}

start_cluster() {
    mkdir "$lab/socket"
    show_into "$lab/initdb.log" initdb --pgdata="$data" --username="$user" --auth-local=peer \
        --auth-host=reject --encoding=UTF8 --no-locale --data-checksums ||
        fail "initdb failed: $(tail -n 1 "$lab/initdb.log")"
    cat >>"$data/postgresql.conf" <<TEXT

# Added by scripts/quickstart
listen_addresses = ''
unix_socket_directories = '$lab/socket'
wal_level = replica
archive_mode = on
archive_command = '$archive'
track_commit_timestamp = on
TEXT
    start_postgres
    say
    say 'What was added to its postgresql.conf:'
    grep -E '^(archive_mode|archive_command)' "$data/postgresql.conf" | sed 's/^/    /'
}

start_postgres() {
    show pg_ctl start --silent --pgdata="$data" --log="$lab/postgres.log" ||
        fail 'PostgreSQL does not start' "Its words are in $lab/postgres.log"
    head -n 1 "$data/postmaster.pid" >"$lab/postmaster.pid"
}

start_load() {
    show psql -X -q -c 'CREATE TABLE orders (id bigserial PRIMARY KEY,
        placed timestamptz DEFAULT clock_timestamp(), amount numeric)'
    say 'INSERT INTO orders (amount) SELECT random() * 100 FROM generate_series(1, 10)' \
        '\watch 0.02' >"$lab/load.sql"
    setsid psql -X -q -o /dev/null -f "$lab/load.sql" </dev/null >>"$lab/load.log" 2>&1 &
    echo $! >"$lab/load.pid"
    say 'A client now writes ten orders, fifty times a second.'
}

write_configuration() {
    cat >"$BARMAN_CONFIG_FILE" <<TEXT
; Written by scripts/quickstart
[barman]
barman_user = $user
barman_home = $lab/barman
log_file = $lab/barman.log

[main]
description = The cluster of the quickstart
conninfo = host=$PGHOST port=$PGPORT user=$user dbname=postgres
backup_method = $method
${ssh:+ssh_command = $ssh $user@127.0.0.1
}backup_options = concurrent_backup
archiver = on
compression = gzip
retention_policy = REDUNDANCY 2
TEXT
    mkdir -p "$lab/barman"
    show cat "$BARMAN_CONFIG_FILE"
}

clear_stage() {
    stop_lab
    # Only what this script made: the Python environment is kept, it takes long to make.
    rm -rf "$data" "${lab:?}"/{barman,ssh,bin,socket}
    rm -f "$lab"/{barman.conf,environment,load.sql,*.log,*.pid}
}

# --- the play -----------------------------------------------------------------------

set_the_stage() {
    local version
    version=$(postgres --version) version=${version##*) } version=${version%% *}
    method=rsync ssh='' archive="barman-wal-archive --user $user 127.0.0.1 main %p"
    if command -v ssh >/dev/null && command -v sshd >/dev/null; then
        scene "A PostgreSQL $version under load, and an sshd on loopback"
        start_sshd
    else
        scene "A PostgreSQL $version under load (no sshd is installed: copying locally)"
        method=local-rsync
        archive="cp %p $lab/barman/main/incoming/.%f && mv $lab/barman/main/incoming/.%f $lab/barman/main/incoming/%f"
        mkdir -p "$lab/barman/main/incoming"
    fi
    start_cluster
    start_load
    scene 'The configuration of barman'
    write_configuration
}

back_up() {
    scene 'Is everything as it must be?'
    show barman check main
    scene 'The upkeep that cron runs every minute'
    show barman cron
    scene 'A backup, while the load goes on'
    show barman backup main --wait
    show barman list-backup main
    show barman show-backup main latest
}

write_rows() {
    scene 'Life goes on: more rows are written after the backup'
    sleep 3
    moment=$(sql 'SELECT clock_timestamp()')
    say
    say "Remember this moment:  $moment"
    # Commits after the moment, so that stopping at it can be told from stopping late.
    sleep 2
    before=$(sql "SELECT count(*) FROM orders
        WHERE pg_xact_commit_timestamp(xmin) <= '$moment'")
    local now
    now=$(sql 'SELECT count(*) FROM orders')
    say "Orders committed by then: $before.  Orders two seconds later: $now."
}

have_disaster() {
    scene 'Disaster, first part: somebody drops the table'
    show psql -X -q -c 'DROP TABLE orders'
    stop_process "$lab/load.pid" TERM
    show psql -X -c 'SELECT count(*) FROM orders' 2>&1 || true
    say
    say 'The log up to here must be in the archive before anything else happens:'
    show barman switch-wal --force --archive main
    scene 'Disaster, second part: the data directory is deleted'
    show pg_ctl stop --silent --pgdata="$data" --mode=immediate
    rm -f "$lab/postmaster.pid"
    show rm -r "$data"
}

recover() {
    scene 'Recovery, to the moment before'
    show barman recover --target-time "$moment" --target-action promote main latest "$data"
    start_postgres
    local try
    for ((try = 0; try < 300; try++)); do
        [ "$(sql 'SELECT pg_is_in_recovery()')" != f ] || break
        sleep 0.1
    done
    after=$(sql 'SELECT count(*) FROM orders')
    show psql -X -c 'SELECT count(*), max(placed) FROM orders'
    [ "$after" = "$before" ] ||
        fail "$before orders were there at that moment, $after are there now" \
            "The words of PostgreSQL are in $lab/postgres.log"
    say "$before orders were committed by $moment: every one is back, and none more."
}

resume() {
    scene 'Back to work'
    say
    say 'A recovered cluster does not archive, lest two write into one archive.'
    say 'This one takes the place of the old one, so it may:'
    show_into "$lab/reload.log" psql -X -q \
        -c "ALTER SYSTEM SET archive_command = '$archive'" -c 'SELECT pg_reload_conf()'
    show barman switch-wal --force --archive main
}

farewell() {
    scene "Done, in $SECONDS seconds"
    cat <<TEXT

The configuration is  $BARMAN_CONFIG_FILE
its log               $lab/barman.log
its backups           $lab/barman/main

The lab keeps running.  To go on in it, open a shell there:

    $quickstart --shell

and try, for instance:

    barman status main
    barman list-files main latest
    barman backup main --wait --name second
    barman recover main latest $lab/elsewhere
    barman --help

To end it:  $quickstart --stop
TEXT
}

case $task in
stop)
    stop_lab
    say "The lab is stopped.  To remove all that it wrote:  rm -r $lab"
    ;;
shell)
    cd "$lab"
    say "In the lab now: barman and psql work here.  'exit' leaves it."
    # shellcheck disable=SC2093
    exec bash --rcfile "$lab/environment" -i
    ;;
play)
    postgres=$3 quickstart=$4 user=$(id -un) step='The stage'
    trap '[ $? -eq 0 ] || printf "\nStopped at: %s.  What was started still runs; %s --stop ends it.\n" \
        "$step" "$quickstart" >&2' EXIT
    clear_stage
    write_environment
    cd "$lab"
    set_the_stage
    back_up
    write_rows
    have_disaster
    recover
    resume
    farewell
    ;;
esac

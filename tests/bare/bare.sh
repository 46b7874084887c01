#!/usr/bin/env bash
# The two commands in a bare Debian 12 that has Python 3.11 and make and nothing else, as root and as an ordinary user.
# By hand: needs root and debootstrap, some 3 GB, a network. See README.md beside this file.
#
#   tests/bare/bare.sh DIRECTORY                          make run and make test, as root and as a user
#   tests/bare/bare.sh DIRECTORY run user                 one of them
#   ARGS="tests/core" tests/bare/bare.sh DIRECTORY test root
set -euo pipefail
[ "$(id -u)" = 0 ] || { echo "needs root" >&2; exit 2; }
directory=$(mkdir -p "$1" && cd "$1" && pwd); commands=${2:-run test}; people=${3:-root user}
checkout=$(cd "$(dirname "$0")/../.." && pwd)
fresh=$directory/fresh; root=$directory/root
ready="按 Ctrl-C 停止"; address=http://127.0.0.1:${PORT:=8077}/healthz

# What tells this machine's programs how to reach their servers holds in there too; certificates are laid at the same place.
settings=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "PORT=$PORT")
certificates=()
while IFS='=' read -r name value; do
    case $name in
        PIP_FIND_LINKS | PIP_CONFIG_FILE) ;;
        PIP_* | *_proxy | *_PROXY | SSL_CERT_FILE | REQUESTS_CA_BUNDLE)
            settings+=("$name=$value")
            if [ -f "$value" ]; then certificates+=("$value"); fi ;;
    esac
done < <(env)

make_fresh() {
    [ -x "$fresh/usr/bin/python3.11" ] && [ -x "$fresh/usr/bin/make" ] && return
    rm -rf --one-file-system "$fresh"
    debootstrap --variant=minbase bookworm "$fresh" >"$directory/debootstrap.log"
    cp /etc/resolv.conf "$fresh/etc/resolv.conf"
    if compgen -G "/etc/apt/apt.conf.d/*proxy*" >/dev/null; then cp /etc/apt/apt.conf.d/*proxy* "$fresh/etc/apt/apt.conf.d/"; fi
    chroot "$fresh" apt-get install --yes --no-install-recommends python3.11 make >>"$directory/debootstrap.log" 2>&1
}

enter() { # a working copy with the checkout in it
    leave
    cp -a --reflink=auto "$fresh" "$root"
    mount -t proc proc "$root/proc"; mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    mount --bind /dev "$root/dev"; mount -t tmpfs -o mode=1777,size=4g tmpfs "$root/dev/shm"
    for file in "${certificates[@]}"; do install -D -m 644 "$file" "$root$file"; done
    chroot "$root" useradd --create-home --shell /bin/sh newcomer
    chmod 700 "$root/home/newcomer"
    home=$([ "$1" = root ] && echo /root || echo /home/newcomer); mkdir -p "$root$home/work"
    (cd "$checkout"; git ls-files -z --cached --others --exclude-standard | xargs -0 ls -d 2>/dev/null | tar -cf - -T -) | tar -xf - -C "$root$home/work"
    [ "$1" = root ] || chroot "$root" chown -R newcomer:newcomer "$home"
}

inside() { # processes whose root directory is ours
    find /proc -maxdepth 2 -path '/proc/[0-9]*/root' \( -lname "$root" -o -lname "$root/*" \) 2>/dev/null | cut -d/ -f3
}

leave() {
    for process in $(inside); do kill -9 "$process" 2>/dev/null || true; done
    for place in dev/shm dev tmp proc; do
        while mountpoint -q "$root/$place" 2>/dev/null; do umount -l "$root/$place"; done
    done
    rm -rf --one-file-system "$root"
}
trap leave EXIT

as() { # as WHO COMMAND…
    local who=$1 user=(); shift
    [ "$who" = root ] || user=(--userspec=newcomer:newcomer)
    chroot "${user[@]}" "$root" env -i "${settings[@]}" "HOME=$home" sh -c "cd $home/work && $*"
}

until_ready() {
    local began=$SECONDS last=$SECONDS before=0 now
    while ! grep -q "$ready" "$log"; do
        kill -0 "$1" 2>/dev/null || { cat "$log"; echo "FAILED: ended before it was ready"; exit 1; }
        now=$(wc -l <"$log")
        if [ "$now" != "$before" ]; then before=$now; last=$SECONDS; fi
        if [ $((SECONDS - last)) -gt "$silence" ]; then silence=$((SECONDS - last)); fi
        sleep 0.2
    done
    echo "   ready after $((SECONDS - began)) s, silent for $silence s at most"
}

try_run() {
    local who=$1 starter
    for start in first second; do
        log=$directory/run-$who-$start.log silence=0
        as "$who" exec make run >"$log" 2>&1 </dev/null & starter=$!
        echo "-- make run as $who, $start start"
        until_ready "$starter"
        as "$who" "python3.11 -c 'import urllib.request; print(\"  \", urllib.request.urlopen(\"$address\").read().decode())'"
        for process in $(inside); do
            if tr '\0' ' ' <"/proc/$process/cmdline" | grep -q "admissions.embedded.run"; then
                kill "-$([ "$start" = first ] && echo KILL || echo HUP)" "$process"
            fi
        done
        wait "$starter" || true
        for _ in $(seq 100); do [ -z "$(inside)" ] && break; sleep 0.2; done
        if [ -n "$(inside)" ]; then
            echo "FAILED: left running:"; for process in $(inside); do tr '\0' ' ' <"/proc/$process/cmdline"; echo; done; exit 1
        fi
        echo "   nothing left running after its end by $([ "$start" = first ] && echo SIGKILL || echo SIGHUP)"
        grep -E "缺少|安装系统组件" "$log" || true
        if grep -q Traceback "$log"; then echo "FAILED: a traceback in $log"; exit 1; fi
    done
    as "$who" "find $home -mindepth 1 -maxdepth 1 ! -name work ! -name .cache ! -name '.bash*' ! -name .profile" | sed 's/^/   in the home: /'
}

try_test() {
    log=$directory/test-$1.log
    echo "-- make test ${ARGS:-} as $1"
    if ! as "$1" "make test ARGS='${ARGS:-}'" >"$log" 2>&1 </dev/null; then tail -60 "$log"; echo "FAILED: make test as $1, see $log"; exit 1; fi
    tail -25 "$log"
}

make_fresh
for who in $people; do
    for command in $commands; do
        enter "$who"
        "try_$command" "$who"
    done
done
echo "all held"

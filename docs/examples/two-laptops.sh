#!/bin/sh
# A server, two laptops, and the board on one of them. The network is cut in the middle of approvals; in the end all have the same.
#
#   sh docs/examples/two-laptops.sh [FOLDER]
#
# It needs a terminal, and callout in PATH. On the board it is for you to approve four entries of Ana's: 3, then a four times, and q.
# The header says what happens to them: the first is sent, and then nobody reaches the server any more. The rest wait
# (K7: 2 pending), until the fourth brings the network back and with it what Nora has done meanwhile (K7: 1 CONFLICT).
set -eu

dir=${1:-$(mktemp -d)}
unset CALLOUT_SERVER CALLOUT_TOKEN CALLOUT_DATABASE CALLOUT_STATE
server() { CALLOUT_STATE=$dir/server CALLOUT_STORE=$dir/server.db CALLOUT_AS=Ada "$@"; }
van() { CALLOUT_STATE=$dir/van CALLOUT_STORE=$dir/van.db CALLOUT_AS='' "$@"; }
office() { CALLOUT_STATE=$dir/office CALLOUT_STORE=$dir/office.db CALLOUT_AS='' "$@"; }
head_of() { "$1" callout audit verify -o json --jq .head; }
left() { van callout sync status -o json --jq "$1"; }

# until_ok tries a command again and again, for some minutes.
until_ok() {
	tries=900
	until "$@"; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || { echo "gave up waiting: $*" >&2; return 1; }
		sleep 0.2
	done
}

# serve starts the server at an address and waits until it answers.
serve() {
	rm -f "$dir/served.json"
	CALLOUT_STATE=$dir/server CALLOUT_STORE=$dir/server.db CALLOUT_AS='' \
		callout serve --listen "$1" -o json >"$dir/served.json" 2>>"$dir/serve.log" &
	echo $! >"$dir/serve.pid"
	until_ok grep -sq '"url"' "$dir/served.json"
	url=$(sed -n 's/.*"url": *"\([^"]*\)".*/\1/p' "$dir/served.json")
}
cut() { kill -KILL "$(cat "$dir/serve.pid")" 2>/dev/null; }
trap 'cut || true' EXIT

# The shop, and four entries of Ana's time.
server callout init --company 'Alpine Lifts' --currency EUR --tz Europe/Vienna
server callout technician add Ana --shift 'Mon-Sun 06:00-22:00' --tz Europe/Vienna
server callout customer add 'Grand Hotel'
server callout site add 'Grand Hotel' --name Cellar --address 'Ring 1' --lat 48.2 --lon 16.37 --tz Europe/Vienna
server callout wo create --customer 'Grand Hotel' --title 'Lift inspection'
for hour in 08 09 10 11; do
	server callout time add WO-1001 --technician Ana --from "2026-03-02 $hour:00" --to "2026-03-02 $hour:45" -o name
done >"$dir/entries"
server callout time submit - <"$dir/entries"
server callout user add Eve --role manager
server callout user add Nora --role manager
eve=$(server callout user token add Eve --name van --scope sync --jq .token)
nora=$(server callout user token add Nora --name office --scope sync --jq .token)
server callout user role Ada --grant admin
serve 127.0.0.1:0
van env CALLOUT_TOKEN="$eve" callout login "$url" --host van
office env CALLOUT_TOKEN="$nora" callout login "$url" --host office

# What happens while the board is open. Nora sends the last entry back, which Eve approves, and her word arrives first.
meanwhile() {
	waits() { [ "$(left .pending)" -ge "$1" ]; }
	until_ok waits 1
	van callout sync
	cut
	! van callout sync || return 1
	office callout time reject "$(tail -n 1 "$dir/entries")" --reason 'the site was closed by then'
	until_ok waits 3
	serve "${url#http://}"
	office callout sync
	van callout sync || [ $? -eq 3 ] # 3: a conflict has come of it
}
meanwhile >"$dir/meanwhile.log" 2>&1 &
meanwhile=$!
van callout board
wait $meanwhile || { cat "$dir/meanwhile.log" >&2; exit 1; }

# Somebody has to look at what was refused; then all come together.
van callout conflict list
van callout conflict drop "$(van callout conflict list -o name)"
van callout sync
office callout sync
kill -TERM "$(cat "$dir/serve.pid")"
ended() { server callout audit verify >/dev/null 2>&1; } # until then the file is its own
until_ok ended
one=$(head_of server) two=$(head_of van) three=$(head_of office)
[ "$one" = "$two" ] && [ "$two" = "$three" ] || { echo "they differ: $one $two $three" >&2; exit 1; }
[ "$(left .pending) $(left .conflicts)" = '0 0' ]
echo "All three have the same: $one (kept in $dir)"

#!/bin/sh
# Starts the demo on an empty folder, goes through its main job over HTTP as a household, a cadre and a
# stranger would, and stops it. Needs curl and jq. Exits 1 at the first thing that is not as it should be.
set -eu
cd "$(dirname "$0")/.."

dir=$(mktemp -d)
# The kernel picks the ports, and the demo says which.
HTTP_ADDR=127.0.0.1:0 WXSIM_ADDR=127.0.0.1:0 METRICS_ADDR=127.0.0.1:0 DATA_DIR=$dir/data PATIENCE=250 bin/bangfu demo >"$dir/out" 2>&1 &
pid=$!
trap 'kill $pid 2>/dev/null || true; wait $pid 2>/dev/null || true; rm -rf "$dir"' EXIT

fail() {
	echo "FAILED: $1"
	echo "$2"
	cat "$dir/out"
	exit 1
}

# has WHAT TEXT WANTED: the text must hold what is wanted.
has() {
	case $2 in
	*"$3"*) echo "ok: $1" ;;
	*) fail "$1 (want: $3)" "$2" ;;
	esac
}

say() { curl -s "http://$sim/sim/users/$1/text" -d "{\"content\":\"$2\"}" | jq -r '.reply.content'; }

# By then it hangs; a machine may be slow.
tries=9000
until grep -q '先试这个' "$dir/out"; do
	tries=$((tries - 1))
	[ $tries -gt 0 ] && kill -0 $pid 2>/dev/null || fail "the demo starts" "it does not"
	sleep 0.1
done
http=$(sed -n 's|.*接口说明  *http://\([0-9.:]*\)/docs.*|\1|p' "$dir/out")
sim=$(sed -n 's|.*手机模拟页  *http://\([0-9.:]*\)/.*|\1|p' "$dir/out")
curl -s "http://$http/readyz" >"$dir/ready" || fail "the demo is up" "no answer"
has "the demo is ready" "$(cat "$dir/ready")" '"status":"ok"'

has "the build says which it is" "$(bin/bangfu version)" "bangfu $(sed -n 's/^## \([0-9][^ ]*\).*/\1/p' CHANGELOG.md | head -n 1)"

home=$(say h-001 我家)
has "a household asks for its aid" "$home" "H-001"
has "the answer has sums" "$home" "元"
has "a digit opens the entries" "$(say h-001 1)" "笔"

household=$(curl -s "http://$sim/sim/users" | jq -r '.users[] | select(.group == "cadre") | .id' | while read -r cadre; do
	say "$cadre" 我的户 | grep -q 'H-001' && { echo "$cadre"; break; } || true
done)
code=$(say "$household" 1 | sed -n 's/.*绑定码:\([0-9]\{6\}\).*/\1/p')
[ -n "$code" ] || fail "a cadre gets a binding code" "none"
echo "ok: a cadre gets a binding code"
curl -s -X POST "http://$sim/sim/users/stranger-1/follow" >/dev/null
has "a stranger sees nothing" "$(say stranger-1 我家)" "绑定码"
has "the code makes the stranger the household's" "$(say stranger-1 "$code")" "H-001"
has "and answers with its aid" "$(say stranger-1 我家)" "H-001"

login=$(curl -s -X POST "http://$sim/sim/users/stranger-1/login-code" | jq -r .code)
token=$(curl -s "http://$http/mini/v1/login" -H 'Content-Type: application/json' -d "{\"code\":\"$login\"}" | jq -r .token)
mini=$(curl -s "http://$http/mini/v1/household" -H "Authorization: Bearer $token")
has "the mini-program shows the same household" "$mini" '"household_no":"H-001"'
total=$(echo "$mini" | jq -r .aid.total.yuan)
has "with the same total ($total yuan)" "$home" "共${total}元"
has "a wrong signature is refused" "$(curl -s -o /dev/null -w '%{http_code}' "http://$http/wechat/oa?signature=0&timestamp=$(date +%s)&nonce=1" -d '<xml/>')" 403

kill $pid
wait $pid || fail "the demo stops cleanly" "exit code $?"
echo "ok: the demo stops"
DATA_DIR=$dir/data bin/bangfu verify >"$dir/figures" || fail "bangfu verify" "$(cat "$dir/figures")"
echo "ok: $(tail -1 "$dir/figures")"

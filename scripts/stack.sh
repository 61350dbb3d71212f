#!/bin/sh
# The shared stack of tests and benchmarks with several processes: a redis-server with an append-only file, and
# scripts/stackdb (FerretDB over PostgreSQL), on loopback and in a folder of its own.
#
#   stack.sh run CMD…        starts it, runs CMD with its addresses in the environment, stops it in any case
#   stack.sh start | stop    prints the addresses as exports, keeps it in STACK_DIR until the stop
#   stack.sh kill NAME       kills database, postgres or redis as a crash would, and starts it again
#
# Where MONGO_URI and REDIS_ADDR name servers, run and start use these and start nothing.
set -eu
cd "$(dirname "$0")/.."

command=${1:-}
[ $# = 0 ] || shift
dir=${STACK_DIR:-${TMPDIR:-/tmp}/bangfu-stack}
database=stack

fail() {
	echo "stack.sh: $*" >&2
	exit 1
}

# alive NAME: its process runs, and is not one that ended and that nobody has asked about.
alive() {
	[ -s "$dir/$1.pid" ] || return 1
	pid=$(head -1 "$dir/$1.pid")
	kill -0 "$pid" 2>/dev/null && ! grep -qs '^State:.Z' "/proc/$pid/status"
}

gone() { ! alive "$1"; }

# await NAME TEST…: waits, for a quarter of an hour at most: by then it hangs.
await() {
	name=$1
	shift
	tries=9000
	until "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || fail "$name: never became true: $*: $(tail -5 "$dir/$name.log")"
		sleep 0.1
	done
}

# Debian keeps PostgreSQL's own commands off the PATH.
find_postgres() { PATH=$PATH:$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1); }

install_servers() {
	if command -v redis-server >/dev/null && command -v initdb >/dev/null; then return; fi
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || fail "install redis-server and postgresql"
	# Run level 1: the packages start nothing by themselves.
	{ apt-get update -q && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends redis-server postgresql; } >&2
	find_postgres
}

# as_postgres CMD…: PostgreSQL refuses to run as root.
as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u postgres -- env PATH="$PATH" "$@")
	else
		"$@"
	fi
}

start_postgres() {
	if [ ! -d "$dir/pg/data" ]; then
		mkdir "$dir/pg"
		[ "$(id -u)" != 0 ] || chown postgres "$dir/pg"
		chmod 700 "$dir/pg"
		as_postgres initdb -D "$dir/pg/data" -U stack -A trust -E UTF8 --locale=C.UTF-8 >"$dir/postgres.log"
	fi
	# Reached by a socket in a folder that is ours alone; durable, as by default.
	as_postgres pg_ctl -D "$dir/pg/data" -w -s -l "$dir/pg/log" \
		-o "-c listen_addresses= -c unix_socket_directories=$dir/pg -c max_connections=200" start >>"$dir/postgres.log"
	ln -sf pg/data/postmaster.pid "$dir/postgres.pid"
	ask_postgres -c '' $database 2>/dev/null || make_database
}

ask_postgres() { psql -q -X -v ON_ERROR_STOP=1 -h "$dir/pg" -U stack "$@"; }

# FerretDB looks documents up by @>, which its own index on _id does not serve: without another one each look-up
# reads the whole collection, 2 ms at 2,000 documents.
make_database() {
	ask_postgres -c "CREATE DATABASE $database" postgres
	ask_postgres $database <<-'SQL'
		CREATE FUNCTION index_ids() RETURNS event_trigger LANGUAGE plpgsql AS $$
		DECLARE made record;
		BEGIN
			FOR made IN SELECT objid FROM pg_event_trigger_ddl_commands() WHERE command_tag = 'CREATE TABLE' LOOP
				EXECUTE format('CREATE INDEX ON %s USING gin ((_jsonb->''_id'') jsonb_path_ops) WITH (fastupdate = off)', made.objid::regclass);
			END LOOP;
		END $$;
		CREATE EVENT TRIGGER index_ids ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION index_ids();
	SQL
}

# answers NAME TEST…: starts the server unless it runs, and tests it. The address of one that was killed can be
# taken for a moment longer, so that starting may have to be repeated.
answers() {
	alive "$1" || "run_$1"
	"$2" >/dev/null 2>&1
}

run_database() {
	"$dir/stackdb" "postgres://stack@/$database?host=$dir/pg" "127.0.0.1:$(cat "$dir/port.database")" >"$dir/database.log" 2>&1 &
	echo $! >"$dir/database.pid"
}
database_up() { grep -q '^mongodb:' "$dir/database.log"; }
start_database() { await database answers database database_up; }

run_redis() {
	mkdir -p "$dir/redis"
	redis-server --port "$(cat "$dir/port.redis")" --bind 127.0.0.1 --dir "$dir/redis" --appendonly yes --save '' >"$dir/redis.log" 2>&1 &
	echo $! >"$dir/redis.pid"
}
redis_up() { [ "$(redis-cli -p "$(cat "$dir/port.redis")" ping)" = PONG ]; }
start_redis() { await redis answers redis redis_up; }

start_all() {
	install_servers
	[ ! -e "$dir" ] || [ -z "$(ls -A "$dir")" ] || fail "$dir is in use; stop that one, or set STACK_DIR"
	mkdir -p "$dir"
	chmod 711 "$dir"
	port=${STACK_PORT:-$((20000 + $$ % 6000 * 2))}
	echo "$port" >"$dir/port.database"
	echo $((port + 1)) >"$dir/port.redis"
	go build -o "$dir/stackdb" ./scripts/stackdb
	start_postgres
	start_database
	start_redis
}

stop_all() {
	for name in database redis; do
		! alive $name || kill "$(cat "$dir/$name.pid")"
	done
	for server in database redis; do
		await $server gone $server
	done
	! alive postgres || as_postgres pg_ctl -D "$dir/pg/data" -s -m fast stop
	rm -rf "$dir"
}

addresses() {
	if [ -z "${MONGO_URI:-}" ] || [ -z "${REDIS_ADDR:-}" ]; then
		MONGO_URI=mongodb://127.0.0.1:$(cat "$dir/port.database")/
		REDIS_ADDR=127.0.0.1:$(cat "$dir/port.redis")
		STACK_DIR=$dir
		export STACK_DIR
	fi
	TEST_MONGO_URI=$MONGO_URI TEST_REDIS_ADDR=$REDIS_ADDR
	export MONGO_URI REDIS_ADDR TEST_MONGO_URI TEST_REDIS_ADDR
}

given() { [ -n "${MONGO_URI:-}" ] && [ -n "${REDIS_ADDR:-}" ]; }

find_postgres
case $command in
run)
	[ $# -gt 0 ] || fail "run what?"
	if ! given; then
		dir=$(mktemp -d "${TMPDIR:-/tmp}/bangfu-stack-XXXXXX")
		trap stop_all EXIT
		trap 'exit 130' INT
		trap 'exit 143' TERM
		start_all
	fi
	addresses
	# In the background, so that a signal stops both at once.
	"$@" &
	child=$!
	trap 'kill $child 2>/dev/null; wait $child; exit 143' INT TERM
	wait $child
	;;
start)
	given || start_all
	addresses
	echo "export MONGO_URI='$MONGO_URI' REDIS_ADDR='$REDIS_ADDR' TEST_MONGO_URI='$MONGO_URI' TEST_REDIS_ADDR='$REDIS_ADDR' STACK_DIR='${STACK_DIR:-}'"
	;;
stop)
	stop_all
	;;
kill)
	[ -d "$dir" ] || fail "no stack in $dir"
	case ${1:-} in
	database | redis)
		! alive "$1" || kill -9 "$(cat "$dir/$1.pid")"
		await "$1" gone "$1"
		"start_$1"
		;;
	postgres)
		as_postgres pg_ctl -D "$dir/pg/data" -s -m immediate stop
		start_postgres
		;;
	*) fail "kill what? database, postgres or redis" ;;
	esac
	;;
*) fail "run CMD, start, stop or kill NAME" ;;
esac

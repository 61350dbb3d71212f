#!/bin/sh
# Makes the passwords of compose.yaml's database and Redis at the first start, each into the volume of the service that
# reads it, and leaves those alone that are there. Nobody has to know them. They are as long as the data they open:
# back the volumes up together.
set -eu
umask 077
dir=${SECRETS_DIR:-/secrets}

# owners in the images of mongo and redis, and in ours
mongo=999 redis=999 bangfu=65532

random() { od -An -v -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

# put FILE OWNER: writes what comes in whole, or not at all.
put() {
	rm -f "$1.part"
	cat >"$1.part"
	chmod 400 "$1.part"
	[ "$(id -u)" != 0 ] || chown "$2" "$1.part"
	mv "$1.part" "$1"
}

# once FILE OWNER BYTES: a random secret, if there is none yet.
once() { [ -s "$1" ] || random "$3" | put "$1" "$2"; }

mkdir -p "$dir/mongo" "$dir/redis" "$dir/bangfu"
once "$dir/mongo/root" $mongo 32
once "$dir/mongo/bangfu" $mongo 32
once "$dir/mongo/keyfile" $mongo 256 # by which members of the replica set know each other
once "$dir/redis/password" $redis 32

# What follows from these is written anew each time: it cannot be half there or out of step.
printf 'requirepass %s\nappendonly yes\n' "$(cat "$dir/redis/password")" | put "$dir/redis/redis.conf" $redis
put "$dir/bangfu/redis" $bangfu <"$dir/redis/password"
printf 'mongodb://bangfu:%s@mongo:27017/?replicaSet=rs0&authSource=admin' "$(cat "$dir/mongo/bangfu")" | put "$dir/bangfu/mongo-uri" $bangfu

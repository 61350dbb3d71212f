#!/bin/sh
# Kills workers, planners, Redis and the database while reminders go out to 2,000 cadres, and checks that each was
# received once or is listed as unknown. On a stack of its own, or on MONGO_URI and REDIS_ADDR, which it flushes.
# With -broadcasts 20 broadcasts of 500 people, paused and resumed at random, take the place of the reminders.
# Takes the flags of scripts/faults; the tally is the last line; exits 1 on any violation.
set -eu
cd "$(dirname "$0")/.."
go build -o bin/ ./cmd/bangfu ./scripts/faults
exec scripts/stack.sh run bin/faults "$@"

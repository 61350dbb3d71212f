// Command stackdb is the database of scripts/stack.sh: FerretDB v1 over PostgreSQL, for tests and benchmarks of
// several processes where there is no MongoDB.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"bangfu/repo/embedded"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: stackdb POSTGRES-URL HOST:PORT")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	db, err := embedded.OpenPostgres(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, "stackdb:", err)
		os.Exit(1) // nothing is left to stop
	}
	fmt.Println(db.URI())
	<-ctx.Done()
	db.Close()
}

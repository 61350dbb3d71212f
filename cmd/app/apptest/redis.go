package apptest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strconv"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
)

// EachRedis runs the test on the embedded Redis and, where there is one, on a real one: at
// TEST_REDIS_ADDR, or a redis-server of the PATH that is started for the test. It says so when it goes
// without. The option makes Bangfu use it; flush empties it.
func EachRedis(t *testing.T, test func(t *testing.T, use Option, flush func(*Running))) {
	t.Run("embedded", func(t *testing.T) {
		test(t, func(*setup) {}, func(r *Running) { r.App.Embedded().Flush() })
	})
	t.Run("real", func(t *testing.T) {
		addr := realRedis(t)
		if addr == "" {
			t.Log("no TEST_REDIS_ADDR and no redis-server on the PATH: tested on the embedded Redis only")
			return
		}
		rdb := redis.NewClient(&redis.Options{Addr: addr})
		t.Cleanup(func() { _ = rdb.Close() })
		flush := func(r *Running) {
			if err := rdb.FlushAll(context.WithoutCancel(r.t.Context())).Err(); err != nil {
				r.t.Error(err)
			}
		}
		test(t, With("REDIS_ADDR", addr), flush)
	})
}

// given keeps tests apart that use the Redis of TEST_REDIS_ADDR: they empty it, and its queues are one for all.
var given sync.Mutex

// realRedis is the address of a real Redis; empty when there is none.
func realRedis(t *testing.T) string {
	t.Helper()
	if addr := os.Getenv("TEST_REDIS_ADDR"); addr != "" {
		besideOthers(t) // now, so that nobody is waited for who waits for the Redis
		given.Lock()
		t.Cleanup(given.Unlock)
		return addr
	}
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return ""
	}
	for {
		if addr, up := startRedis(t, path); up {
			return addr
		}
	}
}

// startRedis starts a redis-server on a port that was free a moment ago. It is not up when somebody else took the port
// first: then the server ends at once.
func startRedis(t *testing.T, path string) (addr string, up bool) {
	t.Helper()
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := free.Addr().(*net.TCPAddr)
	_ = free.Close()
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path, "--bind", "127.0.0.1", "--port", strconv.Itoa(at.Port),
		"--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	t.Cleanup(func() { _ = cmd.Process.Kill(); <-ended })
	rdb := redis.NewClient(&redis.Options{Addr: at.String()})
	defer func() { _ = rdb.Close() }()
	Eventually(t, "redis-server answers or ends", func() bool {
		select {
		case <-ended:
			return true
		default:
			up = rdb.Ping(t.Context()).Err() == nil
			return up
		}
	})
	return at.String(), up
}

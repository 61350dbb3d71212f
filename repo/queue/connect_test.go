package queue_test

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bangfu/repo/queue"
	"bangfu/repo/repotest"
	"bangfu/service/model"

	"github.com/redis/go-redis/v9"
)

// server is a redis-server of a test. It ends with it, or before by kill.
type server struct {
	port int
	rdb  *redis.Client
	kill func()
}

func (s server) addr() string { return fmt.Sprintf("127.0.0.1:%d", s.port) }

// freePort was free a moment ago.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// startRedis starts a redis-server with more arguments, and waits until it answers.
func startRedis(t *testing.T, more ...string) server {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Skip("needs redis-server on the PATH")
	}
	s := server{port: freePort(t)}
	args := append([]string{}, more...)
	args = append(args, "--bind", "127.0.0.1", "--port", fmt.Sprint(s.port), "--save", "", "--dir", t.TempDir())
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), path, args...)
	must(t, cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	s.kill = func() { _ = cmd.Process.Kill(); <-ended }
	t.Cleanup(s.kill)
	s.rdb = redis.NewClient(&redis.Options{Addr: s.addr()})
	t.Cleanup(func() { _ = s.rdb.Close() })
	until(t, "redis-server answers", func() bool { return s.rdb.Ping(t.Context()).Err() == nil })
	return s
}

// startCluster is three redis-servers that share the slots.
func startCluster(t *testing.T) []server {
	t.Helper()
	var nodes []server
	for i := range 3 {
		bus := freePort(t)
		n := startRedis(t, "--cluster-enabled", "yes", "--cluster-port", fmt.Sprint(bus), "--cluster-config-file", "nodes.conf", "--appendonly", "no")
		must(t, n.rdb.ClusterAddSlotsRange(t.Context(), i*5462, min((i+1)*5462, 16384)-1).Err())
		for _, other := range nodes {
			must(t, other.rdb.Do(t.Context(), "cluster", "meet", "127.0.0.1", n.port, bus).Err())
		}
		nodes = append(nodes, n)
	}
	for _, n := range nodes {
		until(t, "the cluster is whole", func() bool {
			info, err := n.rdb.ClusterInfo(t.Context()).Result()
			return err == nil && strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3")
		})
	}
	return nodes
}

// TestOnACluster does on a real Redis Cluster what the product asks of Redis, for so many names that every node has some: no
// script and no transaction has keys of two slots.
func TestOnACluster(t *testing.T) {
	repotest.Raced(t)
	nodes := startCluster(t)
	rdb, err := queue.Connect(fmt.Sprintf("redis://%s?addr=%s&addr=%s", nodes[0].addr(), nodes[1].addr(), nodes[2].addr()), 250)
	must(t, err)
	t.Cleanup(func() { _ = rdb.Close() })
	ctx := t.Context()
	turns, limits, locks := queue.NewTurns(rdb), queue.NewLimits(rdb), queue.NewLocks(rdb)
	for i := range 30 {
		person := fmt.Sprintf("oa:person-%d", i)
		turn := turns.Take(ctx, person, "1", time.Hour)
		must(t, turns.End(ctx, turn, queue.Kept{Answer: []byte("yes"), Shown: []byte("list"), Life: time.Hour}))
		if again := turns.Take(ctx, person, "1", time.Hour); string(again.Answer) != "yes" {
			t.Fatalf("%s: a repeat is answered %+v", person, again)
		}
		must(t, turns.Forget(ctx, person))
		limits.Strike(ctx, person, 2, time.Hour)
		if limits.Strike(ctx, person, 2, time.Hour) == 0 || limits.Locked(ctx, person) == 0 {
			t.Fatalf("%s is not locked after two wrong tries", person)
		}
		if limits.Allow(ctx, person, 1, time.Hour) != 0 || limits.Allow(ctx, person, 1, time.Hour) == 0 {
			t.Fatalf("%s: not one was allowed and the second not", person)
		}
		limits.Count(ctx, person, time.Hour)
		if limits.Counted(ctx, person) != 1 {
			t.Fatalf("%s is not counted", person)
		}
		release, ok := locks.Try(ctx, person, time.Hour)
		if _, twice := locks.Try(ctx, person, time.Hour); !ok || twice {
			t.Fatalf("%s: a lock that two have", person)
		}
		release()
	}
	for _, n := range nodes {
		if keys, err := n.rdb.DBSize(ctx).Result(); err != nil || keys == 0 {
			t.Errorf("a node has %d keys %v: this test is of one node", keys, err)
		}
	}
	heard := make(chan string, 1)
	hearing, stop := context.WithCancel(ctx)
	defer stop()
	news := queue.NewNews(rdb)
	go news.Hear(hearing, func(what string) {
		select {
		case heard <- what:
		default:
		}
	})
	until(t, "news are heard", func() bool {
		news.Tell("units")
		select {
		case <-heard:
			return true
		default:
			return false
		}
	})
	workOver(t, rdb, 20, nil)
}

// workOver asks for n pieces of work and has them done, while trouble happens once the first is done. Each is done, and a row
// leaves when its work is done.
func workOver(t *testing.T, rdb redis.UniversalClient, n int, trouble func()) {
	t.Helper()
	log := slog.New(slog.DiscardHandler)
	store := repotest.Open(t, time.Now())
	var turned atomic.Int64
	client := queue.New(store, rdb, func() time.Time { return time.Now().Add(time.Duration(turned.Load())) }, log)
	refs := make([]string, n)
	for i := range refs {
		refs[i] = fmt.Sprintf("a%02d", i)
	}
	must(t, client.Enqueue(t.Context(), queue.TagCadre, refs[:n/2]...))
	done := make(chan string, 10*n)
	srv, err := queue.Start(rdb, 2, func(ctx context.Context, id string) error {
		done <- id
		job, err := store.Job(ctx, id)
		if err == nil {
			_, err = store.CompleteJob(ctx, job)
		}
		return model.IgnoreKind(err, model.KindNotFound) // it was told twice
	}, 250, log)
	must(t, err)
	defer srv.Stop()
	until(t, "the first work is done", func() bool { return len(done) > 0 })
	if trouble != nil {
		trouble()
		turned.Store(int64(time.Hour)) // what the queue was told long ago and has not been done is told again
	}
	must(t, client.Enqueue(t.Context(), queue.TagCadre, refs[n/2:]...))
	swept := time.Now()
	until(t, "all work is done", func() bool {
		if time.Since(swept) > time.Second { // as the worker does every two
			if _, err := client.RequeueDue(t.Context()); err != nil {
				t.Fatal(err)
			}
			swept = time.Now()
		}
		left, err := store.CountJobs(t.Context())
		return err == nil && left == 0
	})
}

// TestSentinelsNameAnotherMaster kills the master while there is work: what it had not passed on the database still knows, and
// all of it is done over the next master.
func TestSentinelsNameAnotherMaster(t *testing.T) {
	repotest.Raced(t)
	master := startRedis(t, "--appendonly", "no", "--requirepass", "")
	replica := startRedis(t, "--appendonly", "no", "--replicaof", "127.0.0.1", fmt.Sprint(master.port))
	sentinel := startSentinel(t, master)
	rdb, err := queue.Connect(fmt.Sprintf("redis://%s?master_name=farm&addr=%s", sentinel.addr(), sentinel.addr()), 250)
	must(t, err)
	t.Cleanup(func() { _ = rdb.Close() })
	until(t, "the Sentinel knows the replica", func() bool {
		list, err := sentinel.rdb.Do(t.Context(), "sentinel", "replicas", "farm").Slice()
		return err == nil && len(list) == 1
	})
	turns := queue.NewTurns(rdb)
	workOver(t, rdb, 20, func() {
		master.kill()
		until(t, "the replica is the master", func() bool {
			info, err := replica.rdb.Info(t.Context(), "replication").Result()
			return err == nil && strings.Contains(info, "role:master")
		})
		until(t, "what acts by the master is known again", func() bool { return !turns.Take(t.Context(), "oa:one", "1", time.Millisecond).Away })
	})
}

// startSentinel is one Sentinel, which decides alone, after a second.
func startSentinel(t *testing.T, master server) server {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "sentinel.conf")
	text := fmt.Sprintf("sentinel monitor farm 127.0.0.1 %d 1\nsentinel down-after-milliseconds farm 1000\nsentinel failover-timeout farm 10000\n", master.port)
	must(t, os.WriteFile(file, []byte(text), 0o600))
	return startRedis(t, file, "--sentinel")
}

// TestAnAddressOfRedis that is not understood is refused without its password being said.
func TestAnAddressOfRedis(t *testing.T) {
	for _, address := range []string{
		"", "redis", "127.0.0.1:6379", "http://u:hunter2@h/", "redis://u:hunter2@h:x/", "redis://u:hunter2@h/notanumber", "redis://u:hunter2@h:6379?nosuch=1",
		"redis://u:hunter2@h:6379?addr=b:1&nosuch=1", "redis://u:hunter2@h:6379?master_name=m&nosuch=1", "redis://u:hunter2@%zz/",
	} {
		rdb, err := queue.Connect(address, 1)
		if err == nil {
			_ = rdb.Close()
			t.Errorf("%q is taken", address)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: says the password: %v", address, err)
		}
	}
}

package disclose

import (
	"fmt"
	"testing"
	"time"

	"bangfu/repo/embedded"
	"bangfu/repo/queue"
	"bangfu/service/model"

	"github.com/redis/go-redis/v9"
)

func doorkeeper(t *testing.T) *Service {
	t.Helper()
	server, err := embedded.OpenRedis(time.Now)
	if err != nil {
		t.Fatal(err)
	}
	rdb := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() { _ = rdb.Close(); server.Close() })
	return New(nil, queue.NewLimits(rdb), nil, time.Now)
}

// flood sends n objections from the network and says how many went where.
func flood(t *testing.T, s *Service, address string, n int) (received, held, refused int) {
	t.Helper()
	for range n {
		switch s.lane(t.Context(), network(address)) {
		case model.ObjectionReceived:
			received++
		case model.ObjectionHeld:
			held++
		default:
			refused++
		}
	}
	return received, held, refused
}

// TestTheCostOfAnObjection: what one network can put into the database ends, what many can is bounded by how many they
// are, and none of it keeps the next network out.
func TestTheCostOfAnObjection(t *testing.T) {
	s := doorkeeper(t)
	received, held, refused := flood(t, s, "203.0.113.1", 1000)
	// A token may come back while the test runs.
	if received < objectionsNet || received > objectionsNet+1 || held < heldBudget || held > heldBudget+5 || refused == 0 {
		t.Errorf("one network: %d received, %d held, %d refused", received, held, refused)
	}
	for i := range 4 { // now much is held back from everywhere
		flood(t, s, fmt.Sprintf("203.0.113.%d", i+2), 300)
	}
	if received, held, _ = flood(t, s, "198.51.100.1", 300); received < objectionsNet || held == 0 || held > heldBudget/heldCostly+2 {
		t.Errorf("a network in a flood: %d received, %d held", received, held)
	}
	if received, _, _ = flood(t, s, "198.51.100.2", 1); received != 1 {
		t.Error("the next network is kept out")
	}
}

func TestNetworks(t *testing.T) {
	for address, want := range map[string]string{
		"203.0.113.9": "203.0.113.9", "::ffff:203.0.113.9": "203.0.113.9", "2001:db8:1:2:3::4": "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::1": "2001:db8:1:2::/64", "fe80::1%eth0": "fe80::/64", "": "", "nonsense": "nonsense",
	} {
		if got := network(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}

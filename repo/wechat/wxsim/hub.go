package wxsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// feed is one server-sent event.
type feed struct {
	name string
	data any
}

// hub hands events to open pages. A reader that falls behind is cut off: its page reconnects and
// reads the chat again, which is better than a silent gap.
type hub struct {
	mu     sync.Mutex
	subs   map[chan feed]struct{}
	closed bool
}

func newHub() *hub { return &hub{subs: map[chan feed]struct{}{}} }

func (h *hub) subscribe() chan feed {
	h.mu.Lock()
	defer h.mu.Unlock()
	ch := make(chan feed, 256)
	if h.closed {
		close(ch)
		return ch
	}
	h.subs[ch] = struct{}{}
	return ch
}

func (h *hub) unsubscribe(ch chan feed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(ch)
}

func (h *hub) drop(ch chan feed) {
	if _, ok := h.subs[ch]; ok {
		delete(h.subs, ch)
		close(ch)
	}
}

func (h *hub) send(f feed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.subs {
		select {
		case ch <- f:
		default:
			h.drop(ch)
		}
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for ch := range h.subs {
		h.drop(ch)
	}
}

// keepAlive is how often an idle feed proves that it still lives.
const keepAlive = 20 * time.Second

// serveEvents streams the hub to one page until either side goes away.
func (s *Sim) serveEvents(w http.ResponseWriter, r *http.Request) {
	rc := http.NewResponseController(w)
	// The server's write timeout is meant for answers, not for a stream.
	_ = rc.SetWriteDeadline(time.Time{})
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	ch := s.hub.subscribe()
	defer s.hub.unsubscribe(ch)
	tick := time.NewTicker(keepAlive)
	defer tick.Stop()
	_, _ = fmt.Fprint(w, "retry: 1000\n\n")
	for rc.Flush() == nil {
		select {
		case f, ok := <-ch:
			if !ok {
				return
			}
			writeFeed(w, f)
		case <-tick.C:
			_, _ = fmt.Fprint(w, ": \n\n")
		case <-r.Context().Done():
			return
		}
	}
}

func writeFeed(w http.ResponseWriter, f feed) {
	data, err := json.Marshal(f.data)
	if err != nil {
		return
	}
	if f.name != "message" {
		_, _ = fmt.Fprintf(w, "event: %s\n", f.name)
	}
	_, _ = fmt.Fprintf(w, "data: %s\n\n", data)
}

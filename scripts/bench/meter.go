package main

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

// meter stands between Bangfu and its database and measures each command from its request to its answer, as
// Bangfu sees it. It reads no more of a command than its name and its collection.
type meter struct {
	listener net.Listener
	backend  string

	mu       sync.Mutex
	commands map[string]measured
}

// measured is what commands of one sort took together.
type measured struct {
	Name  string
	Count int
	Took  time.Duration
}

func newMeter(backend string) (*meter, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	m := &meter{listener: l, backend: backend, commands: map[string]measured{}}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return // closed
			}
			go m.carry(c)
		}
	}()
	return m, nil
}

func (m *meter) uri() string { return "mongodb://" + m.listener.Addr().String() + "/" }

func (m *meter) carry(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", m.backend)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		request, err := wireMessage(client)
		if err != nil {
			return
		}
		begun := time.Now()
		if _, err := server.Write(request); err != nil {
			return
		}
		answer, err := wireMessage(server)
		if err != nil {
			return
		}
		m.add(commandOf(request), time.Since(begun))
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

func (m *meter) add(name string, took time.Duration) {
	if strings.HasPrefix(name, "hello") || strings.HasPrefix(name, "ping") {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.commands[name]
	m.commands[name] = measured{name, c.Count + 1, c.Took + took}
}

// sorted is what was measured, the longest first.
func (m *meter) sorted() (list []measured) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.commands {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b measured) int { return cmp.Compare(b.Took, a.Took) })
	return list
}

func wireMessage(r io.Reader) ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	n := binary.LittleEndian.Uint32(head)
	if n < 16 || n > 48<<20 {
		return nil, fmt.Errorf("message of %d bytes", n)
	}
	m := append(head, make([]byte, n-4)...)
	_, err := io.ReadFull(r, m[4:])
	return m, err
}

// commandOf is "name collection". The driver puts the command first, as a body section: header (16), flags (4),
// kind (1), length (4), type (1), name, and the collection as its value.
func commandOf(m []byte) string {
	const at = 16 + 4 + 1 + 4
	if len(m) < at+2 || m[at-5] != 0 {
		return "other"
	}
	name, rest, _ := strings.Cut(string(m[at+1:]), "\x00")
	if m[at] != 2 || len(rest) < 5 {
		return name
	}
	collection, _, _ := strings.Cut(rest[4:], "\x00")
	return name + " " + collection
}

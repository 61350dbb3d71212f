package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// target is one server under measurement.
type target struct {
	name      string
	mode      string // plain or safe
	url       string
	reference bool     // the SDK's handler, which the others are compared with
	people    []string // openids that write
	text      string   // what they write
	want      string   // what a good answer contains
}

// result is what one measurement found.
type result struct {
	rate     float64 // good answers per second
	p50, p99 time.Duration
	failed   int
}

// measure lets n clients write one message after another for a while; the first second warms up.
func measure(ctx context.Context, t target, n int, each time.Duration) result {
	client := &http.Client{
		Timeout:   10 * time.Second,
		Transport: &http.Transport{MaxIdleConnsPerHost: n, MaxConnsPerHost: n},
	}
	defer client.CloseIdleConnections()
	load(ctx, client, t, n, time.Second)
	return load(ctx, client, t, n, each)
}

func load(ctx context.Context, client *http.Client, t target, n int, each time.Duration) result {
	took := make([][]time.Duration, n)
	failed := make([]int, n)
	start := time.Now()
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			for time.Since(start) < each {
				address, body := newPush(t, t.people[i%len(t.people)])
				begun := time.Now()
				if err := post(ctx, client, address, body, t.want); err != nil {
					failed[i]++
					continue
				}
				took[i] = append(took[i], time.Since(begun))
			}
		})
	}
	all.Wait()
	every, bad := slices.Concat(took...), 0
	for _, f := range failed {
		bad += f
	}
	if len(every) == 0 {
		return result{failed: bad}
	}
	slices.Sort(every)
	return result{
		rate: float64(len(every)) / time.Since(start).Seconds(), failed: bad,
		p50: every[len(every)/2], p99: every[len(every)*99/100],
	}
}

func post(ctx context.Context, client *http.Client, address, body, want string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "text/xml")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && (resp.StatusCode != http.StatusOK || !strings.Contains(string(answer), want)) {
		err = fmt.Errorf("answer %d without %s", resp.StatusCode, want)
	}
	return err
}

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
	token     string   // of a page of the office's API that is read instead; empty for a callback
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
		Timeout:   10 * time.Minute,
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
				req, err := request(ctx, t, i)
				begun := time.Now()
				if err == nil {
					err = ask(client, req, t.want)
				}
				if err != nil {
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

// request is the next one of client i.
func request(ctx context.Context, t target, i int) (*http.Request, error) {
	if t.token != "" {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url, http.NoBody)
		if err == nil {
			req.Header.Set("Authorization", "Bearer "+t.token)
		}
		return req, err
	}
	address, body := newPush(t, t.people[i%len(t.people)])
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(body))
	if err == nil {
		req.Header.Set("Content-Type", "text/xml")
	}
	return req, err
}

func ask(client *http.Client, req *http.Request, want string) error {
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

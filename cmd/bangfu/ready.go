package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/urfave/cli/v3"
)

// readyWait is how long a health check waits for an answer.
const readyWait = 5 * time.Second

// ready asks a process of this machine whether it takes requests, for health checks in images without a shell. It fails
// when it does not.
func ready(stdout io.Writer) *cli.Command {
	return &cli.Command{
		Name: "ready", Usage: "ask serve on this machine whether it takes requests, or work whether it lives; for health checks",
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "work", Usage: "ask work"},
			&cli.StringFlag{Name: "http-addr", Value: "127.0.0.1:8080", Sources: cli.EnvVars("HTTP_ADDR"), Usage: "where serve listens"},
			&cli.StringFlag{Name: "metrics-addr", Value: "127.0.0.1:9090", Sources: cli.EnvVars("METRICS_ADDR"), Usage: "where work listens"},
		},
		Action: func(ctx context.Context, c *cli.Command) error {
			listens, path := c.String("http-addr"), "/readyz"
			if c.Bool("work") {
				listens, path = c.String("metrics-addr"), "/metrics"
			}
			return askReady(ctx, stdout, listens, path)
		},
	}
}

func askReady(ctx context.Context, stdout io.Writer, listens, path string) error {
	host, port, err := net.SplitHostPort(listens)
	if err != nil {
		return fmt.Errorf("ready: want host:port, not %q", listens)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // it listens everywhere
	}
	ctx, cancel := context.WithTimeout(ctx, readyWait)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+path, nil)
	if err != nil {
		return fmt.Errorf("ready: %w", err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ready: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		says, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
		return fmt.Errorf("not ready: %d %s", resp.StatusCode, says)
	}
	_, err = fmt.Fprintln(stdout, "ready")
	return err
}

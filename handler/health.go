package handler

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

const probeLimit = 2 * time.Second

// registerHealth adds /healthz (the process lives) and /readyz (everything it needs answers, and keeps what it is given: a replica
// or a full disk still answers).
func registerHealth(r gin.IRouter, checks []Check, limit time.Duration) {
	r.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	r.GET("/readyz", func(c *gin.Context) {
		status, parts := http.StatusOK, gin.H{}
		for _, check := range checks {
			parts[check.Name] = probe(c.Request.Context(), check, limit)
			if parts[check.Name] != "ok" {
				status = http.StatusServiceUnavailable
			}
		}
		c.JSON(status, gin.H{"status": map[bool]string{true: "ok", false: "not ready"}[status == http.StatusOK], "parts": parts})
	})
}

// probe says only whether: the cause may name hosts that are nobody's business.
func probe(ctx context.Context, check Check, limit time.Duration) string {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if check.Probe(ctx) != nil {
		return "away"
	}
	if check.Write != nil && check.Write(ctx) != nil {
		return "takes no writes"
	}
	return "ok"
}

// Metrics serves /metrics for the internal listener.
func Metrics(gatherer prometheus.Gatherer) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(gatherer, promhttp.HandlerOpts{}))
	return mux
}

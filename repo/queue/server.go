package queue

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"bangfu/service/model"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// Server takes tasks from the queue.
type Server struct {
	asynq *asynq.Server
}

// Process does the work of one task, named by the id of its outbox row.
type Process func(ctx context.Context, jobID string) error

// stopWait is how long a stopping worker lets a task finish before it goes back to the queue.
const stopWait = 8 * time.Second

// Start begins to take tasks with so many workers at once. Realtime work goes first, but never
// starves the rest.
func Start(rdb redis.UniversalClient, workers int, process Process, patience model.Patience, log *slog.Logger) (*Server, error) {
	srv := asynq.NewServerFromRedisClient(rdb, asynq.Config{
		Concurrency:       workers,
		Queues:            map[string]int{Realtime: 6, Default: 3, Bulk: 1},
		ShutdownTimeout:   patience.Of(stopWait),
		TaskCheckInterval: 200 * time.Millisecond,
		Logger:            asynqLog{log},
		LogLevel:          asynq.WarnLevel,
	})
	handler := asynq.HandlerFunc(func(ctx context.Context, t *asynq.Task) error {
		return process(ctx, string(t.Payload()))
	})
	if err := srv.Start(handler); err != nil {
		return nil, fmt.Errorf("queue server: %w", err)
	}
	return &Server{asynq: srv}, nil
}

// Stop waits for the tasks under way, within bounds.
func (s *Server) Stop() {
	s.asynq.Stop()
	s.asynq.Shutdown()
}

// asynqLog writes asynq's lines to slog.
type asynqLog struct{ log *slog.Logger }

func (l asynqLog) Debug(args ...any) { l.log.Debug(fmt.Sprint(args...), "comp", "asynq") }
func (l asynqLog) Info(args ...any)  { l.log.Info(fmt.Sprint(args...), "comp", "asynq") }
func (l asynqLog) Warn(args ...any)  { l.log.Warn(fmt.Sprint(args...), "comp", "asynq") }
func (l asynqLog) Error(args ...any) { l.log.Error(fmt.Sprint(args...), "comp", "asynq") }
func (l asynqLog) Fatal(args ...any) { l.log.Error(fmt.Sprint(args...), "comp", "asynq") }

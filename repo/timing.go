package repo

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.mongodb.org/mongo-driver/v2/event"
)

// timing measures what the driver asks of the database, by command and collection.
type timing struct {
	seconds *prometheus.HistogramVec
	under   sync.Map // the collections of commands that are not answered yet, by request
}

// timed are the commands that have a name of their own in the measurement; whatever else the driver asks is "other".
var timed = []string{"find", "getMore", "insert", "update", "delete", "findAndModify", "aggregate", "count", "distinct"}

func newTiming() *timing {
	return &timing{seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "bangfu_database_seconds", Help: "Time of a command of the database, by command and collection.",
		Buckets: []float64{.001, .005, .025, .1, .5, 2.5},
	}, []string{"command", "collection"})}
}

// Metrics is the time of the store's commands.
func (s *Store) Metrics() prometheus.Collector { return s.timing.seconds }

func (t *timing) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{
		Started: func(_ context.Context, e *event.CommandStartedEvent) {
			field := e.CommandName
			if field == "getMore" {
				field = "collection"
			}
			collection, _ := e.Command.Lookup(field).StringValueOK()
			t.under.Store(e.RequestID, collection)
		},
		Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) { t.ended(e.CommandFinishedEvent) },
		Failed:    func(_ context.Context, e *event.CommandFailedEvent) { t.ended(e.CommandFinishedEvent) },
	}
}

func (t *timing) ended(e event.CommandFinishedEvent) {
	began, _ := t.under.LoadAndDelete(e.RequestID)
	collection, _ := began.(string)
	command, collection := labelsOf(e.CommandName, collection)
	t.seconds.WithLabelValues(command, collection).Observe(max(e.Duration, time.Duration(0)).Seconds())
}

// labelsOf keeps the labels few: a collection that is not declared, or a command of which nobody asks, has no line of its own.
func labelsOf(command, collection string) (string, string) {
	if !slices.Contains(timed, command) {
		command = "other"
	}
	if !slices.Contains(collections, collection) {
		collection = "other"
	}
	return command, collection
}

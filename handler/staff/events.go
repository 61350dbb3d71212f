package staff

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"bangfu/service/access"
	"bangfu/service/broadcast"
	"bangfu/service/model"

	"github.com/danielgtaylor/huma/v2"
)

// BroadcastProgress is how a broadcast stands.
type BroadcastProgress struct {
	State   string             `json:"state"`
	Counts  map[string]int     `json:"counts"`
	Total   int                `json:"total"`
	Rest    int                `json:"rest" doc:"还没发的"`
	PerSec  float64            `json:"per_second"`
	Reason  string             `json:"reason,omitempty"`
	Merged  int                `json:"merged"`
	Reasons map[string]int     `json:"reasons,omitempty" doc:"没发到的原因,发完才数"`
	Jobs    []BroadcastMassJob `json:"mass_jobs,omitempty"`
}

// BroadcastMassJob is one mass message of a broadcast.
type BroadcastMassJob struct {
	People  int              `json:"people"`
	State   string           `json:"state"`
	MsgID   string           `json:"msg_id,omitempty"`
	Result  string           `json:"result,omitempty"`
	ErrCode int64            `json:"errcode,omitempty"`
	Report  model.MassReport `json:"report" doc:"微信的统计"`
}

func progressOf(p broadcast.Progress) BroadcastProgress {
	o := BroadcastProgress{State: string(p.State), Counts: p.Counts, Total: p.Total, Rest: p.Rest, PerSec: p.PerSec, Reason: p.Reason, Merged: p.Merged}
	for _, j := range p.Jobs {
		o.Jobs = append(o.Jobs, BroadcastMassJob{j.People, string(j.State), j.MsgID, j.Result, j.ErrCode, j.Report})
	}
	return o
}

type progressOutput struct{ Body BroadcastProgress }

func (a *api) broadcastProgress(ctx context.Context, of access.Record[model.Broadcast], in *broadcastIDInput) (*progressOutput, error) {
	p, err := a.Broadcast.Progress(ctx, of)
	if err != nil {
		return nil, err
	}
	o := progressOf(p)
	if p.State == model.BroadcastFinished || p.State == model.BroadcastPaused {
		if o.Reasons, err = a.Broadcast.Reasons(ctx, of); err != nil {
			return nil, err
		}
	}
	return &progressOutput{Body: o}, nil
}

// eventsEvery is how often the progress is looked at for those who watch it.
const eventsEvery = time.Second

// broadcastEvents streams the progress, once a second and only when it has changed, until the broadcast is over or
// the request's time is; then the browser comes back by itself.
func (a *api) broadcastEvents(ctx context.Context, of access.Record[model.Broadcast], in *broadcastIDInput) (*huma.StreamResponse, error) {
	first, err := a.Broadcast.Progress(ctx, of)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(h huma.Context) {
		h.SetHeader("Content-Type", "text/event-stream")
		ctx, tick := h.Context(), time.NewTicker(eventsEvery)
		defer tick.Stop()
		last, now := BroadcastProgress{}, progressOf(first)
		for {
			if !reflect.DeepEqual(last, now) && sendEvent(h, now) != nil {
				return
			}
			if last = now; over(model.BroadcastState(now.State)) {
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			p, err := a.Broadcast.Progress(ctx, of)
			if err != nil {
				return
			}
			now = progressOf(p)
		}
	}}, nil
}

func over(s model.BroadcastState) bool {
	return s == model.BroadcastFinished || s == model.BroadcastCancelled
}

func sendEvent(h huma.Context, p BroadcastProgress) error {
	raw, err := json.Marshal(p)
	if err != nil {
		return err
	}
	if _, err := h.BodyWriter().Write([]byte("event: progress\ndata: " + string(raw) + "\n\n")); err != nil {
		return err
	}
	if f, ok := h.BodyWriter().(http.Flusher); ok {
		f.Flush()
	}
	return nil
}

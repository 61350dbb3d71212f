package bigfarm

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// Office is two people of the farm's office who broadcast over the staff API: one writes, the other approves.
type Office struct {
	URL           string // of the server
	First, Second string // tokens of their sessions, as Staff makes them
}

// Draft keeps a draft of the first person's and gives its id.
func (o Office) Draft(ctx context.Context, draft map[string]any) (id string, err error) {
	var b struct{ ID string }
	err = o.ask(ctx, o.First, "", draft, &b)
	return b.ID, err
}

// Approve has the first person try a draft and hand it in, and the second approve it.
func (o Office) Approve(ctx context.Context, id string) error {
	var b struct{ Rev int64 }
	for _, step := range []string{"test", "submit"} {
		if err := o.ask(ctx, o.First, "/"+id+"/"+step, nil, &b); err != nil {
			return err
		}
	}
	return o.ask(ctx, o.Second, "/"+id+"/approve", map[string]any{"rev": b.Rev}, nil)
}

// Start sends what is approved.
func (o Office) Start(ctx context.Context, id string) error {
	return o.ask(ctx, o.Second, "/"+id+"/start", map[string]any{}, nil)
}

// Pause pauses what runs.
func (o Office) Pause(ctx context.Context, id string) error {
	return o.ask(ctx, o.First, "/"+id+"/pause", map[string]string{"why": "试"}, nil)
}

// Resume goes on with what is paused.
func (o Office) Resume(ctx context.Context, id string) error {
	return o.ask(ctx, o.Second, "/"+id+"/resume", map[string]any{}, nil)
}

// ask posts to the broadcasts; a nil body is none, a nil into drops the answer.
func (o Office) ask(ctx context.Context, token, path string, body, into any) error {
	var payload io.Reader = http.NoBody
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		payload = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, o.URL+"/staff/v1/broadcasts"+path, payload)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("broadcasts%s: %w", path, err)
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return fmt.Errorf("broadcasts%s: %d %s", path, resp.StatusCode, raw)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(raw, into)
}

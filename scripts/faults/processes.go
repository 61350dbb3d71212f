package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

const (
	workers  = 3
	planners = 2
)

// processes are the workers and planners under test. Each is started again whenever it ends.
type processes struct {
	scene  *scene
	bangfu string
	all    sync.WaitGroup

	mu      sync.Mutex
	running map[string]*os.Process // by name
}

func newProcesses(s *scene, o options) *processes {
	return &processes{scene: s, bangfu: o.bangfu, running: map[string]*os.Process{}}
}

// start keeps all of them running until ctx ends.
func (p *processes) start(ctx context.Context, planners int) {
	for i := range workers {
		p.all.Go(func() { p.keep(ctx, fmt.Sprintf("work-%d", i), "work", 100*time.Millisecond) })
	}
	for i := range planners {
		// A planner ends by itself.
		p.all.Go(func() { p.keep(ctx, fmt.Sprintf("plan-%d", i), "plan", 2*time.Second) })
	}
}

func (p *processes) keep(ctx context.Context, name, command string, rest time.Duration) {
	for ctx.Err() == nil {
		if err := p.once(ctx, name, command); err != nil {
			fmt.Fprintln(os.Stderr, name, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(rest):
		}
	}
}

// once runs one process to its end, whichever that is.
func (p *processes) once(ctx context.Context, name, command string) error {
	log, err := os.OpenFile(filepath.Join(p.scene.dir, name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.CommandContext(ctx, p.bangfu, command)
	cmd.Env, cmd.Stdout, cmd.Stderr = p.scene.env, log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	p.set(name, cmd.Process)
	_ = cmd.Wait() // killed, or failed because what it needs was away: both are wanted here
	p.set(name, nil)
	return nil
}

func (p *processes) set(name string, process *os.Process) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.running[name] = process
}

// kill ends a process as a power cut would, and reports whether it ran.
func (p *processes) kill(name string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	process := p.running[name]
	return process != nil && process.Kill() == nil
}

// wait until all have ended, after their context has.
func (p *processes) wait() { p.all.Wait() }

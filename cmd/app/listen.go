package app

import (
	"context"
	"fmt"
	"net"

	"bangfu/config"
	"bangfu/handler"
)

// listen opens every address before anything is told of it. Port 0 means any free port.
func (a *App) listen(ctx context.Context, purpose config.Purpose) (err error) {
	if a.metricsListener, err = a.open(ctx, "METRICS_ADDR", a.cfg.MetricsAddr); err != nil {
		return err
	}
	a.run(a.metricsListener, handler.Metrics(a.metrics))
	if purpose == config.Work {
		return nil
	}
	if a.httpListener, err = a.open(ctx, "HTTP_ADDR", a.cfg.HTTPAddr); err != nil {
		return err
	}
	if purpose != config.Demo || !a.cfg.Simulated() {
		return nil
	}
	if a.simListener, err = a.open(ctx, "WXSIM_ADDR", a.cfg.WxsimAddr); err != nil {
		return err
	}
	return a.simulate(ctx)
}

func (a *App) open(ctx context.Context, name, addr string) (net.Listener, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	a.onStop(func(context.Context) error { _ = l.Close(); return nil }) // closed already where it was served
	return l, nil
}

// LocalURL is where this machine reaches the public listener.
func (a *App) LocalURL() string { return "http://" + a.httpListener.Addr().String() }

// BaseURL is how the outside reaches us.
func (a *App) BaseURL() string {
	if a.cfg.PublicBaseURL == "" || a.cfg.PublicBaseURL == "http://"+a.cfg.HTTPAddr {
		return a.LocalURL()
	}
	return a.cfg.PublicBaseURL
}

// SimURL is the address of the simulator and its phone page; empty without one.
func (a *App) SimURL() string {
	if a.simListener == nil {
		return ""
	}
	return "http://" + a.simListener.Addr().String()
}

// MetricsURL is the address of the internal listener.
func (a *App) MetricsURL() string { return "http://" + a.metricsListener.Addr().String() + "/metrics" }

// wechatURL is where WeChat's API is; empty means the real one.
func (a *App) wechatURL() string {
	if a.sim != nil {
		return a.SimURL()
	}
	return a.cfg.WeChat.BaseURL
}

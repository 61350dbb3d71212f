package notify

import (
	"bangfu/repo/wechat"
	"bangfu/service/model"

	"github.com/prometheus/client_golang/prometheus"
)

// byMass is the way of mass messages in what is measured; service/broadcast sends them.
const byMass = "mass"

// accepted is the class of a call that WeChat took.
const accepted = "accepted"

func newSends() *prometheus.CounterVec {
	sends := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "bangfu_sends_total", Help: "Calls to WeChat that send something, by channel, way and class of the answer.",
	}, []string{"channel", "way", "class"})
	for _, way := range []string{bySubscription, byTemplate, byWindow, byMass} { // from the start, so that the first is seen as one more
		sends.WithLabelValues(string(model.ChannelOA), way, accepted)
	}
	sends.WithLabelValues(string(model.ChannelMini), byWindow, accepted)
	return sends
}

// Metrics are the calls that send.
func (s *Service) Metrics() prometheus.Collector { return s.sends }

// CountMass counts a call that hands a mass message over.
func (s *Service) CountMass(err error) { s.count(model.ChannelOA, byMass, err) }

func (s *Service) count(channel model.Channel, way string, err error) {
	class := accepted
	if err != nil {
		class = string(wechat.ClassOf(err))
	}
	s.sends.WithLabelValues(string(channel), way, class).Inc()
}

package scope

import (
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// MaxSheet is the largest file of an import.
const MaxSheet = 20 << 20

// What a request may take is said on its operation, and the server's middleware asks LimitsOf for it.
const (
	maxPaper  = 7 << 20 // a photograph or a paper of 5 MB in base64, and what is said about it
	slowLimit = 2 * time.Minute
	slowKey   = "slow"

	maxUsual = 1 << 20 // what huma gives to all
)

// WithPaper is an operation whose body holds a photograph or a paper.
func WithPaper(o huma.Operation) huma.Operation {
	o.MaxBodyBytes = maxPaper
	return o
}

// WithSheet is an operation whose body is a sheet; it takes its time.
func WithSheet(o huma.Operation) huma.Operation {
	o = Slow(o)
	o.MaxBodyBytes, o.BodyReadTimeout = MaxSheet+1<<16, slowLimit
	return o
}

// Slow is an operation that moves whole lists.
func Slow(o huma.Operation) huma.Operation {
	o.Metadata = map[string]any{slowKey: true}
	return o
}

// Limits are what a request may take beyond the usual; zero is nothing.
type Limits struct {
	Body int64         // so much longer may its body be
	Time time.Duration // so long may it take in place of the usual time
}

// LimitsOf are the limits of the operations that have any, by method and by path in the way of the router.
func LimitsOf(api *huma.OpenAPI) map[string]Limits {
	limits := map[string]Limits{}
	for path, item := range api.Paths {
		route := strings.NewReplacer("{", ":", "}", "").Replace(path)
		for _, o := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete} {
			if o == nil {
				continue
			}
			l := Limits{}
			if o.MaxBodyBytes > maxUsual {
				l.Body = o.MaxBodyBytes
			}
			if o.Metadata[slowKey] == true {
				l.Time = slowLimit
			}
			if l != (Limits{}) {
				limits[o.Method+" "+route] = l
			}
		}
	}
	return limits
}

// Token of an Authorization header; empty when there is none.
func Token(header string) string {
	token, ok := strings.CutPrefix(header, "Bearer ")
	if !ok {
		return ""
	}
	return strings.TrimSpace(token)
}

package handler

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"unicode/utf8"

	"bangfu/handler/problem"
)

const forwardedFor = "X-Forwarded-For"

// outside makes requests alike before they are routed: HEAD is a GET whose body the server leaves out; addresses in
// X-Forwarded-For lose the ports and brackets that some proxies write, or everybody behind such a proxy would count as
// the proxy; and what is not UTF-8 is refused, since it would be stored as ruins.
func outside(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !legible(r.URL) {
			problem.Write(w, problem.OfStatus(http.StatusBadRequest))
			return
		}
		plain := *r // the server looks at its own request to know that a HEAD has no body
		if r.Method == http.MethodHead {
			plain.Method = http.MethodGet
		}
		if lines := r.Header.Values(forwardedFor); len(lines) > 0 {
			plain.Header = r.Header.Clone()
			plain.Header.Set(forwardedFor, addresses(lines))
		}
		next.ServeHTTP(w, &plain)
	})
}

// legible reports whether path and query are UTF-8 once they are unescaped.
func legible(u *url.URL) bool {
	query, err := url.QueryUnescape(u.RawQuery)
	return utf8.ValidString(u.Path) && (err != nil || utf8.ValidString(query))
}

// addresses are those of all lines of the header, in order: a proxy may add a line of its own instead of joining them.
func addresses(lines []string) string {
	parts := strings.Split(strings.Join(lines, ","), ",")
	for i, p := range parts {
		parts[i] = address(p)
	}
	return strings.Join(parts, ", ")
}

// address is one without port, brackets, quotes or zone. What is none stays as it is, and is not believed.
func address(s string) string {
	s = strings.Trim(strings.TrimSpace(s), `"`)
	host := s
	if h, _, err := net.SplitHostPort(s); err == nil {
		host = h
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().WithZone("").String()
	}
	return s
}

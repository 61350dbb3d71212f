package pages_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"bangfu/handler/pages"
	"bangfu/web"

	"github.com/gin-gonic/gin"
)

func serve(built fstest.MapFS) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	pages.New("/console", built).Register(r)
	return r
}

func ask(h http.Handler, method, address string, header ...string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, address, nil)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w
}

var built = fstest.MapFS{
	"index.html":         {Data: []byte("<title>start</title>")},
	"index.html.gz":      {Data: []byte("zipped start")},
	"placeholder.html":   {Data: []byte("not built")},
	"assets/main-1a.js":  {Data: []byte("go()")},
	"assets/plain-2b.js": {Data: []byte("plain()")},
}

func TestWhatAnswersWhere(t *testing.T) {
	h := serve(built)
	for _, c := range []struct {
		address string
		status  int
		body    string
		cache   string
	}{
		{"/console/", 200, "start", "no-cache"},
		{"/console/households?no=H-001", 200, "start", "no-cache"},
		{"/console/households/H-001", 200, "start", "no-cache"},
		{"/console/assets/main-1a.js", 200, "go()", "public, max-age=31536000, immutable"},
		{"/console/assets/main-0f.js", 404, "no_such_page", "no-store"},
		{"/console/assets/main", 404, "no_such_page", "no-store"},
		{"/console/favicon.ico", 404, "no_such_page", "no-store"},
		{"/console/../secret", 200, "start", "no-cache"},
		{"/console", 301, "/console/", ""},
	} {
		w := ask(h, http.MethodGet, c.address)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.body) || w.Header().Get("Cache-Control") != c.cache {
			t.Errorf("%s: %d, cache %q, %q", c.address, w.Code, w.Header().Get("Cache-Control"), w.Body)
		}
	}
}

func TestHeadersOfPages(t *testing.T) {
	h := serve(built)
	w := ask(h, http.MethodGet, "/console/", "Accept-Encoding", "br, gzip")
	if w.Header().Get("Content-Encoding") != "gzip" || w.Body.String() != "zipped start" {
		t.Errorf("compressed form not sent: %v %q", w.Header(), w.Body)
	}
	if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "script-src 'self';") {
		t.Errorf("policy %q lets scripts in", policy)
	}
	tag := w.Header().Get("ETag")
	if again := ask(h, http.MethodGet, "/console/today", "If-None-Match", tag); tag == "" || again.Code != http.StatusNotModified {
		t.Errorf("tag %q asked again: %d", tag, again.Code)
	}
	if js := ask(h, http.MethodGet, "/console/assets/plain-2b.js", "Accept-Encoding", "gzip"); js.Body.String() != "plain()" ||
		js.Header().Get("Content-Type") != "text/javascript; charset=utf-8" {
		t.Errorf("a file without a compressed form: %v %q", js.Header(), js.Body)
	}
}

// Without Node a checkout still builds and says on its page what is missing.
func TestPlaceholder(t *testing.T) {
	h := serve(fstest.MapFS{"placeholder.html": {Data: []byte("not built")}})
	if w := ask(h, http.MethodGet, "/console/"); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "not built") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	pages.New("/console", web.Console()) // reads what is in the binary
}

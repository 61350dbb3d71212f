package handler

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

// TestAConnectionOutlivesWhatTookItsTime: a stream ends when its time is over, and the browser asks again over the same
// connection. Were the limit of reading reached first, net/http would take the client for gone, and every request that
// comes over this connection from then on would begin cancelled.
func TestAConnectionOutlivesWhatTookItsTime(t *testing.T) {
	quietGin()
	r, beyond := gin.New(), limits{"GET /stream": {Time: 20 * time.Millisecond}}
	r.Use(beyond.deadline(1))
	r.GET("/stream", func(c *gin.Context) {
		c.Writer.WriteHeaderNow()
		c.Writer.Flush()
		<-c.Request.Context().Done()
	})
	r.GET("/next", func(c *gin.Context) {
		if c.Request.Context().Err() != nil {
			c.Status(http.StatusServiceUnavailable)
		}
	})
	server := httptest.NewServer(r)
	defer server.Close()
	for range 10 {
		for _, path := range []string{"/stream", "/next"} {
			a, err := server.Client().Get(server.URL + path)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, a.Body); err != nil {
				t.Error(path, err)
			}
			_ = a.Body.Close()
			if a.StatusCode != http.StatusOK {
				t.Fatalf("%s: %d", path, a.StatusCode)
			}
		}
	}
}

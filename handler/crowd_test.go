package handler

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
)

// TestACrowd: who comes when all places are taken is told when to come again, at once; what waits and what asks for our health
// takes no place; and a place is free again when its request is over, also by a panic.
func TestACrowd(t *testing.T) {
	quietGin()
	r, here, leave := gin.New(), make(chan bool), make(chan bool)
	stay := func(*gin.Context) { here <- true; <-leave }
	r.Use(recoverPanic, crowd(2))
	r.GET("/work", stay)
	r.GET("/broadcasts/:id/events", stay)
	r.GET("/healthz", func(*gin.Context) {})
	r.GET("/quick", func(*gin.Context) {})
	r.GET("/panic", func(*gin.Context) { panic("x") })
	ask := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		return w
	}
	for range 5 {
		if a := ask("/panic"); a.Code != http.StatusInternalServerError {
			t.Fatal(a.Code)
		}
	}
	for _, path := range []string{"/broadcasts/1/events", "/work", "/work"} {
		go ask(path)
		<-here
	}
	if a := ask("/quick"); a.Code != http.StatusServiceUnavailable || a.Header().Get("Retry-After") != "5" {
		t.Errorf("when all places are taken: %d %v", a.Code, a.Header())
	}
	if a := ask("/healthz"); a.Code != http.StatusOK {
		t.Errorf("alive: %d", a.Code)
	}
	for range 3 {
		leave <- true
	}
	for ask("/quick").Code != http.StatusOK { // the last is just leaving
	}
}

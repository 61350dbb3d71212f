package handler

import (
	"strings"

	"bangfu/handler/problem"
	"bangfu/service/model"

	"github.com/gin-gonic/gin"
)

// mostAtOnce is how many requests are under way at the same time. More would only wait for each other in the database until all
// are too late; whoever is refused is told at once, and when to come again. WeChat repeats a push that was refused.
const mostAtOnce = 512

var errCrowd = model.NewError(model.KindUnavailable, "crowded", "现在用的人太多,请过几秒再试")

// crowd refuses what comes when all places are taken. Connections that are kept open and wait take none, and whether we live is
// answered all the same.
func crowd(most int) gin.HandlerFunc {
	places := make(chan struct{}, most)
	return func(c *gin.Context) {
		if route := c.FullPath(); strings.HasSuffix(route, "/events") || route == "/healthz" || route == "/readyz" {
			c.Next()
			return
		}
		select {
		case places <- struct{}{}:
			defer func() { <-places }()
			c.Next()
		default:
			problem.Write(c.Writer, problem.From(errCrowd))
			c.Abort()
		}
	}
}

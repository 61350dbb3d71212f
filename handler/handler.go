// Package handler puts everything that calls us behind one HTTP server: the WeChat callback, the
// mini-program and staff APIs with their documents, and the health checks.
package handler

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"time"

	"bangfu/handler/h5"
	"bangfu/handler/mini"
	"bangfu/handler/pages"
	"bangfu/handler/problem"
	"bangfu/handler/public"
	"bangfu/handler/scope"
	"bangfu/handler/staff"
	"bangfu/handler/wechat"
	"bangfu/service/model"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

// Parts are what the server is put together from.
type Parts struct {
	OA, MP  *wechat.Callback
	Mini    mini.Services
	Staff   staff.Services
	Public  *public.Pages
	Pages   []*pages.Pages // what browsers open
	Proxies []string       // whose word is taken for a client's address
	BaseURL string         // how the outside reaches us
	Docs    bool           // serve the description of the API
	Ready   []Check
	AtOnce  int // requests under way at the same time; 0: mostAtOnce
	Metrics prometheus.Registerer
	Log     *slog.Logger

	Patience model.Patience
}

// Check is one thing that must be well before we take requests.
type Check struct {
	Name  string
	Probe func(context.Context) error // whether it answers
	Write func(context.Context) error // whether it keeps what it is given; nil: nothing is given to it
}

// apiLimit bounds one API request.
const apiLimit = 10 * time.Second

// New makes the public handler.
func New(p Parts) http.Handler {
	quietGin()
	r := gin.New()
	r.HandleMethodNotAllowed = true
	_ = r.SetTrustedProxies(p.Proxies) // config has seen that they are addresses
	beyond := limits{}
	r.Use(requestID, newJournal(p.Log, p.Metrics).record, recoverPanic, crowd(cmp.Or(p.AtOnce, mostAtOnce)), beyond.deadline(p.Patience), beyond.limitAndSecure)
	if strings.HasPrefix(p.BaseURL, "https://") {
		r.Use(stayEncrypted)
	}
	r.NoRoute(p.Public.Unknown)
	r.NoMethod(func(c *gin.Context) { problem.Write(c.Writer, problem.OfStatus(http.StatusMethodNotAllowed)) })

	p.OA.Register(r, "/wechat/oa")
	p.MP.Register(r, "/wechat/mp")
	h5.New(p.Mini.Account, p.BaseURL).Register(r)
	for _, pages := range p.Pages {
		pages.Register(r)
	}
	p.Public.Register(r)
	registerHealth(r, p.Ready, p.Patience.Of(probeLimit))
	api := typedRoutes(r, p.BaseURL, p.Docs)
	mini.Register(api, p.Mini)
	staff.Register(api, p.Staff)
	maps.Copy(beyond, scope.LimitsOf(api.OpenAPI()))
	if p.Docs {
		registerDocs(r, api.OpenAPI())
	}
	return outside(r)
}

// quietGin keeps gin from writing to the terminal; it is a switch of the whole process.
var quietGin = sync.OnceFunc(func() { gin.SetMode(gin.ReleaseMode) })

func typedRoutes(r *gin.Engine, baseURL string, docs bool) huma.API {
	problem.ForTypedRoutes()
	cfg := huma.DefaultConfig("帮扶 Bangfu", "1")
	cfg.DocsPath = ""    // ours needs no files from elsewhere
	cfg.SchemasPath = "" // they stand in openapi.json
	if !docs {
		cfg.OpenAPIPath = ""
	}
	cfg.CreateHooks = nil
	cfg.Formats = map[string]huma.Format{"application/json": jsonFormat(), "json": jsonFormat()}
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	cfg.Servers = []*huma.Server{{URL: baseURL}}
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		mini.Bearer:  {Type: "http", Scheme: "bearer", Description: "POST /mini/v1/login 给的token"},
		staff.Bearer: {Type: "http", Scheme: "bearer", Description: "POST /staff/v1/login 给的token"},
	}
	return humagin.New(r, cfg)
}

// schemaName keeps apart what the mini-program and staff see under the same name.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if strings.HasSuffix(t.PkgPath(), "/handler/staff") && !strings.HasPrefix(name, "Staff") {
		return "Staff" + name
	}
	return name
}

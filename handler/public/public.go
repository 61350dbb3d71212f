// Package public serves what anybody may read: the disclosures, by year, for paper and for the plaza screen, and
// the form for objections. The pages are whole as they come: no script, one style sheet.
package public

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"bangfu/handler/problem"
	"bangfu/service/disclose"
	"bangfu/service/model"

	"github.com/gin-gonic/gin"
)

// Pages answers the public.
type Pages struct {
	disclose *disclose.Service
	now      model.Clock
	origins  *http.CrossOriginProtection
	baseURL  string
}

// New makes the pages; baseURL is how the outside reaches us.
func New(d *disclose.Service, now model.Clock, baseURL string) *Pages {
	p := &Pages{disclose: d, now: now, origins: http.NewCrossOriginProtection(), baseURL: baseURL}
	if u, err := url.Parse(baseURL); err == nil {
		// Behind a proxy that changes the Host; what cannot be an origin is not trusted.
		_ = p.origins.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	return p
}

// Register adds the pages.
func (p *Pages) Register(r gin.IRouter) {
	r.GET("/", headers, p.front)
	g := r.Group("/public", headers)
	g.GET("", p.list)
	g.GET("/archive/:year", p.archive)
	g.GET("/items/:id", p.item)
	g.GET("/items/:id/poster", p.poster)
	g.POST("/items/:id/objections", p.object)
	g.GET("/objections/:id", p.objection)
	g.GET("/screen", p.screen)
	g.GET("/public.css", styles)
}

// front says what there is here, to whoever types the bare address.
func (p *Pages) front(c *gin.Context) { p.show(c, "front.html", view{Title: "帮扶"}) }

// Unknown answers for an address that nobody has: a browser with a page, a program with a problem.
func (p *Pages) Unknown(c *gin.Context) {
	if c.Request.Method == http.MethodGet && strings.Contains(c.GetHeader("Accept"), "text/html") {
		headers(c)
		p.fail(c, errNoPage)
		return
	}
	problem.Write(c.Writer, problem.OfStatus(http.StatusNotFound))
}

var errNoPage = model.NewError(model.KindNotFound, "no_such_page", "没有这一页。地址可能写错了，或者这一页已经撤下")

// headers forbid whatever the pages do not need. The referrer goes to ourselves, because with none a browser
// does not say where a form came from.
func headers(c *gin.Context) {
	c.Header("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	c.Header("Referrer-Policy", "same-origin")
	c.Header("X-Frame-Options", "DENY")
	c.Next()
}

//go:embed public.css
var sheet []byte

var sheetTag = tagOf(sheet)

func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:8])
}

// styles may be kept for good: the pages name them with the tag of their content.
func styles(c *gin.Context) {
	c.Header("Cache-Control", "public, max-age=31536000, immutable")
	answer(c, "text/css; charset=utf-8", sheet)
}

// pageLife is how long a cache may show a page without asking; a withdrawal shows everywhere after that.
const pageLife = "public, max-age=60"

// show renders a page that everybody sees alike, and answers 304 to whoever has it.
func (p *Pages) show(c *gin.Context, name string, v view) {
	body, err := p.render(c, name, v)
	if err != nil {
		p.fail(c, err)
		return
	}
	c.Header("Cache-Control", pageLife)
	answer(c, "text/html; charset=utf-8", body)
}

func answer(c *gin.Context, typ string, body []byte) {
	tag := `"` + tagOf(body) + `"`
	c.Header("ETag", tag)
	if known := strings.Split(c.GetHeader("If-None-Match"), ","); slices.ContainsFunc(known, func(k string) bool {
		return strings.TrimPrefix(strings.TrimSpace(k), "W/") == tag
	}) {
		c.Status(http.StatusNotModified)
		return
	}
	c.Data(http.StatusOK, typ, body)
}

func (p *Pages) render(c *gin.Context, name string, v view) ([]byte, error) {
	var err error
	if v.Farm, v.Contact, err = p.disclose.Farm(c.Request.Context()); err != nil {
		return nil, err
	}
	v.Sheet = "/public/public.css?v=" + sheetTag
	var b bytes.Buffer
	err = templates.ExecuteTemplate(&b, name, v)
	return b.Bytes(), err
}

// fail shows the sentence of an error on a page.
func (p *Pages) fail(c *gin.Context, err error) {
	problem.Note(c.Request.Context(), err)
	known := problem.From(err)
	v := view{Title: known.Title, Sheet: "/public/public.css?v=" + sheetTag, Problem: known.Detail}
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, "message.html", v); err != nil {
		problem.Write(c.Writer, known)
		return
	}
	c.Data(known.Status, "text/html; charset=utf-8", b.Bytes())
}

func (p *Pages) list(c *gin.Context) { p.year(c, 0) }

func (p *Pages) archive(c *gin.Context) {
	year, err := strconv.Atoi(c.Param("year"))
	if err != nil || year <= 0 {
		p.fail(c, errNoYear)
		return
	}
	p.year(c, year)
}

var errNoYear = model.NewError(model.KindNotFound, "no_such_year", "这一年没有公示")

// year lists what is public of a year; 0 is the latest.
func (p *Pages) year(c *gin.Context, year int) {
	years, of, err := p.disclose.Years(c.Request.Context())
	if err == nil && year != 0 && !slices.Contains(years, year) {
		err = errNoYear
	}
	if err != nil {
		p.fail(c, err)
		return
	}
	if year == 0 && len(years) > 0 {
		year = years[0]
	}
	v := view{Title: "公示公开", Years: years, Year: year, List: of[year]}
	if c.Param("year") == "" {
		v.Objectable = p.disclose.OpenFor(of)
		v.List = slices.DeleteFunc(slices.Clone(v.List), func(x disclose.PublicView) bool { return x.Objectable(model.DateOf(p.now())) })
	} else {
		v.Title = strconv.Itoa(year) + "年公示"
	}
	p.show(c, "list.html", v)
}

func (p *Pages) item(c *gin.Context) {
	v, err := p.itemView(c)
	if err != nil {
		p.fail(c, err)
		return
	}
	p.show(c, "item.html", v)
}

func (p *Pages) itemView(c *gin.Context) (view, error) {
	d, err := p.disclose.Read(c.Request.Context(), c.Param("id"))
	return view{Title: d.Title, Item: &d, Open: d.Objectable(model.DateOf(p.now())), Most: model.ObjectionMost, Least: model.ObjectionLeast}, err
}

// maxForm bounds an objection.
const maxForm = 16 << 10

var errForm = model.NewError(model.KindInvalid, "form", "表单没有收全,请再试一次")

// object takes an objection. A form from another site is refused; a machine that fills in the field that
// nobody sees is thanked and forgotten.
func (p *Pages) object(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxForm)
	if err := p.origins.Check(c.Request); err != nil {
		p.fail(c, model.NewError(model.KindForbidden, "other_site", "请在公示页面上提异议").Wrap(err))
		return
	}
	if err := c.Request.ParseForm(); err != nil {
		p.fail(c, errForm.Wrap(err))
		return
	}
	form := c.Request.PostForm
	if form.Get("website") != "" {
		c.Redirect(http.StatusSeeOther, "/public/items/"+url.PathEscape(c.Param("id")))
		return
	}
	in := disclose.Objecting{
		Address: c.ClientIP(), Household: form.Get("household"), Text: strings.ReplaceAll(form.Get("text"), "\r\n", "\n"), Contact: form.Get("contact"),
	}
	o, err := p.disclose.Object(c.Request.Context(), c.Param("id"), in)
	if err != nil {
		p.formAgain(c, in, err)
		return
	}
	c.Redirect(http.StatusSeeOther, "/public/objections/"+url.PathEscape(o.ID))
}

// formAgain shows the form with what was written and what is wrong with it.
func (p *Pages) formAgain(c *gin.Context, in disclose.Objecting, err error) {
	v, readErr := p.itemView(c)
	var known *model.Error
	if readErr != nil || !errors.As(err, &known) || !v.Open {
		p.fail(c, err)
		return
	}
	problem.Note(c.Request.Context(), err)
	v.Problem, v.Form = known.Msg, in
	body, renderErr := p.render(c, "item.html", v)
	if renderErr != nil {
		p.fail(c, renderErr)
		return
	}
	c.Data(problem.From(err).Status, "text/html; charset=utf-8", body)
}

// objection is what became of one; whoever raised it has its address. It is not for caches.
func (p *Pages) objection(c *gin.Context) {
	o, err := p.disclose.Objection(c.Request.Context(), c.Param("id"))
	if err != nil {
		p.fail(c, err)
		return
	}
	d, err := p.disclose.Read(c.Request.Context(), o.DisclosureID)
	if err != nil {
		p.fail(c, err)
		return
	}
	body, err := p.render(c, "objection.html", view{Title: "异议的办理", Item: &d, Objection: &o})
	if err != nil {
		p.fail(c, err)
		return
	}
	c.Header("X-Robots-Tag", "noindex")
	c.Data(http.StatusOK, "text/html; charset=utf-8", body)
}

func (p *Pages) screen(c *gin.Context) {
	shown, err := p.disclose.Screen(c.Request.Context())
	if err != nil {
		p.fail(c, err)
		return
	}
	slides := slidesOf(shown)
	n, _ := strconv.Atoi(c.Query("n"))
	n = min(max(n, 1), max(len(slides), 1))
	v := view{Title: "公示", Slide: slide{Title: "公示公开", Lines: []string{"现在没有公示的内容。"}}, N: n, Of: max(len(slides), 1), Hold: c.Query("hold") != ""}
	if len(slides) > 0 {
		v.Slide = slides[n-1]
	}
	p.show(c, "screen.html", v)
}

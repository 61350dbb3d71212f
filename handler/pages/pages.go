// Package pages serves the web pages that the binary brings along.
package pages

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"

	"bangfu/handler/problem"

	"github.com/gin-gonic/gin"
)

// policy lets a page load its own files and call its own server, and nothing else. Styles stand in elements where
// the table, drag and chart parts compute positions; scripts never do.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Pages is one single-page application under a prefix.
type Pages struct {
	prefix string
	files  map[string]file
}

// file is one built file with what is sent beside it.
type file struct {
	body, gzip []byte
	mime, etag string
}

// indexName is the page that the application starts from; placeholderName stands in for it until it is built.
const (
	indexName       = "index.html"
	placeholderName = "placeholder.html"
	gzipped         = ".gz"
)

// types are those that a machine without a table of its own would not know.
var types = map[string]string{".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8",
	".svg": "image/svg+xml", ".json": "application/json", ".woff2": "font/woff2", ".png": "image/png"}

// New reads the built files; prefix is "/console". Files that end in .gz are the compressed forms of others. The files
// are those inside the binary, so failing to read them ends the process.
func New(prefix string, built fs.FS) *Pages {
	p := &Pages{prefix: prefix, files: map[string]file{}}
	err := fs.WalkDir(built, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(name, gzipped) {
			return err
		}
		f := file{mime: types[path.Ext(name)]}
		if f.mime == "" {
			f.mime = mime.TypeByExtension(path.Ext(name))
		}
		if f.body, err = fs.ReadFile(built, name); err != nil {
			return err
		}
		if f.gzip, err = fs.ReadFile(built, name+gzipped); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		sum := sha256.Sum256(f.body)
		f.etag = `W/"` + hex.EncodeToString(sum[:12]) + `"`
		p.files[name] = f
		return nil
	})
	if err != nil {
		panic(err)
	}
	if _, ok := p.files[indexName]; !ok {
		p.files[indexName] = p.files[placeholderName]
	}
	return p
}

// Register adds the application's addresses.
func (p *Pages) Register(r gin.IRouter) {
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		r.Handle(method, p.prefix, func(c *gin.Context) { c.Redirect(http.StatusMovedPermanently, p.prefix+"/") })
		r.Handle(method, p.prefix+"/*file", p.serve)
	}
}

// serve answers with the file, or with the start page where the application has a page of its own. What looks like a
// file and is none is not found: a start page in the place of a script would only hide that.
func (p *Pages) serve(c *gin.Context) {
	name := strings.TrimPrefix(path.Clean(c.Param("file")), "/")
	f, ok := p.files[name]
	if !ok {
		if strings.HasPrefix(name, "assets/") || path.Ext(name) != "" {
			problem.Write(c.Writer, problem.OfStatus(http.StatusNotFound))
			return
		}
		name, f = indexName, p.files[indexName]
	}
	h := c.Writer.Header()
	h.Set("Content-Type", f.mime)
	h.Set("ETag", f.etag)
	h.Set("Cache-Control", cacheOf(name))
	h.Set("Content-Security-Policy", policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Add("Vary", "Accept-Encoding")
	if c.GetHeader("If-None-Match") == f.etag {
		c.Status(http.StatusNotModified)
		return
	}
	body := f.body
	if f.gzip != nil && strings.Contains(c.GetHeader("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = f.gzip
	}
	c.Data(http.StatusOK, f.mime, body)
}

// cacheOf: a file under assets/ has a hash of its content in its name and never changes.
func cacheOf(name string) string {
	if strings.HasPrefix(name, "assets/") {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}

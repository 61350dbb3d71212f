package public

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"bangfu/service/disclose"
	"bangfu/service/model"

	"github.com/gin-gonic/gin"
	"rsc.io/qr"
)

func (p *Pages) poster(c *gin.Context) {
	d, err := p.disclose.Read(c.Request.Context(), c.Param("id"))
	if err != nil {
		p.fail(c, err)
		return
	}
	c.Status(http.StatusOK)
	p.show(c, "poster.html", posterOf(d, p.baseURL))
}

// Poster is the disclosure as a page to be printed for the board, whole in itself. baseURL is how the outside reaches us.
func Poster(d model.Disclosure, baseURL string) ([]byte, error) {
	var b bytes.Buffer
	v := posterOf(disclose.PublicView{Disclosure: d, Stage: d.State}, baseURL)
	v.Contact, v.Styles = d.Contact, styleText
	err := templates.ExecuteTemplate(&b, "poster.html", v)
	return b.Bytes(), err
}

func posterOf(d disclose.PublicView, baseURL string) view {
	address := baseURL + "/public/items/" + url.PathEscape(d.ID)
	return view{Title: d.Title, Item: &d, Phone: phoneIn(d.Contact), QR: qrCode(address)}
}

// telephone is one as offices write it: 0451-1234567, 13812345678, 12317.
var telephone = regexp.MustCompile(`\d[\d-]{3,}\d`)

// phoneIn is the telephone in the words that say where to object; empty when they name a place only.
func phoneIn(contact string) string { return telephone.FindString(contact) }

// quiet is the white around a code, in modules; without it cameras find nothing.
const quiet = 4

// qrCode draws the address, black on white, for whoever stands before the board with a phone. Empty when it is too long.
func qrCode(address string) template.HTML {
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return ""
	}
	var path strings.Builder
	for y := range code.Size {
		for x := range code.Size {
			if code.Black(x, y) {
				fmt.Fprintf(&path, "M%d %dh1v1h-1z", x+quiet, y+quiet)
			}
		}
	}
	side := code.Size + 2*quiet
	// Numbers and letters of our own: nothing in it comes from outside.
	return template.HTML(fmt.Sprintf(`<svg class="qr" viewBox="0 0 %d %d" role="img" aria-label="这份公示的网页二维码"><path d="%s"/></svg>`, side, side, path.String()))
}

package wxsim

import (
	"bytes"
	"crypto/sha256"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
)

// picture is an answer that is a JPEG, or a voice message, instead of JSON.
type picture []byte

// drawing is a small picture that looks a little like a code and is another one for every text. No
// phone reads it.
func drawing(content string) picture {
	const cells, size = 16, 4
	sum := sha256.Sum256([]byte(content))
	img := image.NewGray(image.Rect(0, 0, cells*size, cells*size))
	for y := range cells * size {
		for x := range cells * size {
			bit := y/size*cells + x/size
			if sum[bit/8]>>(bit%8)&1 == 0 {
				img.SetGray(x, y, color.Gray{Y: 255})
			}
		}
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, nil) // into memory, of a size that JPEG has
	return b.Bytes()
}

func (p picture) write(w http.ResponseWriter) {
	kind := "image/jpeg"
	if bytes.HasPrefix(p, []byte("#!AMR")) {
		kind = "audio/amr"
	}
	w.Header().Set("Content-Type", kind)
	_, _ = w.Write(p)
}

// serveQRCode is the page of mp.weixin.qq.com that draws the code of a ticket, for everybody.
func (s *Sim) serveQRCode(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	if !s.hasTicket(ticket) {
		s.record(r, s.oa, http.StatusNotFound, 0)
		http.NotFound(w, r)
		return
	}
	s.record(r, s.oa, http.StatusOK, 0)
	drawing(ticket).write(w)
}

func (s *Sim) hasTicket(ticket string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, code := range s.qr {
		if code.ticket == ticket {
			return code.expires.IsZero() || s.now().Before(code.expires)
		}
	}
	return false
}

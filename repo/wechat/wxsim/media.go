package wxsim

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"time"
)

// maxThumb is the most bytes of a thumbnail; everything else is bound by maxAPIBody.
const maxThumb = 64 << 10

// mediaTypes are the kinds of files by what they are made of.
var mediaTypes = map[string][]string{
	"image": {"image/jpeg", "image/png", "image/gif"}, "thumb": {"image/jpeg"}, "voice": nil, "video": nil,
}

// apiMediaUpload takes a file for three days. It is not kept: nothing here shows it again.
func apiMediaUpload(_ *Sim, c *call) (any, error) {
	sort := c.query.Get("type")
	allowed, known := mediaTypes[sort]
	if !known {
		return nil, fail(40004, "invalid media type")
	}
	file := c.file("media")
	switch {
	case file == nil:
		return nil, fail(41005, "media data missing")
	case len(file) == 0:
		return nil, fail(44001, "empty media data")
	case sort == "thumb" && len(file) > maxThumb:
		return nil, fail(40006, "invalid media size")
	case allowed != nil && !slices.Contains(allowed, http.DetectContentType(file)):
		return nil, fail(40005, "invalid file type")
	}
	name := "media_id"
	if sort == "thumb" {
		name = "thumb_media_id"
	}
	return map[string]any{"type": sort, name: randomText(64), "created_at": c.now.Unix()}, nil
}

// file reads one file out of a form; nil when there is none.
func (c *call) file(name string) []byte {
	_, params, err := mime.ParseMediaType(c.header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return nil
	}
	for r := multipart.NewReader(bytes.NewReader(c.body), params["boundary"]); ; {
		part, err := r.NextPart()
		if err != nil {
			return nil
		}
		if part.FormName() != name || part.FileName() == "" {
			continue
		}
		if data, err := io.ReadAll(part); err == nil {
			return append([]byte{}, data...)
		}
	}
}

// keptMedia is a file that a person sent, for as long as WeChat keeps it.
type keptMedia struct {
	data picture
	at   time.Time
}

// mediaLife is how long WeChat keeps what a person sent.
const mediaLife = 3 * 24 * time.Hour

// keepMedia keeps a file under a new media_id. The caller holds Sim.mu.
func (s *Sim) keepMedia(data picture) string {
	id := randomText(64)
	s.media[id] = keptMedia{data: data, at: s.now()}
	return id
}

// voiceFile is a voice message of no words.
func voiceFile() picture { return picture("#!AMR\n\x3c\x91\x17\x16\xbe\x66") }

// apiMediaGet gives back what a person sent.
func apiMediaGet(s *Sim, c *call) (any, error) {
	m, known := s.media[c.query.Get("media_id")]
	if !known || c.now.Sub(m.at) > mediaLife {
		return nil, fail(40007, "invalid media_id")
	}
	return m.data, nil
}

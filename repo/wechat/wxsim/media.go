package wxsim

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
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

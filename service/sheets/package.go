package sheets

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Bounds of what is unpacked: a small file can be packed to swell without end. What a writer of sheets makes is packed
// ten to sixty times; deflate reaches a thousand.
const (
	unpackedLimit = 512 << 20 // of all parts together
	swellingFrom  = 8 << 20   // parts that are smaller may be packed as well as they like
	mostSwelling  = 150
	mostParts     = 10_000
	smallPart     = 16 << 20 // of a part that is held in memory: the list of sheets, relationships, styles
	tokenLimit    = 1 << 20  // of one tag, text or comment
)

// pack is the zip package that a workbook is: its parts are looked up by name, and read within bounds.
type pack struct {
	file  *zip.ReadCloser
	parts map[string]*zip.File
}

func openPack(file string) (*pack, error) {
	z, err := zip.OpenReader(file)
	if err != nil {
		return nil, errBroken.Wrap(err)
	}
	p := &pack{file: z, parts: map[string]*zip.File{}}
	if err := p.index(); err != nil {
		_ = z.Close()
		return nil, err
	}
	return p, nil
}

// index looks only at what the parts say of their sizes; reading holds them to it.
func (p *pack) index() error {
	var packed, unpacked uint64
	for _, f := range p.file.File {
		name := partName(f.Name)
		if _, twice := p.parts[name]; twice {
			return errBroken.Wrap(fmt.Errorf("part %d is there twice", len(p.parts)))
		}
		p.parts[name] = f
		packed, unpacked = packed+f.CompressedSize64, unpacked+f.UncompressedSize64
		if f.UncompressedSize64 > unpackedLimit || swells(f.CompressedSize64, f.UncompressedSize64) {
			return errSwells
		}
	}
	if len(p.parts) > mostParts || unpacked > unpackedLimit || swells(packed, unpacked) {
		return errSwells
	}
	return nil
}

func swells(packed, unpacked uint64) bool {
	return unpacked > swellingFrom && unpacked/mostSwelling > packed
}

// partName is a part's name as it is compared: some writers use backslashes, and names differ in case.
func partName(s string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(s, "\\", "/"), "/"))
}

func (p *pack) has(name string) bool { return p.parts[partName(name)] != nil }

// open reads a part that is at most so long.
func (p *pack) open(name string, limit uint64) (*part, error) {
	f := p.parts[partName(name)]
	if f == nil {
		return nil, errBroken.Wrap(errors.New("a part is not there"))
	}
	if f.UncompressedSize64 > limit {
		return nil, errSwells
	}
	r, err := f.Open()
	if err != nil {
		return nil, errBroken.Wrap(err)
	}
	return newPart(r, int64(f.UncompressedSize64)), nil
}

// decode reads a small part as a whole.
func (p *pack) decode(name string, into any) error {
	r, err := p.open(name, smallPart)
	if err != nil {
		return err
	}
	defer r.Close()
	r.token = smallPart // the tokens are the decoder's own business
	return r.fault(xml.NewDecoder(r).Decode(into))
}

// part is a part of the package under way. The XML decoder takes it byte by byte, so that nothing is read ahead, and
// no token is longer than its bound.
type part struct {
	io.Closer
	r     *bufio.Reader
	left  int64 // of what the part said that it has
	token int   // left of the token
}

func newPart(r io.ReadCloser, size int64) *part {
	return &part{Closer: r, r: bufio.NewReaderSize(r, 1<<16), left: size, token: tokenLimit}
}

// Read is not used by a decoder that can have single bytes; it is there to make this an io.Reader.
func (p *part) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	c, err := p.ReadByte()
	if err != nil {
		return 0, err
	}
	b[0] = c
	return 1, nil
}

// ReadByte is the next byte of the part.
func (p *part) ReadByte() (byte, error) {
	if p.token--; p.token < 0 {
		return 0, errSwells
	}
	if p.left--; p.left < -1 {
		return 0, errSwells
	}
	return p.r.ReadByte()
}

// fault says what an error of reading means to the person.
func (p *part) fault(err error) error {
	if err == nil || errors.Is(err, errSwells) {
		return err
	}
	return errBroken.Wrap(err)
}

// relationships are the targets of a part's relationships, by their ids, and the last word of their types.
type relationships map[string]struct{ target, kind string }

func (p *pack) relationshipsOf(name string) (relationships, error) {
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
			Type   string `xml:"Type,attr"`
		} `xml:"Relationship"`
	}
	dir, base := path.Split(name)
	if err := p.decode(dir+"_rels/"+base+".rels", &rels); err != nil {
		return nil, err
	}
	all := relationships{}
	for _, r := range rels.List {
		target := path.Join(dir, r.Target)
		if strings.HasPrefix(r.Target, "/") {
			target = path.Clean(r.Target)
		}
		all[r.ID] = struct{ target, kind string }{target, path.Base(r.Type)}
	}
	return all, nil
}

// first is the target of the first relationshipship of the kind, empty when there is none.
func (r relationships) first(kind string) string {
	for _, to := range r {
		if to.kind == kind {
			return to.target
		}
	}
	return ""
}

package model

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
)

var errPicture = NewError(KindInvalid, "picture_broken", "照片打不开,可能没有传完整,请再拍一张或再传一次")

// mostPixels bounds a picture that is unpacked to be turned.
const mostPixels = 50_000_000

// BarePicture is a picture without what it says about itself: where and when it was taken, by whom, with which
// telephone. Files of other types stay as they are. A picture that says that it lies on its side is turned, because it
// cannot say so any more.
func BarePicture(contentType string, content []byte) ([]byte, error) {
	switch {
	case strings.HasPrefix(contentType, "image/jpeg"):
		bare, turn, err := bareJPEG(content)
		if err != nil || turn <= 1 {
			return bare, err
		}
		return turned(bare, turn)
	case strings.HasPrefix(contentType, "image/png"):
		return barePNG(content)
	}
	return content, nil
}

// The segments of a JPEG file that matter to how it looks; all others may say anything.
const (
	jpegAPP0  = 0xe0 // JFIF
	jpegAPP1  = 0xe1 // Exif and XMP
	jpegAPP14 = 0xee // Adobe: which colours
	jpegAPP15 = 0xef
	jpegStart = 0xda // of the picture itself
	jpegEnd   = 0xd9
	jpegText  = 0xfe
)

// bareJPEG copies the segments that matter up to the end of the picture: behind it telephones hide films and more.
func bareJPEG(b []byte) (bare []byte, turn int, err error) {
	if !bytes.HasPrefix(b, []byte{0xff, 0xd8}) {
		return nil, 0, errPicture
	}
	bare = append(bare, b[:2]...)
	b = append(slices.Clip(b[2:]), 0, 0) // so that an end at the very end has four bytes
	for {
		if len(b) < 4 || b[0] != 0xff {
			return nil, 0, errPicture
		}
		kind := b[1]
		switch {
		case kind == 0xff: // filling
			b = b[1:]
			continue
		case kind == jpegEnd:
			return append(bare, 0xff, jpegEnd), turn, nil
		}
		n := int(binary.BigEndian.Uint16(b[2:])) + 2
		if n < 4 || n > len(b) {
			return nil, 0, errPicture
		}
		segment := b[:n]
		b = b[n:]
		if kind == jpegAPP1 && turn == 0 {
			turn = turnOf(segment[4:])
		}
		if kind < jpegAPP0 || kind > jpegAPP15 && kind != jpegText || kind == jpegAPP0 && bytes.HasPrefix(segment[4:], []byte("JFIF\x00")) || kind == jpegAPP14 {
			bare = append(bare, bareJFIF(kind, segment)...)
		}
		if kind == jpegStart {
			n := scanLength(b)
			bare, b = append(bare, b[:n]...), b[n:]
			if len(b) < 4 { // cut off: what is there can be seen, and nothing is behind it
				return append(bare, 0xff, jpegEnd), turn, nil
			}
		}
	}
}

// bareJFIF leaves out the small picture that JFIF may bring along, which nobody has made bare.
func bareJFIF(kind byte, segment []byte) []byte {
	const plain = 18
	if kind != jpegAPP0 || len(segment) <= plain {
		return segment
	}
	s := slices.Clone(segment[:plain])
	s[2], s[3], s[plain-2], s[plain-1] = 0, plain-2, 0, 0
	return s
}

// scanLength is how long the picture's own data is: up to the next marker that is no part of it.
func scanLength(b []byte) int {
	for i := 0; i+1 < len(b); i++ {
		if b[i] == 0xff && b[i+1] != 0 && (b[i+1] < 0xd0 || b[i+1] > 0xd7) {
			return i
		}
	}
	return len(b)
}

// turnOf is the Exif orientation, 0 when there is none.
func turnOf(b []byte) int {
	tiff, ok := bytes.CutPrefix(b, []byte("Exif\x00\x00"))
	if !ok || len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if bytes.HasPrefix(tiff, []byte("II")) {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 0
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return 0
		}
		if order.Uint16(entries) == 0x0112 {
			if turn := int(order.Uint16(entries[8:])); turn <= 8 {
				return turn
			}
			return 0
		}
		entries = entries[12:]
	}
	return 0
}

// turned is the picture as its orientation says that it is to be seen.
func turned(content []byte, turn int) ([]byte, error) {
	size, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil || size.Width*size.Height > mostPixels {
		return nil, errPicture.Wrap(err)
	}
	decoded, err := jpeg.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, errPicture.Wrap(err)
	}
	w, h := size.Width, size.Height
	from := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(from, from.Bounds(), decoded, decoded.Bounds().Min, draw.Src)
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	if turn >= 5 {
		to = image.NewRGBA(image.Rect(0, 0, h, w))
	}
	for y := range h {
		for x := range w {
			tx, ty := place(turn, x, y, w, h)
			copy(to.Pix[to.PixOffset(tx, ty):][:4], from.Pix[from.PixOffset(x, y):][:4])
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, to, &jpeg.Options{Quality: 90}); err != nil {
		return nil, errPicture.Wrap(err)
	}
	return out.Bytes(), nil
}

// place is where a point of a picture w wide and h high goes, by the numbers of Exif.
func place(turn, x, y, w, h int) (int, int) {
	switch turn {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return h - 1 - y, x
	case 7:
		return h - 1 - y, w - 1 - x
	case 8:
		return y, w - 1 - x
	}
	return x, y
}

const pngMark = "\x89PNG\r\n\x1a\n"

// pngChunks are those that matter to how a PNG file looks.
var pngChunks = []string{"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "pHYs"}

// barePNG copies the chunks that matter, up to the end of the picture.
func barePNG(b []byte) ([]byte, error) {
	if _, err := png.DecodeConfig(bytes.NewReader(b)); err != nil {
		return nil, errPicture.Wrap(err)
	}
	bare := []byte(pngMark)
	for b = b[len(pngMark):]; ; {
		if len(b) < 12 {
			return nil, errPicture
		}
		n := uint64(binary.BigEndian.Uint32(b)) + 12
		if n > uint64(len(b)) {
			return nil, errPicture
		}
		kind := string(b[4:8])
		if slices.Contains(pngChunks, kind) {
			bare = append(bare, b[:n]...)
		}
		if b = b[n:]; kind == "IEND" {
			return bare, nil
		}
	}
}

package model

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFoldID(t *testing.T) {
	for written, want := range map[string]string{
		"H-001": "H-001", " h-001\u3000": "H-001", "\uff28\uff0d\uff10\uff10\uff11": "H-001", "H\u2014001": "H-001", "H\u2010001": "H-001", "H\u2212001": "H-001",
		"\u202aH-001\u202c": "H-001", "H-00\u200b1": "H-001", "H-001\ufeff": "H-001", "\u2068h-001\u2069": "H-001", "H -\u00a0001": "H-001",
		"H-001\ufe0f": "H-001", "H\u2500001": "H-001", "\u2f8f-1": "行-1", "H-001\x02": "H-001", "H-\u00ad001": "H-001",
	} {
		if got := FoldID(written); got != want {
			t.Errorf("%+q is %+q, want %q", written, got, want)
		}
		if again := FoldID(FoldID(written)); again != FoldID(written) {
			t.Errorf("%+q changes when it is folded again", written)
		}
	}
}

func TestNamesAreFolded(t *testing.T) {
	for _, same := range [][]string{
		{"艾力·买买提", "艾力•买买提", "艾力・买买提", "艾力\u2027买买提", "艾力.买买提", "艾力买买提", "艾力 买买提", "艾力\u00b7\u200b买买提", "艾力-买买提", "艾力\uff0e买买提", "艾力∙买买提"},
		{"王芳芳", "王\u200b芳芳", "王 芳芳", "\u202d王芳芳", "王芳\ufe00芳"},
		{"方小金", "\u2f45\u2f29\u2fa6", "方\u2f29金"},
		{"马龙", "\u2ee2\u2ef0"}, {"黄金", "\u2ee9\uf90a"},
	} {
		for _, s := range same[1:] {
			if FoldName(s) != FoldName(same[0]) {
				t.Errorf("%+q is not %s: %+q", s, same[0], FoldName(s))
			}
			if NameIn(same[:1], "慰问了"+s+"一家") != same[0] {
				t.Errorf("%+q is not found in a text", s)
			}
			if NameIn([]string{s}, "慰问了"+same[0]+"一家") != s {
				t.Errorf("%s is not found in a text by %+q", same[0], s)
			}
		}
	}
	for written, want := range map[string]string{"艾力•买买提": "艾力·买买提", "王 芳": "王芳", "\u2f45\u2f29\u2fa6": "方小金", "王\u200b芳": "王芳", "Anna Maria": "Anna Maria"} {
		if got := CleanName(written); got != want {
			t.Errorf("%+q is stored as %+q", written, got)
		}
	}
}

func TestClean(t *testing.T) {
	for text, want := range map[string]string{
		"我家\x02": "我家", "\x1d我\x10家": "我家", "a\r\nb\rc": "a\nb\nc", "a\tb": "a\tb", "\x0b\x00\x7f\u0085": "", "\ufffe\uffff\ufdd0": "", "好\xe5": "好\uFFFD",
		"😀": "😀",
	} {
		if got := Clean(text); got != want || !utf8.ValidString(got) {
			t.Errorf("%+q is %+q, want %+q", text, got, want)
		}
	}
}

func TestNumbersInTexts(t *testing.T) {
	for _, text := range []string{
		"电话19900000001", "1990000 0001", "199.0000.0001", "199·0000·0001", "１９９００００００００１", "①⑨⑨⓪⓪⓪⓪⓪⓪⓪①", "一九九零零零零零零零一", "幺九九〇〇〇〇〇〇〇幺",
		"1\u200b99 0000 0001", "١٩٩٠٠٠٠٠٠٠١", "199 - 0000 - 0001", "199\u20140000\u20140001", "239900196005240026", "239900 19600524 0026", "2399001960052400２Ｘ",
		"239900.1960.0524.0026", "𝟙𝟡𝟡𝟘𝟘𝟘𝟘𝟘𝟘𝟘𝟙",
	} {
		if !HoldsNumber(text) {
			t.Errorf("%s passes", text)
		}
	}
	for _, text := range []string{"2017年12月15日", "共25,000元", "3,600.50元", "户号H-001", "一二三四五"} {
		if HoldsNumber(text) {
			t.Errorf("%s is taken for a number", text)
		}
	}
}

func TestFitField(t *testing.T) {
	for _, c := range []struct{ key, value, want string }{
		{"thing1", "户号H-001的难事", "户号H-001的难事"}, {"thing1", "户号HW2017-DYGLQ-0001的难事", "户号HW2017-DYGLQ-0001…"},
		{"thing3", "屋顶\n漏雨\x0b", "屋顶 漏雨"}, {"name1", strings.Repeat("王", 11), strings.Repeat("王", 9) + "…"}, {"other", strings.Repeat("a", 50), strings.Repeat("a", 50)},
	} {
		got := FitField(c.key, c.value)
		if got != c.want || FieldFault(c.key, got) != "" {
			t.Errorf("%s %q is %q (%s)", c.key, c.value, got, FieldFault(c.key, got))
		}
	}
}

// withExif puts an Exif segment with an orientation, a comment and a trailer into a JPEG file.
func withExif(t *testing.T, content []byte, turn uint16) []byte {
	t.Helper()
	tiff := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00GPS")
	binary.BigEndian.PutUint16(tiff[6+18:], turn)
	app1 := append([]byte{0xff, 0xe1, 0, byte(len(tiff) + 2)}, tiff...)
	comment := append([]byte{0xff, 0xfe, 0, 8}, "secret"...)
	out := append([]byte{0xff, 0xd8}, app1...)
	out = append(append(out, comment...), content[2:]...)
	return append(out, "Exif behind the end"...)
}

func TestPicturesSayNothingOfThemselves(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 32, 16))
	for x := range 16 {
		for y := range 16 {
			img.Set(x, y, color.RGBA{255, 0, 0, 255}) // the left half is red
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	for turn, red := range map[uint16]image.Point{0: {4, 8}, 1: {4, 8}, 3: {28, 8}, 6: {8, 4}, 8: {8, 28}, 9: {4, 8}} {
		bare, err := BarePicture("image/jpeg", withExif(t, b.Bytes(), turn))
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Exif", "GPS", "secret"} {
			if bytes.Contains(bare, []byte(word)) {
				t.Errorf("turn %d: %s is still there", turn, word)
			}
		}
		seen, err := jpeg.Decode(bytes.NewReader(bare))
		if err != nil {
			t.Fatal(err)
		}
		if r, g, _, _ := seen.At(red.X, red.Y).RGBA(); r < 0xc000 || g > 0x4000 {
			t.Errorf("turn %d: what was red is %x %x at %v", turn, r, g, red)
		}
	}
	b.Reset()
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	text := append([]byte("\x00\x00\x00\x09tEXtplace GPS"), 0, 0, 0, 0)
	odd := append(append(bytes.Clone(whole[:33]), text...), append(bytes.Clone(whole[33:]), "trailer"...)...)
	if bare, err := BarePicture("image/png", odd); err != nil || !bytes.Equal(bare, whole) {
		t.Errorf("a PNG file keeps what it says: %v", err)
	}
	for _, broken := range [][]byte{nil, []byte("\xff\xd8"), []byte("\xff\xd8\xff\xe1\xff\xff"), b.Bytes()[:20]} {
		for _, typ := range []string{"image/jpeg", "image/png"} {
			if _, err := BarePicture(typ, broken); err == nil {
				t.Errorf("%s of %d bytes is taken for one", typ, len(broken))
			}
		}
	}
	if voice, err := BarePicture("audio/amr", []byte("#!AMR")); err != nil || string(voice) != "#!AMR" {
		t.Error("a voice was changed")
	}
}

package backup

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var testKey = Key{1, 2, 3}

// document is as the database stores one: its length, its bytes, a zero.
func document(content []byte) []byte {
	d := binary.LittleEndian.AppendUint32(nil, uint32(len(content)+5))
	return append(append(d, content...), 0)
}

// noise cannot be compressed, so that a backup has several segments.
func noise(seed uint64, n int) []byte {
	b, r := make([]byte, n), rand.New(rand.NewPCG(seed, 1))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

// written is a backup of two collections and an empty one, of about three megabytes.
func written(t testing.TB) ([]byte, Manifest) {
	t.Helper()
	var file bytes.Buffer
	w, err := NewWriter(&file, testKey, Head{At: time.Unix(1, 0).UTC(), Migrations: []string{"0001"}, Keyset: "k"})
	if err != nil {
		t.Fatal(err)
	}
	add := func(collection string, docs int) {
		if err := w.Collection(collection); err != nil {
			t.Fatal(err)
		}
		for i := range docs {
			if err := w.Add(document(noise(uint64(i), 3000))); err != nil {
				t.Fatal(err)
			}
		}
	}
	add("persons", 700)
	add("probes", 0)
	add("households", 300)
	m, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	return file.Bytes(), m
}

func TestWhatGoesInComesOut(t *testing.T) {
	file, m := written(t)
	got, names, docs := Head{}, []string{}, map[string]int{}
	read, err := Read(bytes.NewReader(file), testKey, Contents{
		Head: func(h Head) error { got = h; return nil },
		Chunk: func(c string, list [][]byte) error {
			if len(names) == 0 || names[len(names)-1] != c {
				names = append(names, c)
			}
			for _, d := range list {
				if !bytes.Equal(d, document(noise(uint64(docs[c]), 3000))) {
					t.Fatalf("%s %d is another", c, docs[c])
				}
				docs[c]++
			}
			return nil
		},
	})
	if err != nil || got.Keyset != "k" || got.Migrations[0] != "0001" || fmt.Sprint(names) != "[persons households]" ||
		docs["persons"] != 700 || docs["households"] != 300 || read.Documents() != 1000 || len(m.Collections) != 3 || m.Chunks < 3 {
		t.Errorf("%v %+v %v %v %+v", err, got, names, docs, read)
	}
	if _, err := Read(bytes.NewReader(file), Key{9}, Contents{}); !errors.Is(err, ErrOtherKey) || !strings.Contains(err.Error(), testKey.Number()) {
		t.Errorf("another key: %v", err)
	}
}

// TestDamageIsRefusedWithItsPlace damages a backup in every way and place that a disk, a network or somebody may.
func TestDamageIsRefusedWithItsPlace(t *testing.T) {
	file, _ := written(t)
	segments := (len(file) + segmentSize - 1) / segmentSize
	if segments < 20 {
		t.Fatalf("only %d segments", segments)
	}
	head := len(magic) + 9
	flipped := func(at int) []byte { b := bytes.Clone(file); b[at] ^= 1; return b }
	one, two, three := head+8*segmentSize, head+9*segmentSize, head+10*segmentSize
	swapped := slices.Concat(file[:one], file[two:three], file[one:two], file[three:])
	doubled := append(bytes.Clone(file[:two]), file[one:]...)
	cases := []struct {
		name string
		file []byte
		in   string // the collection that the place names; empty: the head
	}{
		{"nothing", nil, ""},
		{"something else", []byte("{}"), ""},
		{"a flipped first letter", flipped(0), ""},
		{"a flipped byte of the salt", flipped(head + 2), ""},
		{"a flipped byte in the first segment", flipped(head + 1000), ""},
		{"a flipped byte in the ninth", flipped(one + 10), "persons"},
		{"a flipped last byte", flipped(len(file) - 1), "households"},
		{"cut after its line", file[:head], ""},
		{"cut in the salt", file[:head+9], ""},
		{"cut between segments", file[:head+segmentSize], ""},
		{"cut between later segments", file[:two], "persons"},
		{"cut by a byte", file[:len(file)-1], "households"},
		{"a byte appended", append(bytes.Clone(file), 0), "households"},
		{"itself appended", append(bytes.Clone(file), file...), "households"},
		{"segments swapped", swapped, "persons"},
		{"a segment twice", doubled, "persons"},
	}
	for _, c := range cases {
		var wrong *DamagedError
		given := 0
		_, err := Read(bytes.NewReader(c.file), testKey, Contents{Chunk: func(_ string, docs [][]byte) error { given += len(docs); return nil }})
		if !errors.As(err, &wrong) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if wrong.Collection != c.in || wrong.Byte > int64(len(c.file)) || given >= 1000 {
			t.Errorf("%s: in %q at %d of %d, %d documents given: %v", c.name, wrong.Collection, wrong.Byte, len(c.file), given, err)
		}
	}
}

// TestEveryFlippedByteIsSeen goes through a small backup byte by byte.
func TestEveryFlippedByteIsSeen(t *testing.T) {
	var file bytes.Buffer
	w, _ := NewWriter(&file, testKey, Head{})
	_ = w.Collection("c")
	_ = w.Add(document([]byte("one")))
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for i := range file.Len() {
		b := bytes.Clone(file.Bytes())
		b[i] ^= 0x20
		if _, err := Read(bytes.NewReader(b), testKey, Contents{}); err == nil {
			t.Errorf("byte %d", i)
		}
		if _, err := Read(bytes.NewReader(file.Bytes()[:i]), testKey, Contents{}); err == nil {
			t.Errorf("cut at %d", i)
		}
	}
}

// plain are the records of a backup as they lie in its stream, to be put together wrongly by whoever has the key.
type plain struct{ bytes.Buffer }

func (p *plain) record(kind byte, content []byte) *plain {
	p.Write(append(binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(content))), content...))
	return p
}

// recordsOf takes a backup apart.
func recordsOf(t testing.TB, file []byte) (kinds []byte, contents [][]byte) {
	t.Helper()
	cipher, err := streaming(testKey)
	if err != nil {
		t.Fatal(err)
	}
	line := len(magic) + 9
	r, err := cipher.NewDecryptingReader(bytes.NewReader(file[line:]), file[:line])
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	for len(b) > 0 {
		n := binary.BigEndian.Uint32(b[1:])
		kinds, contents, b = append(kinds, b[0]), append(contents, b[5:5+n]), b[5+n:]
	}
	return kinds, contents
}

// TestRecordsInAnotherOrder are well encrypted and wrong: what a faulty writer would leave.
func TestRecordsInAnotherOrder(t *testing.T) {
	file, _ := written(t)
	kinds, contents := recordsOf(t, file)
	last := len(kinds) - 1
	build := func(order ...int) *plain {
		p := &plain{}
		for _, i := range order {
			p.record(kinds[i], contents[i])
		}
		return p
	}
	var all []int
	for i := range kinds {
		all = append(all, i)
	}
	read := func(p *plain) error {
		_, err := readRecords(&p.Buffer, func() int64 { return 0 }, Contents{})
		return err
	}
	if err := read(build(all...)); err != nil {
		t.Fatal(err)
	}
	without := append(append([]int{}, all[:2]...), all[3:]...)
	for name, p := range map[string]*plain{
		"no head":             build(all[1:]...),
		"no manifest":         build(all[:last]...),
		"a chunk is missing":  build(without...),
		"a chunk twice":       build(append([]int{0, 1}, all[1:]...)...),
		"after the manifest":  build(append(append([]int{}, all...), 1)...),
		"two heads":           build(append([]int{0}, all...)...),
		"of an unknown kind":  build(0).record('?', nil),
		"a chunk of nothing":  build(0).record(recordChunk, nil),
		"a chunk of no name":  build(0).record(recordChunk, make([]byte, 50)),
		"a head that is none": (&plain{}).record(recordHead, []byte("[")),
	} {
		var wrong *DamagedError
		if err := read(p); !errors.As(err, &wrong) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestMemoryStaysFlat writes and reads a hundred megabytes with less than a fifth of that in hand.
func TestMemoryStaysFlat(t *testing.T) {
	const docs, size = 400, 256 << 10
	most := func(f func(each func())) uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		begin, peak := m.HeapAlloc, uint64(0)
		f(func() {
			runtime.GC() // what is still in use, not what was
			runtime.ReadMemStats(&m)
			peak = max(peak, m.HeapAlloc-min(m.HeapAlloc, begin))
		})
		return peak
	}
	doc := document(noise(1, size))
	peak := most(func(each func()) {
		pr, pw := io.Pipe()
		go func() {
			w, _ := NewWriter(pw, testKey, Head{})
			_ = w.Collection("c")
			for range docs {
				_ = w.Add(doc)
			}
			_, err := w.Close()
			pw.CloseWithError(err)
		}()
		n := 0
		m, err := Read(pr, testKey, Contents{Chunk: func(string, [][]byte) error {
			if n++; n%20 == 0 {
				each()
			}
			return nil
		}})
		if err != nil || m.Documents() != docs {
			t.Errorf("%v %+v", err, m)
		}
	})
	if peak > docs*size/5 {
		t.Errorf("%d MB in hand of %d", peak>>20, docs*size>>20)
	}
}

func TestKeys(t *testing.T) {
	text := NewKey()
	key, err := ReadKey(text)
	if err != nil || key.text() != text || len(text) != 64 {
		t.Fatalf("%q %v", text, err)
	}
	if again, err := ReadKey(" " + strings.ToLower(strings.ReplaceAll(text, "-", " ")) + "\n"); err != nil || again != key {
		t.Errorf("as somebody types it: %v", err)
	}
	slip := []byte(text)
	slip[0] = 'A' + (slip[0]-'A'+1)%26
	if other, err := ReadKey(string(slip)); err == nil && other.Number() == key.Number() {
		t.Error("a slip is the same key")
	}
	last := map[byte]byte{'A': 'B', 'Q': 'R'}[text[len(text)-1]]
	for _, wrong := range []string{"", "short", text[:len(text)-1], text + "A", "{\"seal\":1}", text[:len(text)-1] + string(last)} {
		if _, err := ReadKey(wrong); err == nil || strings.Contains(err.Error(), text) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// FuzzRead gives the reader files that begin as backups do.
func FuzzRead(f *testing.F) {
	file, _ := written(f)
	f.Add(file[:2000])
	f.Add(append([]byte(magic+testKey.Number()+"\n"), make([]byte, 100)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := Read(bytes.NewReader(b), testKey, Contents{}); err == nil {
			t.Error("it was taken for a whole backup")
		}
	})
}

// FuzzRecords gives it what lies within the encryption, so that it comes further.
func FuzzRecords(f *testing.F) {
	var file bytes.Buffer
	w, _ := NewWriter(&file, testKey, Head{})
	_ = w.Collection("c")
	_ = w.Add(document([]byte("one")))
	_, _ = w.Close()
	p := &plain{}
	kinds, contents := recordsOf(f, file.Bytes())
	for i := range kinds {
		p.record(kinds[i], contents[i])
		f.Add(bytes.Clone(p.Bytes()))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		taken := int64(0)
		m, err := readRecords(bytes.NewReader(b), func() int64 { return 0 }, Contents{Chunk: func(_ string, docs [][]byte) error {
			for _, d := range docs {
				if int(binary.LittleEndian.Uint32(d)) != len(d) {
					t.Error("a document of another length")
				}
			}
			taken += int64(len(docs))
			return nil
		}})
		if err == nil && m.Documents() != taken {
			t.Errorf("%d documents given, %d in the manifest", taken, m.Documents())
		}
	})
}

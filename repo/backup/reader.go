package backup

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// ErrOtherKey says that the backup was made with another key. The file may be whole.
var ErrOtherKey = errors.New("BACKUP_KEY: this backup was made with another key")

// DamagedError says where a backup is not what was written.
type DamagedError struct {
	Byte       int64  // of the file, up to which it was read: the fault lies in the segment that ends there
	Collection string // that was being read; empty before the first document
	Documents  int64  // of it that were whole
	Why        string
}

// Error names the place.
func (e *DamagedError) Error() string {
	place := "before its first document"
	if e.Collection != "" {
		place = fmt.Sprintf("in %s, after %d whole documents", e.Collection, e.Documents)
	}
	return fmt.Sprintf("the backup is damaged or cut off %s, near byte %d of the file: %s", place, e.Byte, e.Why)
}

// Contents take what a backup holds, in its order. Any of them may be nil.
type Contents struct {
	Head func(Head) error
	// Chunk gets documents of one collection; they are its own only until it returns.
	Chunk func(collection string, docs [][]byte) error
}

// Read goes through a whole backup and gives it to whoever takes it. Every chunk is checked before it is given, every
// collection and the end after. It holds one chunk at a time. Errors: ErrOtherKey, *DamagedError, or the taker's.
func Read(from io.Reader, key Key, into Contents) (Manifest, error) {
	counted := &counter{from: from}
	r := bufio.NewReaderSize(counted, longestLine)
	line, err := readLine(r)
	if err != nil {
		return Manifest{}, &DamagedError{Byte: counted.n, Why: "it does not begin as a backup does"}
	}
	if !strings.HasSuffix(line, " "+key.Number()+"\n") {
		return Manifest{}, fmt.Errorf("%w: its number is %s, yours is %s", ErrOtherKey, strings.TrimSpace(strings.TrimPrefix(line, magic)), key.Number())
	}
	cipher, err := streaming(key)
	if err != nil {
		return Manifest{}, err
	}
	at := func() int64 { return counted.n }
	stream, err := cipher.NewDecryptingReader(r, []byte(line))
	if err != nil {
		return Manifest{}, &DamagedError{Byte: at(), Why: "it ends before anything is in it"}
	}
	return readRecords(stream, at, into)
}

func readLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadSlice('\n')
	if err == nil && (!strings.HasPrefix(string(line), magic) || len(line) != len(magic)+9) {
		err = errors.New("not a backup")
	}
	return string(line), err
}

// counter counts what was read, for the places of faults.
type counter struct {
	from io.Reader
	n    int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.from.Read(p)
	c.n += int64(n)
	return n, err
}

// records are what lies in the stream, once it is decrypted.
type records struct {
	stream io.Reader
	at     func() int64
	into   Contents
	zip    *zstd.Decoder
	seen   Manifest
	docs   []byte // of the latest chunk
}

func readRecords(stream io.Reader, at func() int64, into Contents) (Manifest, error) {
	zip, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(largestChunk))
	if err != nil {
		return Manifest{}, err
	}
	defer zip.Close()
	r := &records{stream: stream, at: at, into: into, zip: zip}
	if err := r.head(); err != nil {
		return r.seen, err
	}
	for {
		kind, content, err := r.next()
		switch {
		case err != nil:
			return r.seen, err
		case kind == recordChunk:
			err = r.chunk(content)
		case kind == recordManifest:
			return r.manifest(content)
		default:
			err = r.damaged("a record of an unknown kind")
		}
		if err != nil {
			return r.seen, err
		}
	}
}

func (r *records) damaged(why string) error {
	e := &DamagedError{Byte: r.at(), Why: why}
	if n := len(r.seen.Collections); n > 0 {
		e.Collection, e.Documents = r.seen.Collections[n-1].Name, r.seen.Collections[n-1].Documents
	}
	return e
}

// next is the next record.
func (r *records) next() (kind byte, content []byte, err error) {
	var begin [5]byte
	if _, err := io.ReadFull(r.stream, begin[:]); err != nil {
		return 0, nil, r.unread(err)
	}
	kind, size := begin[0], binary.BigEndian.Uint32(begin[1:])
	if kind != recordChunk && size > largestJSON || size > largestChunk {
		return 0, nil, r.damaged("a record that is too large")
	}
	content = make([]byte, size)
	if _, err := io.ReadFull(r.stream, content); err != nil {
		return 0, nil, r.unread(err)
	}
	return kind, content, nil
}

func (r *records) unread(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return r.damaged("it ends without its manifest")
	}
	return r.damaged("what stands here is not what was written")
}

func (r *records) head() error {
	kind, content, err := r.next()
	if err != nil {
		return err
	}
	var head Head
	if kind != recordHead || json.Unmarshal(content, &head) != nil {
		return r.damaged("its head cannot be read")
	}
	if r.into.Head == nil {
		return nil
	}
	return r.into.Head(head)
}

// chunk checks a chunk and gives its documents.
func (r *records) chunk(content []byte) error {
	name, count, sum, zipped, ok := splitChunk(content)
	if !ok {
		return r.damaged("a chunk that cannot be read")
	}
	var err error
	if r.docs, err = r.zip.DecodeAll(zipped, r.docs[:0]); err != nil || sha256.Sum256(r.docs) != sum {
		return r.damaged("a chunk of " + name + " whose documents are not what was written")
	}
	docs, ok := splitDocs(r.docs, count)
	if !ok {
		return r.damaged("a chunk of " + name + " that is not documents")
	}
	if n := len(r.seen.Collections); n == 0 || r.seen.Collections[n-1].Name != name {
		r.seen.Collections = append(r.seen.Collections, Collection{Name: name})
	}
	c := &r.seen.Collections[len(r.seen.Collections)-1]
	for _, d := range docs {
		c.Documents++
		c.Bytes += int64(len(d))
		c.Digest.Add(d)
	}
	r.seen.Chunks++
	if r.into.Chunk == nil {
		return nil
	}
	return r.into.Chunk(name, docs)
}

func splitChunk(b []byte) (name string, count uint32, sum [sha256.Size]byte, zipped []byte, ok bool) {
	if len(b) == 0 || len(b) < 1+int(b[0])+4+len(sum) || b[0] == 0 {
		return
	}
	name, b = string(b[1:1+b[0]]), b[1+b[0]:]
	count, b = binary.BigEndian.Uint32(b), b[4:]
	return name, count, [sha256.Size]byte(b), b[len(sum):], true
}

// splitDocs cuts a chunk into its documents, each of which begins with its length.
func splitDocs(b []byte, count uint32) (docs [][]byte, ok bool) {
	for len(b) > 0 {
		if len(b) < 5 {
			return nil, false
		}
		size := binary.LittleEndian.Uint32(b)
		if size < 5 || int64(size) > int64(len(b)) || b[size-1] != 0 {
			return nil, false
		}
		docs, b = append(docs, b[:size:size]), b[size:]
	}
	return docs, uint32(len(docs)) == count
}

// manifest compares what was read with what was written, and sees that nothing follows.
func (r *records) manifest(content []byte) (Manifest, error) {
	var written Manifest
	if json.Unmarshal(content, &written) != nil {
		return r.seen, r.damaged("its manifest cannot be read")
	}
	if why := r.differs(written); why != "" {
		return r.seen, r.damaged(why)
	}
	if n, err := r.stream.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		return r.seen, r.damaged("something follows its end")
	}
	return written, nil
}

// differs says where the manifest is not what was read; collections without documents have no chunks.
func (r *records) differs(written Manifest) string {
	seen := r.seen.Collections
	for _, w := range written.Collections {
		if w.Documents == 0 && w.Digest == (Digest{}) {
			continue
		}
		if len(seen) == 0 || seen[0] != w {
			return "its manifest says something else of " + w.Name
		}
		seen = seen[1:]
	}
	if len(seen) > 0 || written.Chunks != r.seen.Chunks {
		return "its manifest says something else of how much there is"
	}
	return ""
}

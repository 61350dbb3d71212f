package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"github.com/tink-crypto/tink-go/v2/streamingaead/subtle"
)

// Writer writes one backup. It holds one chunk at a time, however much there is.
type Writer struct {
	stream   io.WriteCloser
	zip      *zstd.Encoder
	manifest Manifest
	chunk    bytes.Buffer
	inChunk  uint32
}

// NewWriter begins a backup. What it writes to stays open.
func NewWriter(to io.Writer, key Key, head Head) (*Writer, error) {
	line := magic + key.Number() + "\n"
	if _, err := io.WriteString(to, line); err != nil {
		return nil, err
	}
	cipher, err := streaming(key)
	if err != nil {
		return nil, err
	}
	stream, err := cipher.NewEncryptingWriter(to, []byte(line))
	if err != nil {
		return nil, err
	}
	zip, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(chunkSize))
	if err != nil {
		return nil, err
	}
	w := &Writer{stream: stream, zip: zip}
	return w, w.json(recordHead, head)
}

func streaming(key Key) (*subtle.AESGCMHKDF, error) {
	return subtle.NewAESGCMHKDF(key[:], "SHA256", len(key), segmentSize, 0)
}

// Collection begins the next collection; an empty one stands in the manifest, too.
func (w *Writer) Collection(name string) error {
	if err := w.flush(); err != nil {
		return err
	}
	w.manifest.Collections = append(w.manifest.Collections, Collection{Name: name})
	return nil
}

// Add adds a document of the collection that was begun last.
func (w *Writer) Add(doc []byte) error {
	if len(w.manifest.Collections) == 0 {
		return errors.New("backup: a document of no collection")
	}
	if len(doc) > largestDoc {
		return fmt.Errorf("backup: a document of %d bytes is larger than a database takes", len(doc))
	}
	if w.chunk.Len() >= chunkSize {
		if err := w.flush(); err != nil {
			return err
		}
	}
	c := w.current()
	c.Documents++
	c.Bytes += int64(len(doc))
	c.Digest.Add(doc)
	w.chunk.Write(doc)
	w.inChunk++
	return nil
}

func (w *Writer) current() *Collection { return &w.manifest.Collections[len(w.manifest.Collections)-1] }

// flush writes the chunk: the collection's name, how many documents, their SHA-256, and they themselves, compressed.
func (w *Writer) flush() error {
	if w.inChunk == 0 {
		return nil
	}
	name := w.current().Name
	sum := sha256.Sum256(w.chunk.Bytes())
	content := append([]byte{byte(len(name))}, name...)
	content = binary.BigEndian.AppendUint32(content, w.inChunk)
	content = append(content, sum[:]...)
	content = w.zip.EncodeAll(w.chunk.Bytes(), content)
	w.manifest.Chunks++
	w.chunk.Reset()
	w.inChunk = 0
	return w.record(recordChunk, content)
}

// Close ends the backup with its manifest, without which it is none, and says what is in it.
func (w *Writer) Close() (Manifest, error) {
	err := w.flush()
	if err == nil {
		err = w.json(recordManifest, w.manifest)
	}
	if err == nil {
		err = w.stream.Close()
	}
	return w.manifest, errors.Join(err, w.zip.Close())
}

func (w *Writer) json(kind byte, v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.record(kind, b)
}

func (w *Writer) record(kind byte, content []byte) error {
	if _, err := w.stream.Write(binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(content)))); err != nil {
		return err
	}
	_, err := w.stream.Write(content)
	return err
}

package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// Bucket keeps backups in an S3-compatible store, under a prefix of a bucket that is there.
type Bucket struct {
	client         *minio.Client
	bucket, prefix string
}

// partSize is how much is held of a backup on its way; ten thousand parts are 160 GB.
const partSize = 16 << 20

// OpenBucket connects to https://host/bucket/prefix. It asks nothing yet.
func OpenBucket(address, accessKey, secretKey string) (*Bucket, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("BACKUP_TO: not an address")
	}
	bucket, prefix, _ := strings.Cut(strings.Trim(u.Path, "/"), "/")
	client, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(accessKey, secretKey, ""), Secure: u.Scheme == "https",
	})
	if err != nil {
		return nil, fmt.Errorf("BACKUP_TO: %w", err)
	}
	return &Bucket{client: client, bucket: bucket, prefix: prefix}, nil
}

func (b *Bucket) key(name string) string { return path.Join(b.prefix, name) }

// under is how the keys of all backups begin.
func (b *Bucket) under() string {
	if b.prefix == "" {
		return ""
	}
	return b.prefix + "/"
}

// Put sends the backup in parts; the store shows it under its name when the last one is there.
func (b *Bucket) Put(ctx context.Context, name string, write func(io.Writer) error) error {
	if _, err := b.client.StatObject(ctx, b.bucket, b.key(name), minio.StatObjectOptions{}); err == nil {
		return &fs.PathError{Op: "backup", Path: name, Err: fs.ErrExist}
	} else if !missing(err) {
		return fmt.Errorf("the store of backups: %w", err)
	}
	from, to := io.Pipe()
	done := make(chan error, 1)
	go func() {
		_, err := b.client.PutObject(ctx, b.bucket, b.key(name), from, -1, minio.PutObjectOptions{
			ContentType: "application/octet-stream", PartSize: partSize, NumThreads: 1,
			// Signatures and checksums within the body are what stores that are only compatible get wrong. It is read back.
			DisableContentSha256: true, SendContentMd5: true,
		})
		from.CloseWithError(err) // whoever writes does not wait for a store that has given up
		done <- err
	}()
	wrote := write(to)
	to.CloseWithError(wrote) // nil is the end
	if sent := <-done; wrote == nil && sent != nil {
		return fmt.Errorf("the store of backups: %w", sent)
	}
	return wrote
}

func missing(err error) bool {
	code := minio.ToErrorResponse(err).Code
	return code == minio.NoSuchKey || code == "NotFound"
}

// Open begins to fetch the backup.
func (b *Bucket) Open(ctx context.Context, name string) (io.ReadCloser, error) {
	object, err := b.client.GetObject(ctx, b.bucket, b.key(name), minio.GetObjectOptions{})
	if err != nil {
		return nil, fmt.Errorf("the store of backups: %w", err)
	}
	if _, err := object.Stat(); err != nil {
		_ = object.Close()
		if missing(err) {
			err = fs.ErrNotExist
		}
		return nil, fmt.Errorf("the store of backups: %s: %w", name, err)
	}
	return object, nil
}

// Names are those of the backups under the prefix.
func (b *Bucket) Names(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	prefix := b.under()
	var names []string
	for object := range b.client.ListObjects(ctx, b.bucket, minio.ListObjectsOptions{Prefix: prefix}) {
		if object.Err != nil {
			return nil, fmt.Errorf("the store of backups: %w", object.Err)
		}
		if name := strings.TrimPrefix(object.Key, prefix); strings.HasSuffix(name, Ending) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// Remove removes the object.
func (b *Bucket) Remove(ctx context.Context, name string) error {
	if err := b.client.RemoveObject(ctx, b.bucket, b.key(name), minio.RemoveObjectOptions{}); err != nil && !missing(err) {
		return fmt.Errorf("the store of backups: %w", err)
	}
	return nil
}

// Tidy takes back the parts that a process left which died on the way: they are paid for, and nobody sees them.
func (b *Bucket) Tidy(ctx context.Context, before time.Time) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for left := range b.client.ListIncompleteUploads(ctx, b.bucket, b.under(), true) {
		if left.Err != nil {
			return fmt.Errorf("the store of backups: %w", left.Err)
		}
		if !strings.HasSuffix(left.Key, Ending) || !left.Initiated.Before(before) {
			continue
		}
		if err := b.client.RemoveIncompleteUpload(ctx, b.bucket, left.Key); err != nil {
			return fmt.Errorf("the store of backups: %w", err)
		}
	}
	return nil
}

package backup

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Place is where backups are kept, one file each: a folder or a bucket.
type Place interface {
	// Put keeps what write writes under the name, or nothing when either fails. A name that is taken is fs.ErrExist.
	Put(ctx context.Context, name string, write func(io.Writer) error) error
	// Open reads the one of the name; fs.ErrNotExist when there is none.
	Open(ctx context.Context, name string) (io.ReadCloser, error)
	// Names are those of the backups, in alphabetical order.
	Names(ctx context.Context) ([]string, error)
	// Remove takes one away; one that is gone is no error.
	Remove(ctx context.Context, name string) error
	// Tidy takes away what was begun before the instant and never ended.
	Tidy(ctx context.Context, before time.Time) error
}

// Ending is how the names of backups end.
const Ending = ".backup"

// unfinished is how a file is called until all of it is on the disk.
const unfinished = ".part"

// Folder keeps backups in a folder, which it makes with owner-only rights.
type Folder string

// Put writes beside the name first: whoever kills it leaves a file that is called otherwise.
func (f Folder) Put(_ context.Context, name string, write func(io.Writer) error) error {
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return err
	}
	path := filepath.Join(string(f), name)
	if _, err := os.Lstat(path); err == nil {
		return &fs.PathError{Op: "backup", Path: path, Err: fs.ErrExist}
	}
	file, err := os.OpenFile(path+unfinished, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	err = write(file)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(path+unfinished))
	}
	if err := os.Rename(path+unfinished, path); err != nil {
		return errors.Join(err, os.Remove(path+unfinished))
	}
	return f.sync()
}

// sync keeps the folder's own list of names through a power cut.
func (f Folder) sync() error {
	dir, err := os.Open(string(f))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// Open opens the file.
func (f Folder) Open(_ context.Context, name string) (io.ReadCloser, error) {
	return os.Open(filepath.Join(string(f), name))
}

// Names are those of the files that are whole.
func (f Folder) Names(context.Context) ([]string, error) {
	entries, err := os.ReadDir(string(f))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && strings.HasSuffix(e.Name(), Ending) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	return names, err
}

// Remove removes the file.
func (f Folder) Remove(_ context.Context, name string) error {
	if err := os.Remove(filepath.Join(string(f), name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// Tidy removes what was killed on the way.
func (f Folder) Tidy(_ context.Context, before time.Time) error {
	left, err := filepath.Glob(filepath.Join(string(f), "*"+Ending+unfinished))
	for _, path := range left {
		info, statErr := os.Stat(path)
		if statErr == nil && info.ModTime().Before(before) {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}

package app

import (
	"errors"
	"fmt"
	"os"
)

// refuseFullTemp sees that files can be put down for a moment: uploads and large sheets are, and would fail one by one
// otherwise, long after the start.
func refuseFullTemp() error {
	f, err := os.CreateTemp("", "bangfu-")
	if err != nil {
		return errTemp(err)
	}
	_, err = f.Write(make([]byte, 1<<16))
	if err = errors.Join(err, f.Close(), os.Remove(f.Name())); err != nil {
		return errTemp(err)
	}
	return nil
}

func errTemp(err error) error {
	return fmt.Errorf("TMPDIR: uploads and sheets cannot be unpacked in %s; give it a place that can be written, in a container a tmpfs: %w", os.TempDir(), err)
}

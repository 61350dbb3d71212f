//go:build noembed

// Package embedded is left out of this binary; see the other file of the package.
package embedded

import (
	"context"
	"errors"
	"time"
)

// Available says whether this binary carries the embedded engines.
const Available = false

var errAbsent = errors.New("this binary was built without the embedded engines: set MONGO_URI and REDIS_ADDR")

// Database is absent.
type Database struct{}

// OpenDatabase always fails.
func OpenDatabase(string, bool) (*Database, error) { return nil, errAbsent }

// OpenPostgres always fails.
func OpenPostgres(string, string) (*Database, error) { return nil, errAbsent }

// DropHalfMade finds nothing.
func DropHalfMade(context.Context, string) error { return nil }

// URI is empty.
func (*Database) URI() string { return "" }

// Close does nothing.
func (*Database) Close() {}

// CopyTo always fails.
func (*Database) CopyTo(context.Context, string, string) error { return errAbsent }

// IndexByID always fails.
func (*Database) IndexByID(context.Context, string) error { return errAbsent }

// Redis is absent.
type Redis struct{}

// OpenRedis always fails.
func OpenRedis(func() time.Time) (*Redis, error) { return nil, errAbsent }

// Addr is empty.
func (*Redis) Addr() string { return "" }

// Flush does nothing.
func (*Redis) Flush() {}

// Age does nothing.
func (*Redis) Age() {}

// Close does nothing.
func (*Redis) Close() {}

package model

import (
	"errors"
	"fmt"
)

// Kind says what sort of failure an error is; each edge (HTTP, bot, queue) maps it once.
type Kind string

// The kinds of failure.
const (
	KindInvalid         Kind = "invalid"         // the caller sent something that cannot be right
	KindUnauthenticated Kind = "unauthenticated" // we do not know who is calling
	KindForbidden       Kind = "forbidden"       // we know, and it is not theirs
	KindNotFound        Kind = "not_found"
	KindConflict        Kind = "conflict"    // somebody else was faster, or it exists already
	KindTooMany         Kind = "too_many"    // wait before the next try
	KindUnavailable     Kind = "unavailable" // a part we need is away; trying again may help
	KindInternal        Kind = "internal"    // our own fault
)

// Error is the one error type that crosses package borders.
// Code is stable and for programs; Msg is Chinese, for the person; Err is for the log only.
type Error struct {
	Kind Kind
	Code string
	Msg  string
	Err  error
	Rev  int64    // of a conflict: the record's newer revision, 0 when that is not known
	Why  []Reason // single reasons, when one sentence is not enough
}

// Reason is one of several reasons why something is refused.
type Reason struct {
	Code string // stable, for programs
	Msg  string // Chinese, with the value that was used, where it comes from and its date
}

// Error is the text for the log; it never reaches a person.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Code, e.Err)
	}
	return e.Code
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Wrap returns a copy of e with the cause err.
func (e *Error) Wrap(err error) *Error {
	c := *e
	c.Err = err
	return &c
}

// saying is e with another sentence for the person.
func (e *Error) saying(msg string) *Error {
	c := *e
	c.Msg = msg
	return &c
}

// NewError makes an error of a kind; see Error for code and msg.
func NewError(kind Kind, code, msg string) *Error {
	return &Error{Kind: kind, Code: code, Msg: msg}
}

// KindOf is the kind of err; anything that is not an Error is our own fault.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return KindInternal
}

// IsKind reports whether err is an Error of this kind.
func IsKind(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// IgnoreKind is err, or nil when it is an Error of this kind: what somebody else made or removed in the same moment is as
// it should be.
func IgnoreKind(err error, kind Kind) error {
	if IsKind(err, kind) {
		return nil
	}
	return err
}

package queue

import (
	"maps"
	"slices"
	"time"
)

// The queues, most urgent first: answers to people overtake everything, broadcasts wait.
const (
	Realtime = "realtime"
	Default  = "default"
	Bulk     = "bulk"
)

// The types of work. A task carries the id of its outbox row and nothing else; the worker reads the rest.
const (
	SendMessage      = "message:send"      // ref: message id
	LinkIdentity     = "identity:link"     // ref: identity id; learn its unionid and join accounts
	TagCadre         = "cadre:tag"         // ref: account id; give the cadre the tag of the cadres' menu
	UntagCadre       = "cadre:untag"       // ref: account id; take it from whoever is none any more
	TellBinding      = "binding:tell"      // ref: account.BindingNews; tell those who are bound of another who is, or is no more
	FetchMedia       = "media:fetch"       // ref: visit id | media_id; get what a cadre sent
	CommitImport     = "import:commit"     // ref: import id
	PostDividend     = "dividend:post"     // ref: id of a version of a dividend run
	PrepareBroadcast = "broadcast:prepare" // ref: broadcast id; freeze its recipients
	RunBroadcast     = "broadcast:run"     // ref: broadcast id + "/" + lane; send to those who wait
	MassBroadcast    = "broadcast:mass"    // ref: broadcast id; hand over its mass messages and ask how they went
)

// kind is how work of a type is queued. Timeout bounds one attempt. Work in chunks has one task for all rows that are
// due, whose payload is the type: see Claim.
type kind struct {
	queue   string
	timeout time.Duration
	chunks  bool
}

// InChunks reports whether work of the type is done in chunks.
func InChunks(typ string) bool {
	return kinds[typ].chunks
}

// kinds are all types of work; one that is missing here cannot be queued.
var kinds = map[string]kind{
	SendMessage:      {Realtime, 50 * time.Second, true},
	LinkIdentity:     {Default, 20 * time.Second, false},
	TagCadre:         {Default, 20 * time.Second, false},
	UntagCadre:       {Default, 20 * time.Second, false},
	TellBinding:      {Realtime, 20 * time.Second, false},
	FetchMedia:       {Default, 30 * time.Second, false},
	CommitImport:     {Bulk, 40 * time.Second, false},
	PostDividend:     {Default, 30 * time.Second, false},
	PrepareBroadcast: {Default, 50 * time.Second, false},
	RunBroadcast:     {Bulk, 50 * time.Second, false},
	MassBroadcast:    {Default, 50 * time.Second, false},
}

// Types are all types of work.
func Types() []string { return slices.Sorted(maps.Keys(kinds)) }

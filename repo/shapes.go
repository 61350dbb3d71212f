package repo

import (
	"slices"
	"strings"
	"sync"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Shapes collects the shapes of what the database is asked: the collection and the fields by which documents are chosen. Safe for
// concurrent use.
type Shapes struct {
	mu   sync.Mutex
	seen map[string]shape
}

type shape struct {
	collection string
	fields     []string // any one of which may lead an index
}

func (s shape) String() string { return s.collection + " {" + strings.Join(s.fields, ", ") + "}" }

// filtersOf are the filters of a command: one of a find, several of an update of many.
func filtersOf(name string, command bson.Raw) (filters []bson.Raw) {
	add := func(v bson.RawValue) {
		if d, ok := v.DocumentOK(); ok {
			filters = append(filters, d)
		}
	}
	each := func(list, field string) {
		array, _ := command.Lookup(list).ArrayOK()
		values, _ := array.Values()
		for _, v := range values {
			if d, ok := v.DocumentOK(); ok {
				add(d.Lookup(strings.Split(field, ".")...))
			}
		}
	}
	switch name {
	case "find":
		add(command.Lookup("filter"))
	case "findAndModify", "count":
		add(command.Lookup("query"))
	case "update":
		each("updates", "q")
	case "delete":
		each("deletes", "q")
	case "aggregate":
		each("pipeline", "$match")
	}
	return filters
}

func (s *Shapes) note(name string, command bson.Raw) {
	collection, _ := command.Lookup(name).StringValueOK()
	for _, f := range filtersOf(name, command) {
		for _, fields := range askedFields(f) {
			sh := shape{collection, fields}
			s.mu.Lock()
			if s.seen == nil {
				s.seen = map[string]shape{}
			}
			s.seen[sh.String()] = sh
			s.mu.Unlock()
		}
	}
}

// askedFields are the fields of a filter; of an $or, those of each branch with those beside it.
func askedFields(filter bson.Raw) [][]string {
	elements, _ := filter.Elements()
	var beside []string
	branches := [][]string{nil}
	for _, e := range elements {
		if !strings.HasPrefix(e.Key(), "$") {
			beside = append(beside, e.Key())
			continue
		}
		array, _ := e.Value().ArrayOK()
		values, _ := array.Values()
		var of [][]string
		for _, v := range values {
			if d, ok := v.DocumentOK(); ok {
				of = append(of, askedFields(d)...)
			}
		}
		if e.Key() == "$and" {
			for _, f := range of {
				beside = append(beside, f...)
			}
		} else if len(of) > 0 {
			branches = of
		}
	}
	var all [][]string
	for _, b := range branches {
		fields := append(slices.Clone(b), beside...)
		slices.Sort(fields)
		all = append(all, slices.Compact(fields))
	}
	return all
}

// scanned are the collections and shapes that need no index, with the reason.
var scanned = map[string]string{
	colUnits: "a few dozen", colSettings: "one", colMigrations: "a few", colForms: "a few", colProgrammes: "a few", colCoops: "a few",
	colMonths: "twelve a year", colTotals: "twelve a year", colFunds: "a few a year", colCounters: "twelve a year", colCues: "a few",
	colStaff: "a few dozen", colSuspensions: "a few", colMarks: "a few", colHeads: "one a chain", colGreenhouses: "a few", colItems: "a few dozen",
	"probes": "one",
}

// Unserved are the shapes that no index serves, of collections that grow: what is asked so reads all of it.
func (s *Shapes) Unserved() (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, sh := range s.seen {
		if len(sh.fields) > 0 && !served(sh) {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return list
}

func served(sh shape) bool {
	if scanned[sh.collection] != "" || slices.Contains(sh.fields, "_id") {
		return true
	}
	if slices.ContainsFunc(sh.fields, func(f string) bool { return strings.HasPrefix(f, "attrs.") }) {
		return true // a field of the office's own, which may be any: lists by it read the households once
	}
	return slices.ContainsFunc(indexes, func(x index) bool {
		return x.collection == sh.collection && slices.Contains(sh.fields, x.keys[0])
	})
}

//go:build !noembed

package embedded

import (
	"cmp"
	"encoding/binary"
	"iter"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// question is a query as far as a copy of the collection can answer it: conditions on texts, whole numbers, times and yes or no,
// in the fields and lists of a document; an order of such fields; and some of the fields. Whatever else a query says, and
// whatever else stands in the documents where it looks, is FerretDB's to judge.
type question struct {
	where []condition
	ids   []string // the only documents that it can be about; nil: any
	only  []string // fields that are asked for; nil: all
	order []orderKey
	limit int64
}

// condition holds for the field at the path, or it is one of which any (or, of several lists) may hold.
type condition struct {
	path     []string
	operator string
	wants    []bson.RawValue
	pattern  *regexp.Regexp
	any      [][]condition
}

type orderKey struct {
	field string
	down  bool
}

// questionOf is false of a query that says anything else.
func questionOf(c command) (q question, understood bool) {
	elements, err := c.body.Elements()
	if err != nil || c.name != "find" {
		return q, false
	}
	for _, e := range elements {
		document, _ := e.Value().DocumentOK()
		good := true
		switch e.Key() {
		case "find", "batchSize", "singleBatch", "$db", "lsid", "maxTimeMS", "$clusterTime", "$readPreference":
		case "filter":
			q.where, good = conditionsOf(document)
		case "projection":
			q.only, good = fieldsOf(document)
		case "sort":
			q.order, good = orderOf(document)
		case "limit":
			q.limit, good = e.Value().AsInt64OK()
			good = good && q.limit >= 0
		default:
			good = false
		}
		if !good {
			return q, false
		}
	}
	for _, c := range q.where {
		if len(c.path) == 1 && c.path[0] == "_id" && (c.operator == "$eq" || c.operator == "$in") {
			q.ids = []string{}
			for _, want := range c.wants {
				if id, isText := want.StringValueOK(); isText {
					q.ids = append(q.ids, id)
				}
			}
			slices.Sort(q.ids)
			q.ids = slices.Compact(q.ids)
			break
		}
	}
	return q, true
}

func conditionsOf(filter bson.Raw) (list []condition, understood bool) {
	elements, err := filter.Elements()
	for _, e := range elements {
		some, good := conditionsOn(e.Key(), e.Value())
		if !good {
			return nil, false
		}
		list = append(list, some...)
	}
	return list, err == nil
}

// conditionsOn are what one element of a filter says.
func conditionsOn(key string, value bson.RawValue) (list []condition, understood bool) {
	switch {
	case key == "$and" || key == "$or":
		array, _ := value.ArrayOK()
		branches, _ := array.Values()
		var any [][]condition
		for _, b := range branches {
			d, _ := b.DocumentOK()
			some, good := conditionsOf(d)
			if !good || d == nil {
				return nil, false
			}
			list, any = append(list, some...), append(any, some)
		}
		if key == "$or" {
			list = []condition{{any: any}}
		}
		return list, len(branches) > 0
	case strings.HasPrefix(key, "$") || key == "":
		return nil, false
	}
	path := strings.Split(key, ".")
	for _, p := range path {
		if _, err := strconv.Atoi(p); err == nil || p == "" {
			return nil, false // a place in a list
		}
	}
	operators, ok := value.DocumentOK()
	if !ok {
		return []condition{{path: path, operator: "$eq", wants: []bson.RawValue{value}}}, plain(value)
	}
	elements, err := operators.Elements()
	for _, e := range elements {
		c, good := conditionOf(path, e.Key(), e.Value())
		if !good {
			return nil, false
		}
		list = append(list, c)
	}
	return list, err == nil && len(elements) > 0
}

func conditionOf(path []string, operator string, operand bson.RawValue) (c condition, understood bool) {
	c = condition{path: path, operator: operator, wants: []bson.RawValue{operand}}
	switch operator {
	case "$eq", "$ne":
		return c, plain(operand)
	case "$gt", "$gte", "$lt", "$lte":
		return c, plain(operand) && operand.Type != bson.TypeBoolean
	case "$in":
		array, isList := operand.ArrayOK()
		c.wants, _ = array.Values()
		return c, isList && !slices.ContainsFunc(c.wants, func(v bson.RawValue) bool { return !plain(v) })
	case "$regex":
		text, isText := operand.StringValueOK()
		pattern, err := regexp.Compile(text)
		c.pattern = pattern
		return c, isText && err == nil
	}
	return c, false
}

// plain reports whether a value is of those that are compared here.
func plain(v bson.RawValue) bool {
	return slices.Contains([]bson.Type{bson.TypeString, bson.TypeBoolean, bson.TypeInt32, bson.TypeInt64, bson.TypeDateTime}, v.Type)
}

func whole64(v bson.RawValue) bool { return v.Type == bson.TypeInt32 || v.Type == bson.TypeInt64 }

func fieldsOf(projection bson.Raw) (fields []string, understood bool) {
	elements, err := projection.Elements()
	fields = []string{"_id"}
	for _, e := range elements {
		n, isNumber := e.Value().AsInt64OK()
		if strings.ContainsAny(e.Key(), ".$") || !isNumber || n != 1 {
			return nil, false
		}
		fields = append(fields, e.Key())
	}
	if len(elements) == 0 {
		fields = nil
	}
	return fields, err == nil
}

func orderOf(sort bson.Raw) (keys []orderKey, understood bool) {
	elements, err := sort.Elements()
	for _, e := range elements {
		n, isNumber := e.Value().AsInt64OK()
		if strings.ContainsAny(e.Key(), ".$") || !isNumber || n != 1 && n != -1 {
			return nil, false
		}
		keys = append(keys, orderKey{e.Key(), n < 0})
	}
	return keys, err == nil
}

// among are those of the documents, which come in the order of their ids, that are asked for; false when it cannot be told.
func (q question) among(documents iter.Seq[bson.Raw]) (found []bson.Raw, told bool) {
	told = true
	inOrder := len(q.order) == 0 || q.order[0] == orderKey{field: "_id"}
	for d := range documents {
		yes, sure := all(q.where, d)
		if !sure {
			return nil, false
		}
		if yes {
			found = append(found, d)
		}
		if inOrder && q.limit > 0 && int64(len(found)) == q.limit {
			break
		}
	}
	if !inOrder {
		slices.SortStableFunc(found, func(a, b bson.Raw) int {
			c, sure := q.compare(a, b)
			told = told && sure
			return c
		})
		if q.limit > 0 && int64(len(found)) > q.limit {
			found = found[:q.limit]
		}
	}
	for i := range found {
		found[i] = q.part(found[i])
	}
	return found, told
}

// compare orders two documents; false when their fields are not both there and of one type.
func (q question) compare(a, b bson.Raw) (order int, sure bool) {
	for _, k := range q.order {
		c, ordered := compare(a.Lookup(k.field), b.Lookup(k.field))
		if !ordered {
			return 0, false
		}
		if k.down {
			c = -c
		}
		if c != 0 {
			return c, true
		}
	}
	return 0, true
}

// part is the document with the fields that are asked for.
func (q question) part(d bson.Raw) bson.Raw {
	if q.only == nil {
		return d
	}
	elements, _ := d.Elements()
	part := []byte{0, 0, 0, 0}
	for _, e := range elements {
		if slices.Contains(q.only, e.Key()) {
			part = append(part, e...)
		}
	}
	part = append(part, 0)
	binary.LittleEndian.PutUint32(part, uint32(len(part)))
	return part
}

// all reports whether all conditions hold for the document; it is not sure when that depends on what is not compared here.
func all(where []condition, d bson.Raw) (yes, sure bool) {
	yes = true
	for _, c := range where {
		holds, told := c.holds(d)
		if !told {
			return false, false
		}
		yes = yes && holds
	}
	return yes, true
}

func (c condition) holds(d bson.Raw) (yes, sure bool) {
	if c.any != nil {
		for _, branch := range c.any {
			holds, told := all(branch, d)
			if !told {
				return false, false
			}
			yes = yes || holds
		}
		return yes, true
	}
	sure = true
	eachAt(d, c.path, func(v bson.RawValue) {
		for _, want := range c.wants {
			holds, told := c.test(v, want)
			yes, sure = yes || holds, sure && told
		}
	})
	if c.operator == "$ne" {
		yes = !yes
	}
	return yes, sure
}

// eachAt calls f with each value that stands at the path: in a list, with each of its elements.
func eachAt(d bson.Raw, path []string, f func(bson.RawValue)) {
	v, missing := d.LookupErr(path[0])
	if missing != nil {
		return
	}
	list, isList := v.ArrayOK()
	var values []bson.RawValue
	if isList {
		values, _ = list.Values()
	} else {
		values = []bson.RawValue{v}
	}
	for _, v := range values {
		if len(path) == 1 {
			f(v)
		} else if inner, ok := v.DocumentOK(); ok {
			eachAt(inner, path[1:], f)
		}
	}
}

// test compares one value with one that is asked for.
func (c condition) test(v, want bson.RawValue) (yes, sure bool) {
	if c.pattern != nil {
		text, isText := v.StringValueOK()
		return isText && c.pattern.MatchString(text), true
	}
	if whole64(want) && (v.Type == bson.TypeDouble || v.Type == bson.TypeDecimal128) {
		return false, false
	}
	var order int
	switch {
	case whole64(v) && whole64(want):
		order = cmp.Compare(v.AsInt64(), want.AsInt64())
	case v.Type != want.Type:
		return false, true
	default:
		order, _ = compare(v, want)
	}
	switch c.operator {
	case "$gt":
		return order > 0, true
	case "$gte":
		return order >= 0, true
	case "$lt":
		return order < 0, true
	case "$lte":
		return order <= 0, true
	}
	return order == 0, true // $eq, $in, and $ne, which is the contrary
}

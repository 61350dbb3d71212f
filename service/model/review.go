package model

import (
	"slices"
	"time"
)

// Review is the second pair of eyes on words that strangers will read. Whoever wrote at them since they were last let
// out cannot let them out; whoever does so has seen the revision that goes out.
type Review struct {
	Writers    []string  `bson:"writers"` // none of them may approve it
	ApprovedBy string    `bson:"approved_by"`
	ApprovedAt time.Time `bson:"approved_at"`
}

var errOwnWork = NewError(KindForbidden, "same_person", "起草和审核要是两个人")

// Write notes who wrote; an approval of what stood there before is void.
func (r *Review) Write(by string) {
	if !slices.Contains(r.Writers, by) {
		r.Writers = append(slices.Clone(r.Writers), by)
	}
	r.ApprovedBy, r.ApprovedAt = "", time.Time{}
}

// Approve is KindForbidden for whoever wrote.
func (r *Review) Approve(by string, at time.Time) error {
	if slices.Contains(r.Writers, by) {
		return errOwnWork
	}
	r.ApprovedBy, r.ApprovedAt = by, at.UTC()
	return nil
}

// Impersonal is KindInvalid "personal_data" for texts that must not become public: see Leak, to which the names are
// those of everybody on the register. The sentence names the word, so that the writer finds it; it goes to the office
// only.
func Impersonal(names []string, texts ...string) error {
	if word := Leak(names, texts...); word != "" {
		return Personal(word)
	}
	return nil
}

// Personal refuses a word that must not become public.
func Personal(word string) error {
	return NewError(KindInvalid, "personal_data", "公开的内容里不能有“"+word+"”这样的个人信息,请改掉")
}

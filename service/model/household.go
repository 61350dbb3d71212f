package model

import (
	"slices"
	"strings"
	"time"
)

// HouseholdStatus is where a household stands; domain.md 2.2 has the moves between them.
type HouseholdStatus string

// The statuses of a household.
const (
	StatusIdentified      HouseholdStatus = "identified"
	StatusRegistered      HouseholdStatus = "registered"
	StatusUnderAssistance HouseholdStatus = "under_assistance"
	StatusExitProposed    HouseholdStatus = "exit_proposed"
	StatusExited          HouseholdStatus = "exited"
	StatusConsolidated    HouseholdStatus = "consolidated"
	StatusRelapseWarning  HouseholdStatus = "relapse_warning"
	StatusRelapsed        HouseholdStatus = "relapsed"
	StatusRemoved         HouseholdStatus = "removed"
	StatusRejected        HouseholdStatus = "rejected"
	StatusClosed          HouseholdStatus = "closed"
)

// Household is a household in need, 帮扶户. ID is the household number, "H-001".
type Household struct {
	ID            string `bson:"_id"`
	Record        `bson:",inline"`
	HeadID        string               `bson:"head_person_id"`
	UnitID        string               `bson:"unit_id"`
	Address       string               `bson:"address"`
	Attributes    []HouseholdAttribute `bson:"attributes"`
	PovertyCauses []string             `bson:"poverty_causes"`
	RegisteredOn  Date                 `bson:"registered_on"`
	ExitedOn      Date                 `bson:"exited_on"`
	Status        HouseholdStatus      `bson:"status"`
	StatusSince   Date                 `bson:"status_since"`
	StatusHistory []StatusChange       `bson:"status_history"`
	Guarantees    []Guarantee          `bson:"guarantees"`
	Notices       []Notice             `bson:"notices"`
	Signatures    []Signature          `bson:"signatures"`
	Plans         []Plan               `bson:"plans"`
	Muted         Mute                 `bson:"muted"`
	CardKey       string               `bson:"card_key"`      // in the scene of its QR card; empty before the first
	SplitFrom     string               `bson:"split_from"`    // the household that its members left
	MergedInto    string               `bson:"merged_into"`   // the household that took this one's members
	Merge         *Merge               `bson:"merge"`         // what the merge moved
	Absorbed      []string             `bson:"absorbed"`      // the households that went into this one, with those that had gone into them
	Search        []string             `bson:"search"`        // terms by which it is found; derived
	SearchMasked  []string             `bson:"search_masked"` // terms that tell no more than the mask shows; derived
	FormV         int                  `bson:"form_v"`        // version of the form that Attrs was written with
	Attrs         map[string]any       `bson:"attrs,omitempty"`
}

// Mute leaves a household in peace from From to Until, both included: nobody owes it a visit and nothing is sent
// to it of our own accord.
type Mute struct {
	Reason string `bson:"reason" json:"reason"`
	From   Date   `bson:"from" json:"from"`
	Until  Date   `bson:"until" json:"until"`
}

// MutedOn reports whether the household is left in peace on the day.
func (h Household) MutedOn(day Date) bool {
	return h.Muted.Until != "" && h.Muted.From <= day && day <= h.Muted.Until
}

// AttributeSubsistence marks a household on the subsistence allowance, 低保.
const AttributeSubsistence = "subsistence"

// HouseholdAttribute holds from From to To; an empty To means still.
type HouseholdAttribute struct {
	Kind string `bson:"kind" json:"kind"`
	From Date   `bson:"from" json:"from"`
	To   Date   `bson:"to" json:"to"`
}

// StatusChange is one move of a household's status; the history is only ever appended to.
type StatusChange struct {
	Status   HouseholdStatus `bson:"status" json:"status"`
	On       Date            `bson:"on" json:"on"`
	By       string          `bson:"by" json:"by"`
	At       time.Time       `bson:"at" json:"at"`
	Evidence string          `bson:"evidence" json:"evidence"`
	// Corrects is the number (from 1) of the line of the history that was wrong and that this one stands
	// for; 0 when it corrects none.
	Corrects int `bson:"corrects" json:"corrects"`
}

// Timeline is the history as it is known today: without the lines that were corrected, by date.
func (h Household) Timeline() []StatusChange {
	wrong := map[int]bool{}
	for _, c := range h.StatusHistory {
		wrong[c.Corrects] = true
	}
	var line []StatusChange
	for i, c := range h.StatusHistory {
		if !wrong[i+1] {
			line = append(line, c)
		}
	}
	slices.SortStableFunc(line, func(a, b StatusChange) int { return strings.Compare(string(a.On), string(b.On)) })
	return line
}

// StatusOn is the status that held at the end of the day; empty before the first change.
func (h Household) StatusOn(day Date) HouseholdStatus {
	var status HouseholdStatus
	for _, c := range h.Timeline() {
		if c.On <= day {
			status = c.Status
		}
	}
	return status
}

// OnRegister reports whether the household is on the register on the day: registered as in need, whether it has come
// out of that since or not, and not gone.
func (h Household) OnRegister(day Date) bool {
	status := h.StatusOn(day)
	return status != "" && status != StatusIdentified && !status.Ended()
}

// Numbers are the household's own and those of the households that went into it: what was written under them is its
// past.
func (h Household) Numbers() []string { return append([]string{h.ID}, h.Absorbed...) }

// HasAttribute reports whether the household had the attribute on the day.
func (h Household) HasAttribute(kind string, day Date) bool {
	for _, a := range h.Attributes {
		if a.Kind == kind && covers(a.From, a.To, day) {
			return true
		}
	}
	return false
}

// HasExited reports whether the household's exit from poverty stands on the day.
func (h Household) HasExited(day Date) bool {
	switch h.StatusOn(day) {
	case StatusExited, StatusConsolidated, StatusRelapseWarning:
		return true
	}
	return false
}

// covers reports whether day lies in [from, to]; an empty to is open.
func covers(from, to, day Date) bool {
	return from != "" && from <= day && (to == "" || day <= to)
}

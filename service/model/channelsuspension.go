package model

import (
	"strings"
	"time"
)

// ChannelSuspension stops one way of sending on one account for a while: a quota is used up, or WeChat refuses the account.
// ID is "channel/way".
type ChannelSuspension struct {
	ID      string    `bson:"_id"`
	Until   time.Time `bson:"until"`
	At      time.Time `bson:"at"`
	ErrCode int64     `bson:"errcode"`
	Reason  string    `bson:"reason"` // the class of the answer: minute, day, account; or HoldOutage
	Tries   int       `bson:"tries"`  // how often WeChat was probed in vain
}

// SuspensionOutage is the reason of a hold because WeChat cannot be reached. It does not end by itself: from Until on somebody
// makes a harmless call, and it ends when that is answered.
const SuspensionOutage = "outage"

// Stops reports whether the hold stops sending at the instant.
func (h ChannelSuspension) Stops(now time.Time) bool {
	return h.Reason == SuspensionOutage || now.Before(h.Until)
}

// Way is the account and the way that rests.
func (h ChannelSuspension) Way() (Channel, string) {
	channel, way, _ := strings.Cut(h.ID, "/")
	return Channel(channel), way
}

// ChannelKey names a way of sending on an account, for holds and for the count of a day.
func ChannelKey(channel Channel, way string) string { return string(channel) + "/" + way }

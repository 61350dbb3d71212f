package model

import (
	"slices"
	"time"
)

// Channel is the WeChat account through which we meet a person.
type Channel string

// The two channels.
const (
	ChannelOA   Channel = "oa" // official account, 服务号
	ChannelMini Channel = "mp" // mini-program, 小程序
)

// IdentityID is the id of the person's identity on a channel.
func IdentityID(channel Channel, openID string) string { return string(channel) + ":" + openID }

// Identity is one openid: what one WeChat account knows of one person. Several identities
// (official account, mini-program) lead to one Account. Erased when the person unfollows.
type Identity struct {
	ID          string    `bson:"_id"` // see IdentityID
	Channel     Channel   `bson:"channel"`
	OpenID      string    `bson:"openid"`
	UnionID     string    `bson:"unionid"`
	AccountID   string    `bson:"account_id"`
	FirstSeenAt time.Time `bson:"first_seen_at"`
	WindowUntil time.Time `bson:"window_until"` // until when WeChat lets us write to the person

	// The numbered choices that the last answer or message offered, so that one digit is enough, and how long they live.
	Choices      []Choice  `bson:"choices"`
	ChoicesAt    time.Time `bson:"choices_at"`
	ChoicesUntil time.Time `bson:"choices_until"`
}

// ChoicesLive is how long a digit refers to the last answer's choices.
const ChoicesLive = 30 * time.Minute

// Choice is one numbered choice: the digit and the command line it stands for. Without a digit it is the command that
// takes whatever else the person says.
type Choice struct {
	Digit   string `bson:"digit"`
	Command string `bson:"command"`
}

// AccountID is the id of the account of an identity that is nobody else's so far, and UnionAccountID of a person whose
// unionid is known. An account's id stands in what its person did, which outlives them here: it says nothing of what
// WeChat gave us.
func AccountID(identityID string) string { return Opaque("account", identityID) }

// UnionAccountID is the id of the account of the unionid.
func UnionAccountID(unionID string) string { return Opaque("account", "u:"+unionID) }

// Account is one person who uses Bangfu, however many identities lead to it.
type Account struct {
	ID        string    `bson:"_id"` // see AccountID; accounts of old have the identity's id, or "u:" and the unionid
	Rev       int64     `bson:"rev"`
	CreatedAt time.Time `bson:"created_at"`
	CadreID   string    `bson:"cadre_id"` // set when this person is a cadre
	Bindings  []Binding `bson:"bindings"`

	CadreSince time.Time `bson:"cadre_since"` // zero of those who were bound before it was kept

	// Barred are households whose binding somebody else has ended: a telephone number does not lead there any more,
	// only a new code does.
	Barred []string `bson:"barred"`
}

// View is how much of a household a binding shows.
type View string

// The views. A proxy helps a household with WeChat (a neighbour, a niece in town): they see when the
// cadre comes and what the sums are, but neither the members nor the single payments.
const (
	ViewFull  View = "full"
	ViewProxy View = "proxy"
)

// Binding lets an account see a household until the instant Until; the zero instant is no end.
type Binding struct {
	HouseholdID string    `bson:"household_id"`
	View        View      `bson:"view"`
	Since       time.Time `bson:"since"`
	Until       time.Time `bson:"until"`
	CodeID      string    `bson:"code_id"` // the one-time code that made it, or "phone"
	By          string    `bson:"by"`      // who issued the code, as BindCode.IssuedBy; empty for a telephone number
}

// BoundByPhone stands for a telephone number in the place of a code.
const BoundByPhone = "phone"

// BindingID names a binding to those who may end it, and says nothing.
func BindingID(accountID, to string) string { return Opaque("binding", accountID, to) }

// BindingSettles is how long a binding may not end those that are older than it: a stranger with a code that was
// overheard must not put the family out of its own house.
const BindingSettles = 7 * 24 * time.Hour

// ProxyLife is how long a proxy sees a household before it has to be asked for again.
const ProxyLife = 90 * 24 * time.Hour

func (b Binding) holdsAt(now time.Time) bool { return b.Until.IsZero() || now.Before(b.Until) }

// Households are the ids of the households that the account may see now.
func (a Account) Households(now time.Time) []string {
	var ids []string
	for _, b := range a.Bindings {
		if b.holdsAt(now) {
			ids = append(ids, b.HouseholdID)
		}
	}
	return ids
}

// Sees is how much of the household the account may see now; empty for nothing.
func (a Account) Sees(householdID string, now time.Time) View {
	b, _ := a.Binding(householdID, now)
	return b.View
}

// Binding is the account's binding to the household that holds now.
func (a Account) Binding(householdID string, now time.Time) (Binding, bool) {
	for _, b := range a.Bindings {
		if b.HouseholdID == householdID && b.holdsAt(now) {
			return b, true
		}
	}
	return Binding{}, false
}

// MayEnd reports whether whoever has binding b may end another one, of the same household. A proxy ends only their
// own; a full one those of proxies, those made after it, and once it has settled those made before it.
func (b Binding) MayEnd(other Binding, now time.Time) bool {
	if b.View != ViewFull {
		return false
	}
	return other.View == ViewProxy || !other.Since.Before(b.Since) || !now.Before(b.Since.Add(BindingSettles))
}

// Rebind takes a household from what the account sees; to, when it is named, takes its place. An account
// that sees to already keeps that binding.
func (a *Account) Rebind(householdID, to string) {
	has := slices.ContainsFunc(a.Bindings, func(b Binding) bool { return b.HouseholdID == to })
	var kept []Binding
	for _, b := range a.Bindings {
		switch {
		case b.HouseholdID != householdID:
		case to == "" || has:
			continue
		default:
			b.HouseholdID = to
		}
		kept = append(kept, b)
	}
	a.Bindings = kept
}

// BindCode is a one-time code that ties an account to a household or to a cadre.
// ID is the keyed hash of the code: the code itself is never stored.
type BindCode struct {
	ID          string    `bson:"_id"`
	HouseholdID string    `bson:"household_id"`
	View        View      `bson:"view"` // of the household; empty for a cadre
	CadreID     string    `bson:"cadre_id"`
	IssuedBy    string    `bson:"issued_by"` // "cadre:C-001", "staff:" + log-in, or "account:" + account for a proxy's
	IssuedAt    time.Time `bson:"issued_at"`
	ExpiresAt   time.Time `bson:"expires_at"`
	UsedBy      string    `bson:"used_by"` // account id; empty while unused
}

// BindCodeLife is the life of a one-time code.
const BindCodeLife = 10 * time.Minute

// BindTries is how many binding codes were tried since the instant, by one person or by everybody. ID is a keyed hash
// of the openid, so that it stays, and says nothing, when its person unfollows; or a name of ours.
type BindTries struct {
	ID    string    `bson:"_id"`
	Count int       `bson:"count"`
	Since time.Time `bson:"since"`
}

// TriesLife is how long counts are kept: longer than the longest window.
const TriesLife = 48 * time.Hour

// Session is a log-in of a mini-program account or of staff. ID is the SHA-256 of its token.
type Session struct {
	ID         string    `bson:"_id"`
	AccountID  string    `bson:"account_id"`
	IdentityID string    `bson:"identity_id"` // the mini-program identity that logged in; empty for staff
	StaffID    string    `bson:"staff_id"`
	Epoch      int64     `bson:"epoch"` // of the staff's log-in when this began; see Staff.Epoch
	CreatedAt  time.Time `bson:"created_at"`
	SeenAt     time.Time `bson:"seen_at"` // of staff: when somebody last did something, to the minute
	ExpiresAt  time.Time `bson:"expires_at"`
}

// Idle is for how long nobody has done anything in the session.
func (s Session) Idle(now time.Time) time.Duration {
	if s.SeenAt.After(s.CreatedAt) {
		return now.Sub(s.SeenAt)
	}
	return now.Sub(s.CreatedAt)
}

package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"bangfu/repo/queue"
	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errNoBinding  = model.NewError(model.KindNotFound, "no_such_binding", "没有这个登记,可能已经停掉了")
	errNewBinding = model.NewError(model.KindForbidden, "binding_too_new", "他登记得比您早,您登记满7天才能停掉他;急的话请找扶贫办")
)

// Seat is one person who sees a household, or is a cadre, as those see it who may end it. WeChat tells no names: what
// tells persons apart is when, and by whose code.
type Seat struct {
	ID           string // model.BindingID
	View         model.View
	Since, Until time.Time
	By           string // in words
	Mine         bool
	MayEnd       bool

	accountID string
	binding   model.Binding
}

// Seats are those who see the household now, the oldest first. A proxy sees their own only.
func (s *Service) Seats(ctx context.Context, house access.Household) ([]Seat, error) {
	return s.seatsWith(ctx, house.Account(), house.ID())
}

// seatsWith are those who see a household, as the account that is bound to it sees them.
func (s *Service) seatsWith(ctx context.Context, acc model.Account, householdID string) ([]Seat, error) {
	own, ok := acc.Binding(householdID, s.now())
	if !ok {
		return nil, errNoBinding
	}
	all, err := s.seats(ctx, householdID)
	mine := []Seat{}
	for _, seat := range all {
		seat.Mine = seat.accountID == acc.ID
		seat.MayEnd = seat.Mine || own.MayEnd(seat.binding, s.now())
		if seat.Mine || own.View == model.ViewFull {
			mine = append(mine, seat)
		}
	}
	return mine, err
}

// SeatsFor are all who see the household, as the office sees them.
func (s *Service) SeatsFor(ctx context.Context, house access.Household) ([]Seat, error) {
	return s.seats(ctx, house.ID())
}

func (s *Service) seats(ctx context.Context, householdID string) ([]Seat, error) {
	accounts, err := s.store.AccountsOf(ctx, householdID)
	if err != nil {
		return nil, err
	}
	list := []Seat{}
	for _, a := range accounts {
		b, ok := a.Binding(householdID, s.now())
		if !ok {
			continue
		}
		by, err := s.byWhom(ctx, b)
		if err != nil {
			return nil, err
		}
		list = append(list, Seat{
			ID: model.BindingID(a.ID, householdID), View: b.View, Since: b.Since, Until: b.Until, By: by, MayEnd: true, accountID: a.ID, binding: b,
		})
	}
	slices.SortStableFunc(list, func(x, y Seat) int { return x.Since.Compare(y.Since) })
	return list, nil
}

// byWhom says in words how a binding came about.
func (s *Service) byWhom(ctx context.Context, b model.Binding) (string, error) {
	kind, id, _ := strings.Cut(b.By, ":")
	switch {
	case b.CodeID == model.BoundByPhone:
		return "登记册里的手机号", nil
	case kind == "staff":
		return "扶贫办发的码", nil
	case kind == "account":
		return "家里人发的代看码", nil
	case kind != "cadre":
		return "绑定码", nil
	}
	c, err := s.store.Cadre(ctx, id)
	if model.IsKind(err, model.KindNotFound) {
		return "帮扶干部发的码", nil
	}
	return "干部" + c.Name + "发的码", err
}

// CadreSeats are the persons who are bound as the cadre, as the office sees them.
func (s *Service) CadreSeats(ctx context.Context, cadre access.Cadre) ([]Seat, error) {
	accounts, err := s.store.CadreAccounts(ctx)
	if err != nil {
		return nil, err
	}
	list := []Seat{}
	for _, a := range accounts {
		if a.CadreID == cadre.ID() {
			list = append(list, Seat{ID: model.BindingID(a.ID, cadre.ID()), Since: a.CadreSince, MayEnd: true, accountID: a.ID})
		}
	}
	return list, nil
}

// EndSeat ends a binding that the caller names: their own, or as Seats says that they may. The others are told, and
// whoever it was; objected says that nobody of the household knows them, and then the office is told, too.
func (s *Service) EndSeat(ctx context.Context, house access.Household, seatID string, objected bool) (Seat, error) {
	list, err := s.Seats(ctx, house)
	if err != nil {
		return Seat{}, err
	}
	i := slices.IndexFunc(list, func(x Seat) bool { return x.ID == seatID })
	switch {
	case i < 0:
		return Seat{}, errNoBinding
	case !list[i].MayEnd:
		return Seat{}, errNewBinding
	}
	news := BindingNews{What: BindingEnded, HouseholdID: house.ID(), AccountID: list[i].accountID, By: house.Actor()}
	switch {
	case list[i].Mine:
		news.What = BindingLeft
	case objected:
		news.What = BindingObjected
	}
	return list[i], s.end(ctx, news)
}

// Strangers are the bindings to which a word of objection from the caller can refer: those that others made after
// theirs, within the time in which a binding settles, and not by a code of the caller's own.
func (s *Service) Strangers(ctx context.Context, c Caller) (list []Stranger, err error) {
	for _, b := range c.Account.Bindings {
		if b.View != model.ViewFull {
			continue
		}
		seats, err := s.seatsWith(ctx, c.Account, b.HouseholdID)
		if err != nil {
			return nil, err
		}
		for _, x := range seats {
			fresh := s.now().Before(x.Since.Add(model.BindingSettles)) && !x.Since.Before(b.Since)
			if !x.Mine && x.MayEnd && fresh && x.binding.By != "account:"+c.Account.ID {
				list = append(list, Stranger{HouseholdID: b.HouseholdID, Seat: x})
			}
		}
	}
	return list, nil
}

// Stranger is a binding that somebody may not know.
type Stranger struct {
	HouseholdID string
	Seat
}

// EndSeatFor ends a binding to the household for the office.
func (s *Service) EndSeatFor(ctx context.Context, house access.Household, seatID, why string) error {
	list, err := s.SeatsFor(ctx, house)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(x Seat) bool { return x.ID == seatID })
	if i < 0 {
		return errNoBinding
	}
	return s.end(ctx, BindingNews{What: BindingEnded, HouseholdID: house.ID(), AccountID: list[i].accountID, By: house.Actor(), Why: why})
}

// EndCadreSeat ends that a person is bound as the cadre, for the office.
func (s *Service) EndCadreSeat(ctx context.Context, cadre access.Cadre, seatID, why string) error {
	list, err := s.CadreSeats(ctx, cadre)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(list, func(x Seat) bool { return x.ID == seatID })
	if i < 0 {
		return errNoBinding
	}
	return s.end(ctx, BindingNews{What: BindingEnded, CadreID: cadre.ID(), AccountID: list[i].accountID, By: cadre.Actor(), Why: why})
}

// LeaveCadre ends that the caller is bound as a cadre.
func (s *Service) LeaveCadre(ctx context.Context, cadre access.Cadre) error {
	return s.end(ctx, BindingNews{What: BindingLeft, CadreID: cadre.ID(), AccountID: cadre.Account().ID, By: cadre.Actor()})
}

// voidCodes takes away what the person has used or issued: a code was perhaps taken by an account of before Link.
func (s *Service) voidCodes(ctx context.Context, n BindingNews) error {
	identities, err := s.store.IdentitiesOf(ctx, n.AccountID)
	if err != nil {
		return err
	}
	accounts := []string{n.AccountID}
	for _, i := range identities {
		accounts = append(accounts, model.AccountID(i.ID))
	}
	return s.store.VoidBindCodes(ctx, accounts, n.HouseholdID, n.CadreID)
}

// end takes the binding away. The codes go first: one that was used would bring it back.
func (s *Service) end(ctx context.Context, n BindingNews) error {
	err := s.voidCodes(ctx, n)
	if err != nil {
		return err
	}
	ended := false
	err = s.change(ctx, n.AccountID, func(a *model.Account) bool {
		before := len(a.Bindings)
		a.Bindings = slices.DeleteFunc(a.Bindings, func(b model.Binding) bool { return n.HouseholdID != "" && b.HouseholdID == n.HouseholdID })
		ended = len(a.Bindings) != before || n.CadreID != "" && a.CadreID == n.CadreID
		if n.CadreID != "" && a.CadreID == n.CadreID {
			a.CadreID, a.CadreSince = "", time.Time{}
		}
		if ended && n.HouseholdID != "" && n.What != BindingLeft && !slices.Contains(a.Barred, n.HouseholdID) {
			a.Barred = append(a.Barred, n.HouseholdID)
		}
		return ended
	})
	if model.IsKind(err, model.KindNotFound) || err == nil && !ended {
		return errNoBinding
	}
	if err != nil {
		return err
	}
	if err := s.note(ctx, n.By, opened(n.HouseholdID, n.CadreID), n.HouseholdID, n.reason()); err != nil {
		return err
	}
	if n.CadreID != "" {
		if err := s.queue.Enqueue(ctx, queue.UntagCadre, n.AccountID); err != nil {
			return err
		}
	}
	if n.What == BindingLeft {
		return nil // nobody's news
	}
	return s.askToTell(ctx, n)
}

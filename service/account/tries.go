package account

import (
	"context"
	"time"

	"bangfu/service/model"
)

// The answers to too many tries, KindTooMany.
var (
	ErrBindTries    = model.NewError(model.KindTooMany, "bind_too_many_tries", "试错的次数多了,请过十分钟再试")
	errBindTriesDay = model.NewError(model.KindTooMany, "bind_too_many_today", "今天试错的次数太多,请明天再试,或者找扶贫办登记")
	errBindSlow     = model.NewError(model.KindTooMany, "bind_slow", "这会儿登记的人多,请过一分钟再发一次")
)

// How many codes may be tried. A person has a few in the life of a code, and some more in a day; unfollowing and
// following again gives none back. When all persons together try as many wrong ones as no farm does by mistake, all
// of them wait their turn, new codes are longer, and the office is told.
const (
	personTries = 5
	dayTries    = 20
	day         = 24 * time.Hour
	farmTries   = 30
	slowTries   = 10 // a minute, of everybody, while there are so many wrong ones
)

// The names of the counts of everybody.
const (
	farmCount  = "farm"
	alarmCount = "alarm"
)

// try is one code that somebody tries: who it counts for.
type try struct{ now, today string }

// countTry counts before anything is looked at, so that codes tried at once cannot slip through. What is not looked
// at is not counted for everybody.
func (s *Service) countTry(ctx context.Context, identity model.Identity) (try, error) {
	who, err := s.store.Sealer().Hash(string(identity.Channel)+":"+identity.OpenID, "bind_try")
	if err != nil {
		return try{}, err
	}
	t := try{now: who, today: who + "/day"}
	farm, err := s.store.CountTry(ctx, farmCount, model.BindCodeLife, s.now())
	if err != nil {
		return t, err
	}
	if err = s.countPerson(ctx, t); err != nil {
		return t, errOr(s.store.TakeBackTry(ctx, farmCount), err)
	}
	if farm.Count > farmTries {
		if err = s.alarm(ctx); err != nil {
			return t, errOr(s.takeBack(ctx, t), err)
		}
	}
	return t, nil
}

func (s *Service) countPerson(ctx context.Context, t try) error {
	n, err := s.store.CountTry(ctx, t.now, model.BindCodeLife, s.now())
	if err != nil || n.Count > personTries {
		return errOr(err, ErrBindTries)
	}
	if n, err = s.store.CountTry(ctx, t.today, day, s.now()); err != nil || n.Count > dayTries {
		return errOr(err, errBindTriesDay)
	}
	return nil
}

// alarm is kept for a day, and makes everybody wait their turn.
func (s *Service) alarm(ctx context.Context) error {
	if _, err := s.store.CountTry(ctx, alarmCount, day, s.now()); err != nil {
		return err
	}
	if s.limits.Allow(ctx, "bind:"+farmCount, slowTries, time.Minute) > 0 {
		return errBindSlow
	}
	return nil
}

// wasRight gives the try back.
func (s *Service) wasRight(ctx context.Context, t try) error {
	if err := s.store.EndTries(ctx, t.now); err != nil {
		return err
	}
	return s.takeBack(ctx, t)
}

// takeBack counts the try for nobody.
func (s *Service) takeBack(ctx context.Context, t try) error {
	for _, id := range []string{t.now, t.today, farmCount} {
		if err := s.store.TakeBackTry(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// WrongCodes is how many wrong binding codes everybody together has tried in the last ten minutes.
func (s *Service) WrongCodes(ctx context.Context) (int, error) {
	t, err := s.store.BindTries(ctx, farmCount)
	if err != nil || !s.now().Before(t.Since.Add(model.BindCodeLife)) {
		return 0, err
	}
	return t.Count, nil
}

func (s *Service) alarmed(ctx context.Context) (bool, error) {
	n, err := s.WrongCodes(ctx)
	return n > farmTries, err
}

// CodeAlarm is since when, within the last day, more wrong binding codes have been tried than by mistake, and how many
// beyond that; the zero instant when not.
func (s *Service) CodeAlarm(ctx context.Context) (since time.Time, n int, err error) {
	t, err := s.store.BindTries(ctx, alarmCount)
	if err != nil || t.Count == 0 || !s.now().Before(t.Since.Add(day)) {
		return time.Time{}, 0, err
	}
	return t.Since, t.Count, nil
}

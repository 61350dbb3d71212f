package account

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"bangfu/service/model"
)

// How many log-ins one address may try. A whole office may sit behind one address, so this only slows
// down who tries many names; the tries at one name are counted with the name.
const (
	addressTries = 60
	addressTime  = 15 * time.Minute
)

// anywhereTries is how many wrong tries a name bears from all unknown devices together, whatever their addresses. It is
// what bounds guessing from many addresses; known devices are not asked about it.
const anywhereTries = 6 * model.StaffTries

// Devices on which a person has logged in: the latest deviceMost, each for deviceLife after its latest log-in.
const (
	deviceLife = 180 * 24 * time.Hour
	deviceMost = 10
)

// DeviceLife is how long a device is known after a log-in on it.
const DeviceLife = deviceLife

// errLocked is KindTooMany and says for how long.
func errLocked(left time.Duration) error {
	return model.NewError(model.KindTooMany, "locked",
		fmt.Sprintf("错的次数太多,这里先锁住了,请过%d分钟再试;忘了密码请找系统管理员", minutes(left)))
}

// minutes rounds up, so that whoever waits as long does not come too early.
func minutes(d time.Duration) int { return max(1, int((d+time.Minute-1)/time.Minute)) }

// tally is one count of wrong tries.
type tally struct {
	id   string
	most int
}

// door is where somebody stands who tries to log in. Wrong tries are counted there, so that nobody can lock a name for
// whoever stands elsewhere: a device from which this name has logged in before has counts of its own; from any other,
// tries are counted by name and address, and by name alone for all of them together.
type door struct {
	known    bool
	password []tally
	code     []tally
}

// doorOf works for a name that nobody has as well. An ended epoch (a password that was reset or changed) leaves its
// counts behind.
func (s *Service) doorOf(staff model.Staff, in LogIn) (door, error) {
	if d, ok := s.deviceOf(staff, in.Device); ok {
		own, err := s.tally(staff, "device:"+d.Hash, model.StaffTries)
		if err != nil {
			return door{}, err
		}
		code, err := s.tally(staff, "code:"+d.Hash, model.StaffTries)
		return door{known: true, password: []tally{own}, code: []tally{code}}, err
	}
	here, err := s.tally(staff, "address:"+network(in.Address), model.StaffTries)
	if err != nil {
		return door{}, err
	}
	anywhere, err := s.tally(staff, placeAnywhere, anywhereTries)
	if err != nil {
		return door{}, err
	}
	code, err := s.tally(staff, "code", model.StaffTries)
	return door{password: []tally{here, anywhere}, code: []tally{code}}, err
}

const placeAnywhere = "anywhere"

// tally of a place. Its id is a keyed hash: neither the name, which may be a password in the wrong place, nor the address
// is written down.
func (s *Service) tally(staff model.Staff, place string, most int) (tally, error) {
	id, err := s.store.Sealer().Hash(fmt.Sprintf("%s|%d|%s", staff.ID, staff.Epoch, place), "log_in_place")
	return tally{id, most}, err
}

// network is the address, or of IPv6 the network that one subscriber gets: they have all of its addresses.
func network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	a = a.Unmap()
	if a.Is6() {
		p, _ := a.WithZone("").Prefix(64) // 64 bits are always there
		return p.String()
	}
	return a.String()
}

// slowDown bounds the tries from one address. A known device is let through: else a neighbour behind the same address
// could lock a whole office out.
func (s *Service) slowDown(ctx context.Context, d door, address string) error {
	if d.known {
		return nil
	}
	if wait := s.limits.Allow(ctx, "login:"+network(address), addressTries, addressTime); wait > 0 {
		return model.NewError(model.KindTooMany, "too_many_tries",
			fmt.Sprintf("这个网络上试登录的次数太多了,请过%d分钟再试", minutes(wait)))
	}
	return nil
}

// takeTries counts a try at each tally before anything is compared, so that tries made at once cannot slip through, and
// returns those of which it was the last. When one has none left, the try is given back to those before it: else
// whoever is locked at one address would use up what all addresses have together.
func (s *Service) takeTries(ctx context.Context, tallies []tally) (last []tally, err error) {
	for i, t := range tallies {
		row, err := s.store.TakeTry(ctx, t.id, t.most, s.now())
		if model.IsKind(err, model.KindTooMany) {
			for _, before := range tallies[:i] {
				if err := s.store.ReturnTry(ctx, before.id); err != nil {
					return nil, err
				}
			}
			return nil, s.lockedOut(ctx, t)
		}
		if err != nil {
			return nil, err
		}
		if row.Failures >= t.most {
			last = append(last, t)
		}
	}
	return last, nil
}

func (s *Service) forgetTries(ctx context.Context, tallies []tally) error {
	for _, t := range tallies {
		if err := s.store.ForgetTries(ctx, t.id); err != nil {
			return err
		}
	}
	return nil
}

// lockedOut locks a place that has no try left, unless it is locked already, and says for how long.
func (s *Service) lockedOut(ctx context.Context, t tally) error {
	now := s.now()
	if err := s.store.LockTries(ctx, t.id, t.most, now); err != nil {
		return err
	}
	row, err := s.store.Tries(ctx, t.id)
	if err != nil && !model.IsKind(err, model.KindNotFound) { // a right password elsewhere forgot it
		return err
	}
	return errLocked(row.LockedTill.Sub(now))
}

// LockedTill is until when no unknown device gets in under this name; zero when they do. Known devices always do.
func (s *Service) LockedTill(ctx context.Context, staff model.Staff) (time.Time, error) {
	t, err := s.tally(staff, placeAnywhere, anywhereTries)
	if err != nil {
		return time.Time{}, err
	}
	row, err := s.store.Tries(ctx, t.id)
	if model.IsKind(err, model.KindNotFound) || err == nil && !row.LockedTill.After(s.now()) {
		return time.Time{}, nil
	}
	return row.LockedTill, err
}

// deviceOf is the device that the token lies on, when this name has logged in on it.
func (s *Service) deviceOf(staff model.Staff, token string) (model.Device, bool) {
	if token == "" {
		return model.Device{}, false
	}
	hash := sessionID(token)
	for _, d := range staff.Devices {
		if d.Hash == hash && s.now().Before(d.At.Add(deviceLife)) {
			return d, true
		}
	}
	return model.Device{}, false
}

// remember makes the device one on which the person has logged in, and returns the token that lies on it. A device that
// is not known gets a new token: one that somebody else had laid there would be theirs to lock.
func (s *Service) remember(ctx context.Context, staff model.Staff, d door, token string) (string, error) {
	if !d.known {
		token = newToken()
	}
	hash := sessionID(token)
	devices := slices.DeleteFunc(slices.Clone(staff.Devices), func(d model.Device) bool { return d.Hash == hash })
	devices = append(devices, model.Device{Hash: hash, At: s.now().UTC()})
	return token, s.store.SetDevices(ctx, staff.ID, devices[max(0, len(devices)-deviceMost):])
}

package people_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"bangfu/config"
	"bangfu/repo"
	"bangfu/repo/embedded"
	"bangfu/repo/queue"
	"bangfu/repo/repotest"
	"bangfu/repo/wechat"
	"bangfu/service/access"
	"bangfu/service/model"
	"bangfu/service/notify"
	"bangfu/service/people"

	"github.com/redis/go-redis/v9"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// pair is two households with members and cadres of their own, and behind the first one record in every collection that
// can hold its number.
type pair struct {
	store *repo.Store
	raw   *mongo.Database
	notes func(model.Clock) *notify.Service
}

var then = time.Date(2018, 1, 10, 1, 0, 0, 0, time.UTC)

func still() time.Time { return then }

func newPair(t *testing.T) *pair {
	t.Helper()
	db := repotest.OpenDatabase(t)
	p := &pair{store: repotest.Over(t, db, then)}
	by := model.NewRecord(then, "test")
	lives := func(household string) []model.Membership {
		return []model.Membership{{HouseholdID: household, Relation: model.RelationHead, From: "2016-01-01"}}
	}
	must(t, p.store.PutFarm(t.Context(), model.Farm{
		Settings: model.Settings{ID: model.SettingsID, Record: by},
		Units:    []model.Unit{{ID: "farm", Record: by}},
		Cadres:   []model.Cadre{{ID: "C-1", Record: by, UnitID: "farm"}, {ID: "C-2", Record: by, UnitID: "farm"}},
		Households: []model.Household{
			{ID: "H-1", Record: by, UnitID: "farm", HeadID: "P-1"}, {ID: "H-2", Record: by, UnitID: "farm", HeadID: "P-2"},
		},
		Persons: []model.Person{{ID: "P-1", Record: by, Memberships: lives("H-1")}, {ID: "P-2", Record: by, Memberships: lives("H-2")}},
		Pairings: []model.Pairing{
			{ID: "H-1/C-1", Record: by, HouseholdID: "H-1", CadreID: "C-1", From: "2017-01-01"},
			{ID: "H-2/C-2", Record: by, HouseholdID: "H-2", CadreID: "C-2", From: "2017-01-01"},
		},
	}))
	client, err := mongo.Connect(options.Client().ApplyURI(db.URI()))
	must(t, err)
	t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	p.raw = client.Database(repotest.Name)
	p.fill(t)

	server, err := embedded.OpenRedis(still)
	must(t, err)
	t.Cleanup(server.Close)
	rdb := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() { _ = rdb.Close() })
	log := slog.New(slog.DiscardHandler)
	p.notes = func(clock model.Clock) *notify.Service {
		nobody := func(ch model.Channel) *wechat.Client {
			return wechat.New(ch, config.Account{}, "http://127.0.0.1:1", rdb, clock, log)
		}
		return notify.New(p.store, queue.New(p.store, rdb, clock, log), nobody(model.ChannelOA), nobody(model.ChannelMini), clock, log)
	}
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fill writes, where nothing holds the first household's number yet, a record that does.
func (p *pair) fill(t *testing.T) {
	t.Helper()
	id := bson.D{{Key: "_id", Value: "carried"}} // everywhere, for a file has the id of its paper
	for _, c := range carried() {
		if p.held(t, c, "H-1") > 0 {
			continue
		}
		collection := p.raw.Collection(c.Collection)
		set := bson.D{nested(strings.Split(c.Field, "."), "H-1")}
		for _, fields := range []bson.D{blank(t, c.Collection), set} {
			if _, err := collection.UpdateOne(t.Context(), id, bson.D{{Key: "$set", Value: fields}}, options.UpdateOne().SetUpsert(true)); err != nil {
				t.Fatalf("%s.%s: %v", c.Collection, c.Field, err)
			}
		}
	}
}

// blank is a record of the collection with nothing in it but a state in which something is before it. Of what is not
// changed the revision is enough.
func blank(t *testing.T, collection string) (fields bson.D) {
	t.Helper()
	of, ok := map[string]any{
		"doctor_contracts": model.DoctorContract{}, "loans": model.Loan{}, "applications": model.Application{}, "papers": model.Paper{},
		"needs": model.Need{State: model.NeedOpen}, "messages": model.Message{State: model.MessageQueued},
	}[collection]
	if ok {
		raw, err := bson.Marshal(of)
		must(t, err)
		must(t, bson.Unmarshal(raw, &fields))
		fields = slices.DeleteFunc(fields, func(e bson.E) bool { return e.Key == "_id" || e.Key == "rev" })
	}
	return append(fields, bson.E{Key: "rev", Value: int64(1)})
}

// carried are the lines that hold a household's number and not a person's.
func carried() (lines []people.Carried) {
	for _, c := range people.TheCarried {
		if !strings.Contains(c.Field, "person_id") {
			lines = append(lines, c)
		}
	}
	return lines
}

// nested is the field at the path with the value; {} is a list of one.
func nested(path []string, value any) bson.E {
	name, list := strings.CutSuffix(path[0], "{}")
	if len(path) > 1 {
		value = bson.D{nested(path[1:], value)}
	}
	if list {
		value = bson.A{value}
	}
	return bson.E{Key: name, Value: value}
}

// held counts the records of the collection that hold the household's number there.
func (p *pair) held(t *testing.T, c people.Carried, household string) int64 {
	t.Helper()
	n, err := p.raw.Collection(c.Collection).CountDocuments(t.Context(), bson.D{{Key: strings.ReplaceAll(c.Field, "{}", ""), Value: household}})
	must(t, err)
	return n
}

// all is what each collection holds of both households.
func (p *pair) all(t *testing.T) map[string][2]int64 {
	t.Helper()
	all := map[string][2]int64{}
	for _, c := range carried() {
		all[c.Collection+"."+c.Field] = [2]int64{p.held(t, c, "H-1"), p.held(t, c, "H-2")}
	}
	return all
}

func (p *pair) merge(ctx context.Context, clock model.Clock) error {
	both, err := access.New(p.store, still).Merge(ctx, office, model.MayWriteHouseholds, "H-1", "H-2")
	if err != nil {
		return err
	}
	_, err = people.New(p.store, p.notes(clock), clock).Merge(ctx, both, people.Merging{On: "2018-01-08", Evidence: "录了两次"})
	return err
}

func (p *pair) undo(ctx context.Context, clock model.Clock) error {
	house, err := access.New(p.store, still).Household(ctx, office, model.MayWriteHouseholds, "H-1")
	if err != nil {
		return err
	}
	_, err = people.New(p.store, p.notes(clock), clock).UndoMerge(ctx, house, "弄错了")
	return err
}

var office = model.Staff{ID: "office", Assignments: []model.RoleAssignment{{Role: model.RoleOffice}}}

// split makes H-9 of a member of the first household, who has an application and a paper.
func (p *pair) split(ctx context.Context, clock model.Clock) error {
	house, err := access.New(p.store, still).Household(ctx, office, model.MayWriteHouseholds, "H-1")
	if err != nil {
		return err
	}
	_, err = people.New(p.store, p.notes(clock), clock).Split(ctx, house, people.Splitting{
		NewID: "H-9", HeadID: "P-3", MemberIDs: []string{"P-3"}, On: "2018-01-08", Evidence: "分家",
	})
	return err
}

func (p *pair) unsplit(ctx context.Context, clock model.Clock) error {
	both, err := access.New(p.store, still).Merge(ctx, office, model.MayWriteHouseholds, "H-9", "H-1")
	if err != nil {
		return err
	}
	_, err = people.New(p.store, p.notes(clock), clock).UndoSplit(ctx, both, "刚才分错了")
	return err
}

// withSon adds a member to the first household, to whom what can be of a person belongs.
func (p *pair) withSon(t *testing.T) {
	t.Helper()
	must(t, p.store.InsertPerson(t.Context(), model.Person{ID: "P-3", Record: model.NewRecord(then, "test"), Status: model.PersonAlive, Memberships: []model.Membership{
		{HouseholdID: "H-1", Relation: model.RelationChild, From: "2016-01-01"},
	}}))
	for _, c := range people.TheCarried {
		if c.Split == people.WithWhose && c.Collection != "persons" {
			_, err := p.raw.Collection(c.Collection).UpdateMany(t.Context(), bson.D{{Key: "household_id", Value: "H-1"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "person_id", Value: "P-3"}}}})
			must(t, err)
		}
	}
}

// lives are the memberships of all persons, and who is head of which household.
func (p *pair) lives(t *testing.T) string {
	t.Helper()
	persons, err := p.store.Persons(t.Context())
	must(t, err)
	said := ""
	for _, x := range persons {
		said += fmt.Sprintf("%s %+v\n", x.ID, x.Memberships)
	}
	for _, id := range []string{"H-1", "H-2"} {
		h, err := p.store.Household(t.Context(), id)
		must(t, err)
		said += fmt.Sprintf("%s: %s %s\n", h.ID, h.HeadID, h.Status)
	}
	return said
}

// derived are made from others, or are written of the merge itself.
var derived = []string{"statements.household_id", "visit_expectations.household_id", "audit_log.household_id", "looks.household_id", "alerts.household_id"}

// TestAMergeGoesThroughEveryCollection: what the table says of each of them is what becomes of its records, and undoing
// the merge puts them back.
func TestAMergeGoesThroughEveryCollection(t *testing.T) {
	p := newPair(t)
	before := p.all(t)
	must(t, p.merge(t.Context(), still))
	after := p.all(t)
	for _, c := range carried() {
		name := c.Collection + "." + c.Field
		if slices.Contains(derived, name) {
			continue
		}
		was, is := before[name], after[name]
		if was[0] == 0 {
			t.Errorf("%s: nothing was there, so this says nothing", name)
		}
		switch fate := c.Merge; {
		case fate == people.Moves && name == "persons.memberships{}.household_id": // the old one ends and stays
			if is != [2]int64{was[0], was[1] + was[0]} {
				t.Errorf("%s: %v, and was %v", name, is, was)
			}
		case fate == people.Moves && name == "households.merged_into": // of a household that went into it before
			if is[1] != was[1]+1 {
				t.Errorf("%s: %v, and was %v", name, is, was)
			}
		case fate == people.Moves && is != [2]int64{0, was[1] + was[0]},
			(fate == people.Stays || fate == people.Read) && is != was,
			fate == people.Copied && is[0]+is[1] <= was[0]+was[1]:
			t.Errorf("%s %s: %v, and was %v", name, fate, is, was)
		}
	}
	for _, c := range carried() {
		if c.Merge == people.Ends && p.open(t, c) > 0 {
			t.Errorf("%s: %d are still open", c.Collection, p.open(t, c))
		}
	}
	into, err := p.store.Household(t.Context(), "H-2")
	if must(t, err); !slices.Contains(into.Numbers(), "H-1") {
		t.Errorf("it is shown what %v had, and not what H-1 had", into.Numbers())
	}
	must(t, p.undo(t.Context(), still))
	back := p.all(t)
	// A code that was taken away stays away, and whom a telephone number does not lead in needs a code for both.
	stays := append([]string{"bind_codes.household_id", "accounts.barred{}"}, derived...)
	for name, was := range before {
		if is := back[name]; is != was && !slices.Contains(stays, name) {
			t.Errorf("%s: %v after it was undone, and was %v", name, is, was)
		}
	}
}

// TestASplitIsUndone: everything that the split took from the first household is its own again in every collection, as if
// nobody had been away, with the head that it had; what the new household was given meanwhile is there, too. Undoing that
// makes the split again.
func TestASplitIsUndone(t *testing.T) {
	p := newPair(t)
	p.withSon(t)
	before, lives := p.all(t), p.lives(t)
	must(t, p.split(t.Context(), still))
	after, parted := p.all(t), p.lives(t)
	for _, c := range carried() {
		name := c.Collection + "." + c.Field
		if c.Split == people.WithWhose && c.Collection != "persons" && (after[name] != [2]int64{0, before[name][1]} || p.held(t, c, "H-9") != before[name][0]) {
			t.Errorf("%s: %v did not go with whose it is", name, after[name])
		}
	}
	_, err := p.raw.Collection("needs").InsertOne(t.Context(), bson.D{{Key: "_id", Value: "meanwhile"}, {Key: "rev", Value: int64(1)}, {Key: "household_id", Value: "H-9"}, {Key: "state", Value: model.NeedOpen}})
	must(t, err)
	must(t, p.unsplit(t.Context(), still))
	back := p.all(t)
	// The household that is no more names it, and it has what that one got meanwhile.
	more := map[string]int64{"households.split_from": 1, "households.merged_into": 1, "needs.household_id": 1}
	for name, was := range before {
		if is := back[name]; is != [2]int64{was[0] + more[name], was[1]} && !slices.Contains(derived, name) {
			t.Errorf("%s: %v after it was undone, and was %v", name, is, was)
		}
	}
	if h, err := p.store.Household(t.Context(), "H-1"); err != nil || !slices.Contains(h.Numbers(), "H-9") {
		t.Errorf("it is not shown what H-9 was given: %v %v", h.Numbers(), err)
	}
	if got := p.lives(t); got != lives {
		t.Errorf("undone:\n%s\nbefore:\n%s", got, lives)
	}
	for _, c := range carried() {
		if left := p.held(t, c, "H-9"); left > 0 && c.Merge == people.Moves && c.Collection != "households" {
			t.Errorf("%s: %d stay with a household that is no more", c.Collection, left)
		}
	}
	house, err := access.New(p.store, still).Household(t.Context(), office, model.MayWriteHouseholds, "H-9")
	must(t, err)
	_, err = people.New(p.store, p.notes(still), still).UndoMerge(t.Context(), house, "还是要分")
	must(t, err)
	if got := p.lives(t); got != parted {
		t.Errorf("made again:\n%s\nfirst:\n%s", got, parted)
	}
}

// open counts the records of the first household in the collection that have not ended.
func (p *pair) open(t *testing.T, c people.Carried) int64 {
	t.Helper()
	n, err := p.raw.Collection(c.Collection).CountDocuments(t.Context(), bson.D{{Key: c.Field, Value: "H-1"}, {Key: "to", Value: bson.D{{Key: "$exists", Value: false}}}})
	must(t, err)
	return n
}

// TestAMergeThatIsKilled stops a merge and its undoing after every few records, again and again: repeats end where one
// that nobody stopped ends.
func TestAMergeThatIsKilled(t *testing.T) {
	whole, cut := newPair(t), newPair(t)
	whole.withSon(t)
	cut.withSon(t)
	for _, step := range []struct {
		name string
		do   func(*pair, context.Context, model.Clock) error
	}{{"split", (*pair).split}, {"undo of the split", (*pair).unsplit}, {"merge", (*pair).merge}, {"undo", (*pair).undo}} {
		must(t, step.do(whole, t.Context(), still))
		cut.untilDone(t, step.name, step.do)
		got, want := cut.all(t), whole.all(t)
		for name := range want {
			if got[name] != want[name] && !slices.Contains(derived, name) {
				t.Errorf("%s, %s: %v, want %v", step.name, name, got[name], want[name])
			}
		}
		if got, want := cut.lives(t), whole.lives(t); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", step.name, got, want)
		}
	}
}

// untilDone repeats the step, which dies at one more record each time, until it lives.
func (p *pair) untilDone(t *testing.T, name string, step func(*pair, context.Context, model.Clock) error) {
	t.Helper()
	for kills := 1; ; kills++ {
		ctx, cancel := context.WithCancel(t.Context())
		left := kills
		err := step(p, ctx, func() time.Time {
			if left--; left < 0 {
				cancel()
			}
			return then
		})
		cancel()
		if err == nil {
			if kills < 5 {
				t.Errorf("%s: only %d attempts, so this says little", name, kills)
			}
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("%s, attempt %d: %v", name, kills, err)
		}
	}
}

package repo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// The collections.
const (
	colUnits      = "units"
	colCadres     = "cadres"
	colHouseholds = "households"
	colPersons    = "persons"
	colPairings   = "pairings"
	colIncomes    = "income_records"
	colEntries    = "ledger_entries"
	colStatements = "statements"
	colIdentities = "identities"
	colAccounts   = "accounts"
	colBindCodes  = "bind_codes"
	colBindTries  = "bind_tries"
	colKeys       = "client_keys"
	colStaff      = "staff"
	colSessions   = "sessions"
	colInbox      = "inbox"
	colAnswers    = "inbox_answers"
	colMessages   = "messages"
	colOutbox     = "outbox"
	colConsents   = "consents"
	colSettings   = "settings"
	colMigrations = "migrations"
	colRevisions  = "revisions"
	colAudit      = "audit_log"
	colHeads      = "audit_heads"
	colForms      = "forms"
	colFilters    = "saved_filters"
	colImports    = "imports"
	colImportRows = "import_rows"
	colFiles      = "import_files"

	colNationalIDs = "national_ids"

	colExpectations = "visit_expectations"
	colVisits       = "visits"
	colNeeds        = "needs"
	colCounters     = "counters"
	colSent         = "sent_counts"
	colHolds        = "sending_holds"
	colDeliveries   = "deliveries"
	colHandNotices  = "hand_notices"
	colActivities   = "activities"
	colDebriefings  = "debriefings"
	colContracts    = "doctor_contracts"
	colStored       = "stored_files"

	colCoops         = "cooperatives"
	colGreenhouses   = "greenhouses"
	colAllotments    = "greenhouse_allotments"
	colBatches       = "production_batches"
	colSales         = "sales"
	colWages         = "wage_records"
	colSubscriptions = "share_subscriptions"
	colDividends     = "dividend_runs"

	colProgrammes   = "programmes"
	colApplications = "applications"
	colPapers       = "papers"

	colMonths      = "ledger_months"
	colTotals      = "ledger_totals"
	colFunds       = "funds"
	colReceipts    = "fund_receipts"
	colDonations   = "donations"
	colLoans       = "loans"
	colItems       = "stock_items"
	colMoves       = "stock_moves"
	colDisclosures = "disclosures"
	colObjections  = "objections"

	colNotices        = "notices"
	colNoticeVersions = "notice_versions"
	colNoticeReads    = "notice_reads"
	colBroadcasts     = "broadcasts"
	colRecipients     = "broadcast_recipients"
	colWaiting        = "broadcast_waiting"
	colReports        = "broadcast_reports"
	colClaims         = "broadcast_claims"
	colProgress       = "broadcast_progress"
	colMassJobs       = "mass_jobs"

	colTries    = "login_tries"
	colAlerts   = "alerts"
	colLooks    = "looks"
	colRequests = "export_requests"
	colMarks    = "marks"
)

var collections = []string{
	colUnits, colCadres, colHouseholds, colPersons, colPairings, colIncomes, colEntries, colStatements,
	colIdentities, colAccounts, colBindCodes, colStaff, colSessions, colInbox, colAnswers, colMessages, colOutbox,
	colConsents, colSettings, colMigrations, colRevisions, colAudit, colHeads, colForms, colFilters, colImports,
	colImportRows, colFiles, colNationalIDs, colExpectations, colVisits, colNeeds, colCounters, colSent,
	colHolds, colDeliveries, colHandNotices, colActivities, colDebriefings, colContracts, colStored,
	colCoops, colGreenhouses, colAllotments, colBatches, colSales, colWages, colSubscriptions, colDividends,
	colProgrammes, colApplications, colPapers,
	colMonths, colTotals, colFunds, colReceipts, colDonations, colLoans, colItems, colMoves,
	colDisclosures, colObjections,
	colNotices, colNoticeVersions, colNoticeReads, colBroadcasts, colRecipients, colWaiting, colReports, colClaims, colProgress,
	colMassJobs, colTries, colAlerts, colLooks, colRequests, colMarks,
	colKeys, colBindTries,
}

// index is one index with the query that it serves. Every query that is not by _id has one.
type index struct {
	collection string
	keys       []string
	unique     bool
	serves     string
}

var indexes = []index{
	{colPersons, []string{"memberships.household_id"}, false, "members of a household"},
	{colPersons, []string{"national_id_hash"}, false, "a person by id number"},
	{colPersons, []string{"phone_hash"}, false, "a person by phone"},
	{colPairings, []string{"household_id", "to"}, false, "cadres of a household"},
	{colPairings, []string{"cadre_id", "to"}, false, "households of a cadre"},
	{colEntries, []string{"household_id", "paid_on"}, false, "statement of a household"},
	{colEntries, []string{"category", "paid_on"}, false, "totals by category"},
	{colStatements, []string{"household_id", "year"}, false, "years of a household"},
	{colIdentities, []string{"account_id"}, false, "identities of an account"},
	{colAccounts, []string{"bindings.household_id"}, false, "accounts of a household"},
	{colAccounts, []string{"cadre_id"}, false, "accounts of cadres"},
	{colBindCodes, []string{"expires_at"}, false, "pruning of codes"},
	{colSessions, []string{"expires_at"}, false, "pruning of sessions"},
	{colSessions, []string{"account_id"}, false, "sessions of an account"},
	{colSessions, []string{"staff_id"}, false, "sessions of a member of staff"},
	{colInbox, []string{"received_at"}, false, "pruning"},
	{colInbox, []string{"openid"}, false, "erasing a person who unfollows"},
	{colAnswers, []string{"received_at"}, false, "pruning"},
	{colAnswers, []string{"openid"}, false, "erasing a person who unfollows"},
	{colMessages, []string{"identity_id"}, false, "erasing a person who unfollows"},
	{colConsents, []string{"identity_id"}, false, "erasing a person who unfollows"},
	{colCadres, []string{"phone_hash"}, false, "a cadre by phone"},
	{colOutbox, []string{"due_at"}, false, "work that waits"},
	{colForms, []string{"kind"}, false, "versions of a form"},
	{colRevisions, []string{"record"}, false, "history of a record"},
	{colAudit, []string{"household_id"}, false, "who looked at a household"},
	{colImportRows, []string{"import_id", "state"}, false, "rows of an import that wait"},
	{colExpectations, []string{"period"}, false, "the board of a month"},
	{colExpectations, []string{"cadre_id", "period"}, false, "what a cadre owes in a month"},
	{colVisits, []string{"period"}, false, "visits of a month"},
	{colVisits, []string{"household_id", "on"}, false, "visits to a household"},
	{colSent, []string{"day"}, false, "pruning of counts"},
	{colNeeds, []string{"household_id"}, false, "needs of a household"},
	{colNeeds, []string{"owner_id"}, false, "needs that a cadre sees to"},
	{colDeliveries, []string{"identity_id"}, false, "reports on what went to an identity"},
	{colActivities, []string{"on"}, false, "activities of a year"},
	{colDebriefings, []string{"year"}, false, "debriefings of a year"},
	{colContracts, []string{"household_id"}, false, "family doctors of a household"},
	{colDeliveries, []string{"at"}, false, "pruning of reports"},
	{colMessages, []string{"state", "created_at"}, false, "messages that failed"},
	{colExpectations, []string{"household_id", "period"}, false, "who owes a household a visit"},
	{colHouseholds, []string{"muted.until"}, false, "households that are left in peace"},
	{colNeeds, []string{"state"}, false, "needs that are not settled"},
	{colApplications, []string{"household_id"}, false, "applications of a household"},
	{colApplications, []string{"state", "due_on"}, false, "applications that wait"},
	{colPapers, []string{"household_id"}, false, "papers of a household"},
	{colPapers, []string{"gone"}, false, "papers whose removal was begun"},
	{colNoticeVersions, []string{"notice_id"}, false, "versions of a notice"},
	{colNoticeReads, []string{"notice_id"}, false, "households that know of a notice"},
	{colBroadcasts, []string{"state"}, false, "broadcasts that are under way"},
	{colRecipients, []string{"broadcast_id", "lane", "state", "due_at"}, false, "recipients that wait"},
	{colRecipients, []string{"broadcast_id", "state"}, false, "recipients by outcome"},
	{colRecipients, []string{"mass_job"}, false, "recipients of a mass message"},
	{colRecipients, []string{"identity_id"}, false, "erasing a person who unfollows"},
	{colWaiting, []string{"broadcast_id", "lane"}, false, "recipients who wait for their first try"},
	{colReports, []string{"broadcast_id"}, false, "reports of WeChat that came before the row"},
	{colReports, []string{"at"}, false, "pruning of reports"},
	{colClaims, []string{"at"}, false, "pruning of claims"},
	{colMassJobs, []string{"broadcast_id"}, false, "mass messages of a broadcast"},
	{colMassJobs, []string{"msg_id"}, false, "the mass message of which WeChat reports"},
	{colConsents, []string{"template_id", "credit"}, false, "who may be sent a template"},
	{colIdentities, []string{"channel"}, false, "everybody of an account at WeChat"},
	{colHouseholds, []string{"unit_id", "status"}, false, "lists of households"},
	{colSales, []string{"household_id"}, false, "sales of a household"},
	{colWages, []string{"household_id"}, false, "wages of a household"},
	{colSubscriptions, []string{"holders.household_id"}, false, "shares of a household"},
	{colSubscriptions, []string{"left_out.household_id"}, false, "why a household has no share"},
	{colDividends, []string{"inputs.holders.household_id"}, false, "dividends of a household"},
	{colDividends, []string{"pending"}, false, "dividends that are being posted"},
	{colEntries, []string{"paid_on"}, false, "entries of a month, and lists of entries"},
	{colImports, []string{"kind", "state"}, false, "batches that keep a month open"},
	{colFunds, []string{"year"}, false, "funds of a year"},
	{colReceipts, []string{"fund_id"}, false, "what came into a fund"},
	{colDonations, []string{"on"}, false, "lists of donations"},
	{colDonations, []string{"fund_id"}, false, "donations to the funds of a year"},
	{colDonations, []string{"created_at"}, false, "donations whose goods may still be on their way"},
	{colLoans, []string{"household_id"}, false, "loans of a household"},
	{colMoves, []string{"item_id"}, false, "moves of an item"},
	{colMoves, []string{"state"}, false, "moves that are not done"},
	{colDisclosures, []string{"year"}, false, "what is public of a year"},
	{colDisclosures, []string{"household_ids"}, false, "notices that name a household"},
	{colObjections, []string{"state"}, false, "objections that wait"},
	{colObjections, []string{"disclosure_id"}, false, "objections to a disclosure"},
	{colTries, []string{"at"}, false, "pruning of tries"},
	{colAlerts, []string{"state"}, false, "alerts that nobody has looked into"},
	{colLooks, []string{"household_id"}, false, "who looked at a household"},
	{colLooks, []string{"day"}, false, "pruning of looks"},
	{colRequests, []string{"created_at"}, false, "the latest requests for a large file"},
	{colKeys, []string{"at"}, false, "pruning of keys"},
	{colBindTries, []string{"since"}, false, "pruning of counts"},
	{colBindCodes, []string{"household_id"}, false, "codes for a household whose binding ends"},
}

// migration is one change of the stored form. Migrations are only ever appended, each can be
// repeated harmlessly, and each is recorded under its id once it has run.
type migration struct {
	id  string
	run func(ctx context.Context, s *Store) error
}

var migrations = []migration{
	{"0001-collections", createCollections},
	{"0002-indexes", createIndexes},
	{"0003-settings", insertSettings},
	{"0004-registry-collections", createCollections},
	{"0005-registry-indexes", createIndexes},
	{"0006-forms", insertForms},
	{"0007-staff-indexes", createIndexes},
	{"0008-import-files", createCollections},
	{"0009-sending", createCollections},
	{"0009-sending-indexes", createIndexes},
	{"0011-coop", createAll},
	{"0012-aid", addAid},
	{"0010-ledger", func(ctx context.Context, s *Store) error {
		return errors.Join(createCollections(ctx, s), createIndexes(ctx, s), flatStatements(ctx, s))
	}},
	{"0014-public", createAll},
	{"0013-broadcast", createAll},
	{"0017-settings-revision", countSettings},
	{"0015-inbox-answers", createAll},
	{"0016-broadcast-waiting", createAll},
	{"0025-client-keys", createAll},
	{"0025-opaque-accounts", opaqueAccounts},
	{"0027-log-in", createAll},
	{"0029-looks", createAll},
}

// migrated lists the migrations that have run on this database.
func (s *Store) migrated(ctx context.Context) ([]string, error) {
	rows, err := all[struct {
		ID string `bson:"_id"`
	}](ctx, s, colMigrations)
	done := make([]string, len(rows))
	for i, r := range rows {
		done[i] = r.ID
	}
	return done, err
}

// Unknown lists the migrations that have run on this database and that this version does not know: a newer one was
// here, and what it stores may mean something else.
func (s *Store) Unknown(ctx context.Context) ([]string, error) {
	done, err := s.migrated(ctx)
	unknown := slices.DeleteFunc(done, func(id string) bool {
		return slices.ContainsFunc(migrations, func(m migration) bool { return m.id == id })
	})
	return unknown, err
}

// Pending lists the migrations that have not run on this database.
func (s *Store) Pending(ctx context.Context) ([]string, error) {
	done, err := s.migrated(ctx)
	if err != nil {
		return nil, err
	}
	var pending []string
	for _, m := range migrations {
		if !slices.Contains(done, m.id) {
			pending = append(pending, m.id)
		}
	}
	return pending, nil
}

// Migrate runs what is pending and says what it ran. Two processes may do so at once.
func (s *Store) Migrate(ctx context.Context, now time.Time) ([]string, error) {
	pending, err := s.Pending(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range migrations {
		if !slices.Contains(pending, m.id) {
			continue
		}
		if err := m.run(ctx, s); err != nil {
			return nil, fmt.Errorf("migration %s: %w", m.id, err)
		}
		row := bson.D{{Key: "_id", Value: m.id}, {Key: "at", Value: now.UTC()}}
		if err := put(ctx, s.db.Collection(colMigrations), m.id, row); err != nil {
			return nil, err
		}
	}
	return pending, nil
}

// createAll makes the collections and indexes that are new since an earlier migration.
func createAll(ctx context.Context, s *Store) error {
	if err := createCollections(ctx, s); err != nil {
		return err
	}
	return createIndexes(ctx, s)
}

func createCollections(ctx context.Context, s *Store) error {
	have, err := s.db.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return translate("list collections", err)
	}
	for _, name := range collections {
		if slices.Contains(have, name) {
			continue
		}
		if err := s.db.CreateCollection(ctx, name); err != nil {
			return translate("create "+name, err)
		}
	}
	return nil
}

func createIndexes(ctx context.Context, s *Store) error {
	for _, ix := range indexes {
		keys := bson.D{}
		for _, k := range ix.keys {
			keys = append(keys, bson.E{Key: k, Value: 1})
		}
		m := mongo.IndexModel{Keys: keys, Options: options.Index().SetUnique(ix.unique)}
		if _, err := s.db.Collection(ix.collection).Indexes().CreateOne(ctx, m); err != nil {
			return translate("index for "+ix.serves, err)
		}
	}
	return nil
}

// countSettings gives settings that nobody has changed their first revision: an edit names the one it looked at.
func countSettings(ctx context.Context, s *Store) error {
	_, err := s.db.Collection(colSettings).UpdateOne(ctx,
		bson.D{{Key: "_id", Value: model.SettingsID}, {Key: "rev", Value: int64(0)}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "rev", Value: int64(1)}, {Key: "schema_v", Value: 1}}}})
	return translate("settings", err)
}

// insertForms makes the first version of the flexible fields; the office adds its own.
func insertForms(ctx context.Context, s *Store) error {
	for _, f := range model.FirstForms() {
		f.ID = FormID(f.Kind, f.Version)
		if err := s.InsertForm(ctx, f); err != nil && !model.IsKind(err, model.KindConflict) {
			return err
		}
	}
	return nil
}

// flatStatements brings statements of the older form, in which lines lay within their categories, in step.
func flatStatements(ctx context.Context, s *Store) error {
	old, err := all[struct {
		model.Statement `bson:",inline"`
		Categories      []struct {
			Category model.Category        `bson:"category"`
			Lines    []model.StatementLine `bson:"lines"`
		} `bson:"categories"`
	}](ctx, s, colStatements)
	if err != nil {
		return err
	}
	for _, st := range old {
		for _, part := range st.Categories {
			for _, l := range part.Lines {
				l.Category = part.Category
				st.Lines = append(st.Lines, l)
			}
		}
		if err := s.PutStatement(ctx, st.Statement); err != nil {
			return err
		}
	}
	return nil
}

func insertSettings(ctx context.Context, s *Store) error {
	err := insert(ctx, s.db.Collection(colSettings), model.DefaultSettings())
	if model.IsKind(err, model.KindConflict) {
		return nil
	}
	return err
}

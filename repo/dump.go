package repo

import (
	"context"
	"fmt"
	"slices"
	"time"

	"bangfu/repo/backup"
	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// dumpOrder is the order in which a backup reads the collections where the database cannot show one instant of all of them
// (docs/decisions/0036). What is written last is read first, so that whatever is in the backup has in it all that was written
// before (docs/flows.md); what goes on when it is done again is read before what it does. What follows from other records is
// made anew by restore, wherever it stands. Not here are the probes, which mean nothing elsewhere.
var dumpOrder = []string{
	// Work that waits: whatever it is about comes after it. Done twice it does nothing more.
	colOutbox,
	// What runs through several steps, before what the steps leave: going on from an earlier step finds them done.
	colBroadcasts, colWaiting, colMassJobs, colRecipients, colProgress, colReports, colClaims,
	colImports, colImportRows, colFiles,
	colMonths, colDividends, colApplications,
	// Messages, and what came of them.
	colInPersonNotices, colDeliveries, colUnmatched, colMessages, colConsents, colSent, colSuspensions,
	// Who is logged in, before who they are.
	colSessions, colIdentities, colAccounts, colBindCodes, colBindTries, colTries,
	// What follows from entries and visits, then these.
	colStatements, colTotals, colCounters, colEntries, colItems, colMoves, colDonations, colLoans, colReceipts, colFunds,
	colExpectations, colVisits, colNeeds, colActivities, colDebriefings, colContracts,
	colPapers, colStored,
	colSales, colWages, colBatches, colAllotments, colSubscriptions, colGreenhouses, colCoops,
	colObjections, colDisclosures, colNoticeReads, colNotices, colNoticeVersions, colProgrammes,
	// The registry: who belongs to something before it.
	colPersons, colNationalIDs, colPairings, colIncomes, colHouseholds, colCadres, colUnits,
	colAccessRecords, colAlerts, colRequests, colUnheard, colCues, colFilters, colStaff, colForms, colSettings,
	// What was noted before a record was written: the change before, the key, the push.
	colRevisions, colKeys, colAnswers, colInbox,
	colBackups, colMarks,
	// The audit log last: who did something that is in here stands in it. Of it as many lines as its end says that there are.
	colHeads, colAudit,
	// A database without them is one whose restore has not ended.
	colMigrations,
}

// dumpBatch is how many documents are read at a time; of those that hold files, fewer.
func dumpBatch(collection string) int32 {
	if collection == colFiles || collection == colStored {
		return 5
	}
	return 200
}

// Dump gives every document as it is stored, collection by collection, one batch in memory at a time; begin hears of each
// collection before its documents.
func (s *Store) Dump(ctx context.Context, begin func(collection string) error, take func(doc []byte) error) error {
	var head auditHead
	for _, collection := range dumpOrder {
		if err := begin(collection); err != nil {
			return err
		}
		filter := bson.D{}
		switch collection {
		case colHeads:
			var err error
			if head, err = s.storedHead(ctx); err != nil {
				return err
			}
			if head.ID == "" {
				continue
			}
			raw, err := bson.Marshal(head)
			if err == nil {
				err = take(raw)
			}
			if err != nil {
				return err
			}
			continue
		case colAudit:
			filter = bson.D{{Key: "_id", Value: bson.D{{Key: "$lte", Value: auditID(head.Seq)}}}}
		}
		each := func(d bson.Raw) error { return take(d) }
		if err := eachDoc(ctx, s, collection, filter, each); err != nil {
			return err
		}
	}
	return nil
}

func eachDoc(ctx context.Context, s *Store, collection string, filter bson.D, f func(bson.Raw) error) error {
	cur, err := s.db.Collection(collection).Find(ctx, filter, options.Find().SetBatchSize(dumpBatch(collection)))
	if err != nil {
		return translate(collection+" find", err)
	}
	defer cur.Close(context.WithoutCancel(ctx))
	for cur.Next(ctx) {
		if err := f(cur.Current); err != nil {
			return err
		}
	}
	return translate(collection+" read", cur.Err())
}

// KeysetMark tells one FIELD_KEYSET from another and says nothing of it. It stays the same when the key that seals is changed.
func (s *Store) KeysetMark() (string, error) {
	return s.sealer.Hash("which keys these are", "keyset_mark")
}

// restoreMark is the id of the mark of a database into which a restore has begun and not ended.
const restoreMark = "restore"

// What BeginRestore says of a database that it does not take; both are KindConflict.
var (
	ErrNotEmpty          = model.NewError(model.KindConflict, "not_empty", "这个数据库里有东西了")
	ErrRestoreUnfinished = model.NewError(model.KindConflict, "restore_unfinished", "上次恢复到这里没有做完")
)

// RestoreUnfinished reports whether a restore into the database has begun and not ended.
func (s *Store) RestoreUnfinished(ctx context.Context) (bool, error) {
	_, err := get[bson.Raw](ctx, s.db.Collection(colMarks), restoreMark)
	if model.IsKind(err, model.KindNotFound) {
		return false, nil
	}
	return err == nil, err
}

// BeginRestore marks an empty database as one into which a restore has begun. ErrNotEmpty for one that holds something, a
// collection without documents too: somebody has migrated it, to use it. ErrRestoreUnfinished for what an unfinished restore
// left, unless again: then that is thrown away first. A database without the mark is never touched.
func (s *Store) BeginRestore(ctx context.Context, again bool, at, of time.Time) error {
	names, err := s.db.ListCollectionNames(ctx, bson.D{})
	if err != nil {
		return translate("list collections", err)
	}
	unfinished, err := s.RestoreUnfinished(ctx)
	if err != nil {
		return err
	}
	demo, err := s.DemoMarked(ctx)
	if err != nil {
		return err
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == colMarks })
	switch {
	case unfinished && !again:
		return ErrRestoreUnfinished
	case !unfinished && (len(names) > 0 || demo):
		return ErrNotEmpty
	case !unfinished:
		mark := bson.D{{Key: "_id", Value: restoreMark}, {Key: "at", Value: at.UTC()}, {Key: "backup_of", Value: of.UTC()}}
		return insert(ctx, s.db.Collection(colMarks), mark)
	}
	for _, name := range names {
		if err := s.db.Collection(name).Drop(ctx); err != nil {
			return translate("drop "+name, err)
		}
	}
	// The mark stays throughout: it says what this database is.
	_, err = remove(ctx, s.db.Collection(colMarks), bson.D{{Key: "_id", Value: bson.D{{Key: "$ne", Value: restoreMark}}}})
	return err
}

// EndRestore takes the mark away: the database is whole.
func (s *Store) EndRestore(ctx context.Context) error {
	_, err := remove(ctx, s.db.Collection(colMarks), byID(restoreMark))
	return err
}

// Load writes documents of a backup into the database that BeginRestore has marked.
func (s *Store) Load(ctx context.Context, collection string, docs [][]byte) error {
	if !slices.Contains(dumpOrder, collection) {
		return fmt.Errorf("the backup holds %q, which this bangfu does not know", collection)
	}
	list := make([]bson.Raw, len(docs))
	for i, d := range docs {
		list[i] = d
		if err := list[i].Validate(); err != nil {
			return fmt.Errorf("a document of %s: %w", collection, err)
		}
	}
	_, err := s.db.Collection(collection).InsertMany(ctx, list, options.InsertMany().SetOrdered(false))
	return translate("restore "+collection, err)
}

// Held is what the database holds of a collection, for comparing it with a backup's manifest.
func (s *Store) Held(ctx context.Context, collection string) (backup.Collection, error) {
	c := backup.Collection{Name: collection}
	err := eachDoc(ctx, s, collection, bson.D{}, func(d bson.Raw) error {
		if collection == colMarks && d.Lookup("_id").StringValue() == restoreMark {
			return nil
		}
		c.Documents++
		c.Bytes += int64(len(d))
		c.Digest.Add(d)
		return nil
	})
	return c, err
}

// CreateAll makes every collection and index that this version knows, whichever migrations are recorded.
func (s *Store) CreateAll(ctx context.Context) error { return createAll(ctx, s, nil) }

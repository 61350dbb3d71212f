package repo

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// auditHead is the end of the audit log: without it, taking away the last lines would not show.
type auditHead struct {
	ID   string `bson:"_id"`
	Seq  int64  `bson:"seq"`
	Hash string `bson:"hash"`
	Seal string `bson:"seal"` // keyed hash over the two, so that nobody can set the end back
}

const auditHeadID = "audit"

// AppendAudit adds a line. Lines of several processes at once come in some order, and none is lost.
func (s *Store) AppendAudit(ctx context.Context, e model.AuditEntry) error {
	head, err := s.auditHead(ctx)
	if err != nil {
		return err
	}
	for {
		e.ID, e.At = auditID(head.Seq+1), e.At.UTC()
		if e.Hash, err = s.auditHash(head.Hash, e); err != nil {
			return err
		}
		err = insert(ctx, s.db.Collection(colAudit), e)
		if err != nil && !model.IsKind(err, model.KindConflict) {
			return err
		}
		inserted := err == nil
		if head, err = s.advance(ctx, head, e); err != nil || inserted {
			return err
		}
	}
}

// advance moves the end to the line after it: ours, or that of somebody who was faster.
func (s *Store) advance(ctx context.Context, head auditHead, ours model.AuditEntry) (auditHead, error) {
	line, err := get[model.AuditEntry](ctx, s.db.Collection(colAudit), ours.ID)
	if err != nil {
		return head, err
	}
	next := auditHead{ID: auditHeadID, Seq: head.Seq + 1, Hash: line.Hash}
	if next.Seal, err = s.sealer.Hash(auditID(next.Seq)+"|"+next.Hash, "audit_head"); err != nil {
		return head, err
	}
	// Only forwards: a head that somebody moved further already stays.
	_, err = s.db.Collection(colHeads).ReplaceOne(ctx, bson.D{{Key: "_id", Value: auditHeadID}, {Key: "seq", Value: head.Seq}}, next)
	if err != nil {
		return head, translate("audit head", err)
	}
	return s.auditHead(ctx)
}

func (s *Store) auditHead(ctx context.Context) (auditHead, error) {
	head, err := get[auditHead](ctx, s.db.Collection(colHeads), auditHeadID)
	if !model.IsKind(err, model.KindNotFound) {
		return head, err
	}
	first := auditHead{ID: auditHeadID}
	if first.Seal, err = s.sealer.Hash(auditID(0)+"|", "audit_head"); err != nil {
		return first, err
	}
	if err := insert(ctx, s.db.Collection(colHeads), first); err != nil && !model.IsKind(err, model.KindConflict) {
		return first, err
	}
	return get[auditHead](ctx, s.db.Collection(colHeads), auditHeadID)
}

func auditID(seq int64) string { return fmt.Sprintf("%012d", seq) }

// auditHash is the keyed hash of a line that follows the line with hash before.
func (s *Store) auditHash(before string, e model.AuditEntry) (string, error) {
	parts := []string{
		before, e.ID, fmt.Sprint(e.At.UnixMilli()), e.Actor, e.Action, e.Record, e.HouseholdID, strings.Join(e.Fields, ","), e.Reason,
	}
	for i, p := range parts {
		parts[i] = fmt.Sprintf("%d:%s", len(p), p) // so that nothing can move from one field to the next
	}
	return s.sealer.Hash(strings.Join(parts, "|"), "audit")
}

// ReadingsOf are the readings of a household's sensitive fields, newest first, at most limit.
func (s *Store) ReadingsOf(ctx context.Context, householdID string, limit int64) ([]model.AuditEntry, error) {
	filter := bson.D{
		{Key: "household_id", Value: householdID},
		{Key: "action", Value: bson.D{{Key: "$in", Value: bson.A{model.AuditRead, model.AuditBreakGlass}}}},
	}
	return find[model.AuditEntry](ctx, s.db.Collection(colAudit), filter,
		options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(limit))
}

// AuditPage is a piece of the audit log: the lines that concern the household (empty: all), behind the running number After
// (empty: from where it begins), newest first unless Oldest.
type AuditPage struct {
	HouseholdID, After string
	Oldest             bool
	Limit              int64
}

// AuditLines are the lines of a page.
func (s *Store) AuditLines(ctx context.Context, p AuditPage) ([]model.AuditEntry, error) {
	filter, behind, way := bson.D{}, "$lt", -1
	if p.Oldest {
		behind, way = "$gt", 1
	}
	if p.HouseholdID != "" {
		filter = append(filter, bson.E{Key: "household_id", Value: p.HouseholdID})
	}
	if p.After != "" {
		filter = append(filter, bson.E{Key: "_id", Value: bson.D{{Key: behind, Value: p.After}}})
	}
	return find[model.AuditEntry](ctx, s.db.Collection(colAudit), filter,
		options.Find().SetSort(bson.D{{Key: "_id", Value: way}}).SetLimit(p.Limit))
}

// AuditReport is what VerifyAudit found.
type AuditReport struct {
	Lines    int64
	LastHash string   // of the last line: whoever writes it down elsewhere sees later whether the log still goes through it
	Broken   []string // in Chinese, every place that is not as it was written
}

// VerifyAudit goes through the whole audit log and finds every place where a line was altered, removed or
// added by somebody without the keys. Lines may be added meanwhile.
func (s *Store) VerifyAudit(ctx context.Context) (AuditReport, error) {
	// The end is looked at before and after: the log must reach as far as it did before, and may go on.
	var r AuditReport
	before, err := s.storedHead(ctx)
	if err != nil {
		return r, err
	}
	atHead := ""
	cur, err := s.db.Collection(colAudit).Find(ctx, bson.D{}, inOrder())
	if err != nil {
		return r, translate("audit log", err)
	}
	defer cur.Close(context.WithoutCancel(ctx))
	for cur.Next(ctx) {
		if err := s.checkLine(cur, &r); err != nil {
			return r, err
		}
		if r.Lines == before.Seq {
			atHead = r.LastHash
		}
	}
	if err := cur.Err(); err != nil {
		return r, translate("audit log", err)
	}
	after, err := s.storedHead(ctx)
	if err != nil {
		return r, err
	}
	return r, s.checkHead(before, after, atHead, &r)
}

// checkLine checks the line that the cursor stands at against the one before.
func (s *Store) checkLine(cur *mongo.Cursor, r *AuditReport) error {
	var e model.AuditEntry
	r.Lines++
	if err := cur.Decode(&e); err != nil {
		r.Broken = append(r.Broken, fmt.Sprintf("第%d行读不出来", r.Lines))
		r.LastHash = ""
		return nil
	}
	seq, err := strconv.ParseInt(e.ID, 10, 64)
	switch {
	case err != nil || auditID(seq) != e.ID:
		r.Broken = append(r.Broken, fmt.Sprintf("第%d行的编号不对", r.Lines))
	case seq == r.Lines+1:
		r.Broken = append(r.Broken, fmt.Sprintf("第%d行不见了", r.Lines))
		r.Lines = seq
	case seq > r.Lines:
		r.Broken = append(r.Broken, fmt.Sprintf("第%d到%d行不见了", r.Lines, seq-1))
		r.Lines = seq
	}
	want, err := s.auditHash(r.LastHash, e)
	if err != nil {
		return err
	}
	if want != e.Hash {
		r.Broken = append(r.Broken, fmt.Sprintf("第%d行或它的前一行被改过", r.Lines))
	}
	r.LastHash = e.Hash
	return nil
}

// storedHead is the end as it is kept; the zero head when there is none.
func (s *Store) storedHead(ctx context.Context) (auditHead, error) {
	head, err := get[auditHead](ctx, s.db.Collection(colHeads), auditHeadID)
	if model.IsKind(err, model.KindNotFound) {
		return auditHead{}, nil
	}
	return head, err
}

func (s *Store) checkHead(before, after auditHead, atHead string, r *AuditReport) error {
	seal, err := s.sealer.Hash(auditID(after.Seq)+"|"+after.Hash, "audit_head")
	if err != nil {
		return err
	}
	problem := ""
	switch {
	case after.ID == "" && r.Lines > 0:
		problem = "记录末尾的标记不见了"
	case after.ID == "":
	case seal != after.Seal:
		problem = "记录末尾的标记被改过"
	case before.Seq > r.Lines:
		problem = fmt.Sprintf("末尾少了%d行", before.Seq-r.Lines)
	case before.Seq > 0 && atHead != before.Hash:
		problem = fmt.Sprintf("第%d行被改过", before.Seq)
	case r.Lines > after.Seq+1: // one line more is left by a crash; the next line moves the end on
		problem = "记录末尾的标记被移回去过"
	}
	if problem != "" {
		r.Broken = append(r.Broken, problem)
	}
	return nil
}

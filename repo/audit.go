package repo

import (
	"context"
	"fmt"
	"strings"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
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

// AuditOf are the lines that concern a household, newest first, at most limit.
func (s *Store) AuditOf(ctx context.Context, householdID string, limit int64) ([]model.AuditEntry, error) {
	return find[model.AuditEntry](ctx, s.db.Collection(colAudit), bson.D{{Key: "household_id", Value: householdID}},
		options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(limit))
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

// AuditBefore are the lines before the running number, newest first, at most limit; an empty number is the end.
func (s *Store) AuditBefore(ctx context.Context, before string, limit int64) ([]model.AuditEntry, error) {
	filter := bson.D{}
	if before != "" {
		filter = bson.D{{Key: "_id", Value: bson.D{{Key: "$lt", Value: before}}}}
	}
	return find[model.AuditEntry](ctx, s.db.Collection(colAudit), filter,
		options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(limit))
}

// VerifyAudit goes through the whole audit log. It returns how many lines there are and, in words, every
// place where a line was altered, removed or added by somebody without the keys.
func (s *Store) VerifyAudit(ctx context.Context) (lines int64, broken []string, err error) {
	cur, err := s.db.Collection(colAudit).Find(ctx, bson.D{}, inOrder())
	if err != nil {
		return 0, nil, translate("audit log", err)
	}
	defer cur.Close(context.WithoutCancel(ctx))
	last := ""
	for cur.Next(ctx) {
		var e model.AuditEntry
		if err := cur.Decode(&e); err != nil {
			broken = append(broken, fmt.Sprintf("第%d行读不出来", lines+1))
			continue
		}
		lines++
		for e.ID > auditID(lines) {
			broken = append(broken, fmt.Sprintf("第%d行不见了", lines))
			lines++
		}
		want, err := s.auditHash(last, e)
		if err != nil {
			return lines, broken, err
		}
		if want != e.Hash {
			broken = append(broken, fmt.Sprintf("第%d行或它的前一行被改过", lines))
		}
		last = e.Hash
	}
	if err := cur.Err(); err != nil {
		return lines, broken, translate("audit log", err)
	}
	ends, err := s.checkHead(ctx, lines, last)
	return lines, append(broken, ends...), err
}

func (s *Store) checkHead(ctx context.Context, lines int64, last string) ([]string, error) {
	head, err := s.auditHead(ctx)
	if err != nil {
		return nil, err
	}
	seal, err := s.sealer.Hash(auditID(head.Seq)+"|"+head.Hash, "audit_head")
	switch {
	case err != nil:
		return nil, err
	case seal != head.Seal:
		return []string{"记录末尾的标记被改过"}, nil
	case head.Seq > lines:
		return []string{fmt.Sprintf("末尾少了%d行", head.Seq-lines)}, nil
	case head.Seq == lines && head.Hash != last:
		return []string{"最后一行被改过"}, nil
	}
	return nil, nil // a head that lags behind is left by a crash; the next line moves it on
}

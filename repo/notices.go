package repo

import (
	"context"

	"bangfu/service/model"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// InsertNotice is KindConflict when the id is taken.
func (s *Store) InsertNotice(ctx context.Context, n model.PolicyNotice) error {
	return insert(ctx, s.db.Collection(colNotices), n)
}

// Notice by id.
func (s *Store) Notice(ctx context.Context, id string) (model.PolicyNotice, error) {
	return get[model.PolicyNotice](ctx, s.db.Collection(colNotices), id)
}

// ChangeNotice changes one notice; see change for rev and the errors.
func (s *Store) ChangeNotice(ctx context.Context, id string, rev int64, by model.ChangeInfo, edit func(*model.PolicyNotice) error) (model.PolicyNotice, error) {
	return change(ctx, s, colNotices, id, rev, by, edit)
}

// Notices are all of them, by id; a library has hundreds.
func (s *Store) Notices(ctx context.Context) ([]model.PolicyNotice, error) {
	return all[model.PolicyNotice](ctx, s, colNotices)
}

// InsertNoticeVersion is KindConflict when the version is kept already.
func (s *Store) InsertNoticeVersion(ctx context.Context, v model.NoticeVersion) error {
	return insert(ctx, s.db.Collection(colNoticeVersions), v)
}

// NoticeVersions of a notice, by id.
func (s *Store) NoticeVersions(ctx context.Context, noticeID string) ([]model.NoticeVersion, error) {
	return find[model.NoticeVersion](ctx, s.db.Collection(colNoticeVersions), bson.D{{Key: "notice_id", Value: noticeID}}, inOrder())
}

// InsertNoticeRead is KindConflict when the household knows of the notice already.
func (s *Store) InsertNoticeRead(ctx context.Context, r model.NoticeRead) error {
	return insert(ctx, s.db.Collection(colNoticeReads), r)
}

// NoticeReads are the households that know of a notice, by id.
func (s *Store) NoticeReads(ctx context.Context, noticeID string) ([]model.NoticeRead, error) {
	return find[model.NoticeRead](ctx, s.db.Collection(colNoticeReads), bson.D{{Key: "notice_id", Value: noticeID}}, inOrder())
}

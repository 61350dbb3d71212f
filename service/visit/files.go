package visit

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"

	"bangfu/repo/queue"
	"bangfu/repo/wechat"
	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errManyFiles = model.NewError(model.KindInvalid, "many_files", "一次走访最多放9张照片或9段话")
	errNoFile    = model.NewError(model.KindNotFound, "no_such_file", "没有找到这张照片或这段话")
	errFileKind  = model.NewError(model.KindInvalid, "file_kind", "只收照片(JPEG、PNG)和微信语音,每个不超过3MB")
)

// maxFile is how big a file from the mini-program may be.
const maxFile = 3 << 20

// AddMedia adds a picture or a voice message that the cadre sent to the account to their visit. WeChat is asked for
// it by a task, because it keeps it for three days only.
func (s *Service) AddMedia(ctx context.Context, cadre access.Cadre, visitID, kind, mediaID string) (model.Visit, error) {
	v, err := s.addFile(ctx, cadre, visitID, model.VisitFile{Kind: kind, MediaID: mediaID})
	if err != nil {
		return v, err
	}
	return v, s.queue.Enqueue(ctx, queue.FetchMedia, visitID+"|"+mediaID)
}

// AddFile adds a file from the mini-program to the cadre's visit. The same content is added once.
func (s *Service) AddFile(ctx context.Context, cadre access.Cadre, visitID string, content []byte) (model.Visit, error) {
	typ := http.DetectContentType(content)
	if len(content) == 0 || len(content) > maxFile || typ != "image/jpeg" && typ != "image/png" {
		return model.Visit{}, errFileKind
	}
	v, err := s.own(ctx, cadre, visitID)
	if err != nil {
		return v, err
	}
	id, err := s.keepFile(ctx, v, typ, content)
	if err != nil {
		return v, err
	}
	return s.addFile(ctx, cadre, v.ID, model.VisitFile{ID: id, Kind: "image"})
}

func (s *Service) addFile(ctx context.Context, cadre access.Cadre, visitID string, f model.VisitFile) (model.Visit, error) {
	if _, err := s.own(ctx, cadre, visitID); err != nil {
		return model.Visit{}, err
	}
	by := model.ChangeInfo{Actor: "cadre:" + cadre.ID(), Why: "走访照片或语音", At: s.now()}
	return s.store.ChangeVisit(ctx, visitID, 0, by, func(v *model.Visit) error {
		if slices.ContainsFunc(v.Files, func(x model.VisitFile) bool {
			return x.MediaID == f.MediaID && x.ID == f.ID || f.ID != "" && x.ID == f.ID
		}) {
			return nil
		}
		if len(v.Files) >= model.MaxVisitFiles {
			return errManyFiles
		}
		v.Files = append(v.Files, f)
		return nil
	})
}

func (s *Service) keepFile(ctx context.Context, v model.Visit, typ string, content []byte) (string, error) {
	sum := sha256.Sum256(append([]byte(v.ID+"|"), content...))
	id := hex.EncodeToString(sum[:16])
	return id, s.store.PutFile(ctx, model.StoredFile{
		ID: id, Of: "visits/" + v.ID, HouseholdID: v.HouseholdID, Type: typ, At: s.now().UTC(), By: "cadre:" + v.CadreID,
	}, content)
}

// needRef begins the ref of what came with a need, in the place of a visit's id.
const needRef = "need:"

// fetchForNeed gets a picture or a voice message that came with the words of a need.
func (s *Service) fetchForNeed(ctx context.Context, needID, mediaID string) error {
	n, err := s.store.Need(ctx, needID)
	if err != nil {
		return err
	}
	file, err := s.oa.Media(ctx, mediaID)
	gone := wechat.ClassOf(err) == wechat.ClassPayload
	if err != nil && !gone {
		return err
	}
	id := ""
	if !gone {
		sum := sha256.Sum256(append([]byte(n.ID+"|"), file.Data...))
		id = hex.EncodeToString(sum[:16])
		stored := model.StoredFile{ID: id, Of: "needs/" + n.ID, HouseholdID: n.HouseholdID, Type: file.Type, At: s.now().UTC(), By: n.CreatedBy}
		if err := s.store.PutFile(ctx, stored, file.Data); err != nil {
			return err
		}
	}
	by := model.ChangeInfo{Actor: planner, Why: "从微信取难处的照片或语音", At: s.now()}
	_, err = s.store.ChangeNeed(ctx, needID, 0, by, func(n *model.Need) error {
		for i, f := range n.Files {
			if f.MediaID == mediaID {
				n.Files[i].ID = id
			}
		}
		return nil
	})
	return err
}

// FetchMedia gets what AddMedia promised; ref is "visit|media_id", or "need:…|media_id". What WeChat does not have any
// more is taken off the visit.
func (s *Service) FetchMedia(ctx context.Context, ref string) error {
	if needID, isNeed := strings.CutPrefix(ref, needRef); isNeed {
		needID, mediaID, _ := strings.Cut(needID, "|")
		return s.fetchForNeed(ctx, needID, mediaID)
	}
	visitID, mediaID, _ := strings.Cut(ref, "|")
	v, err := s.store.Visit(ctx, visitID)
	if err != nil {
		return err
	}
	file, err := s.oa.Media(ctx, mediaID)
	gone := wechat.ClassOf(err) == wechat.ClassPayload
	if err != nil && !gone {
		return err
	}
	id := ""
	if !gone {
		if id, err = s.keepFile(ctx, v, file.Type, file.Data); err != nil {
			return err
		}
	}
	by := model.ChangeInfo{Actor: planner, Why: "从微信取走访照片或语音", At: s.now()}
	_, err = s.store.ChangeVisit(ctx, visitID, 0, by, func(v *model.Visit) error {
		i := slices.IndexFunc(v.Files, func(f model.VisitFile) bool { return f.MediaID == mediaID })
		switch {
		case i < 0:
		case gone:
			v.Files = slices.Delete(v.Files, i, i+1)
		default:
			v.Files[i].ID = id
		}
		return nil
	})
	return err
}

// FileOfNeed is a picture or a voice message that came with a need, for staff who reach the need; looking is audited.
func (s *Service) FileOfNeed(ctx context.Context, of access.Record[model.Need], fileID string) (model.StoredFile, []byte, error) {
	has := func(f model.VisitFile) bool { return f.ID != "" && f.ID == fileID }
	if !slices.ContainsFunc(of.Record().Files, has) {
		return model.StoredFile{}, nil, errNoFile
	}
	f, content, err := s.store.File(ctx, fileID)
	if err != nil {
		return model.StoredFile{}, nil, err
	}
	return f, content, s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: of.Actor(), Action: model.AuditRead, Record: "stored_files/" + f.ID, HouseholdID: f.HouseholdID, Reason: "看难事的照片或语音",
	})
}

// FileOf a visit, for staff who reach the household; looking is audited.
func (s *Service) FileOf(ctx context.Context, of access.Record[model.StoredFile]) (model.StoredFile, []byte, error) {
	fileID := of.ID()
	f, content, err := s.store.File(ctx, fileID)
	if err == nil && !strings.HasPrefix(f.Of, "visits/") {
		err = model.NewError(model.KindNotFound, "not_found", "没有找到") // a paper, say: that asks for another right
	}
	if err != nil {
		return model.StoredFile{}, nil, err
	}
	return f, content, s.store.AppendAudit(ctx, model.AuditEntry{
		At: s.now(), Actor: of.Actor(), Action: model.AuditRead, Record: "stored_files/" + f.ID, HouseholdID: f.HouseholdID, Reason: "看走访照片",
	})
}

package people

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"

	"bangfu/service/access"
	"bangfu/service/model"
)

var (
	errOwnAlert = model.NewError(model.KindForbidden, "own_alert", "自己的紧急查看,要别人来核对")
	errNote     = model.NewError(model.KindInvalid, "note_missing", "请写明怎么核对的")
)

// Alert is one breaking of the glass as the office reads it.
type Alert struct {
	model.Alert
	Who, Checker string // name and roles of who looked, and of who looked into it
	Own          bool   // the reader's own looking
}

// raise says that the glass was broken: in the list that the office's console shows until somebody has looked into it,
// and in WeChat to those of the office whom it reaches there.
func (s *Service) raise(ctx context.Context, by access.Pass, householdID string, r Reading) error {
	id := make([]byte, 16)
	_, _ = rand.Read(id) // never fails: crypto/rand ends the process first
	alert := model.Alert{
		ID: hex.EncodeToString(id), At: s.now().UTC(), Actor: by.Actor(), HouseholdID: householdID,
		Groups: r.Groups, Reason: r.Reason, State: model.AlertOpen,
	}
	if err := s.store.InsertAlert(ctx, alert); err != nil {
		return err
	}
	who, err := s.reader(ctx, map[string]model.Staff{}, by.Actor(), nil)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("%s按紧急情况看了户号%s的资料,原因:%s。请核对。", who, householdID, r.Reason)
	return s.notify.TellOffice(ctx, "glass:"+alert.ID, text)
}

// Alerts are those of the households that the list reaches, newest first, at most limit of the farm's; with
// open only those that nobody has looked into.
func (s *Service) Alerts(ctx context.Context, l access.Lists, open bool, limit int64) ([]Alert, error) {
	state := model.AlertState("")
	if open {
		state = model.AlertOpen
	}
	all, err := s.store.Alerts(ctx, state, limit)
	if err != nil {
		return nil, err
	}
	list, readers := []Alert(nil), map[string]model.Staff{}
	for _, a := range all {
		ok, err := l.CanAccess(ctx, a.HouseholdID)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		named := Alert{Alert: a, Own: a.Actor == l.Actor()}
		if named.Who, err = s.reader(ctx, readers, a.Actor, nil); err != nil {
			return nil, err
		}
		if a.AcknowledgedBy != "" {
			if named.Checker, err = s.reader(ctx, readers, a.AcknowledgedBy, nil); err != nil {
				return nil, err
			}
		}
		list = append(list, named)
	}
	return list, nil
}

// AcknowledgeAlert says that somebody looked into it, and what they found. Errors: no_such_alert, own_alert,
// already_acknowledged, note_missing.
func (s *Service) AcknowledgeAlert(ctx context.Context, of access.Record[model.Alert], note string) error {
	if note = strings.TrimSpace(note); note == "" {
		return errNote
	}
	if of.Record().Actor == of.Actor() {
		return errOwnAlert
	}
	if err := s.store.AcknowledgeAlert(ctx, of.ID(), of.Actor(), note, s.now()); err != nil {
		return err
	}
	return s.note(ctx, of.Pass, model.AuditAlert, "alerts/"+of.ID(), of.Household().ID(), note)
}

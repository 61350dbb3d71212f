package model_test

import (
	"testing"
	"unicode"

	"bangfu/service/model"
)

// TestEverythingHasAChineseName: whatever a person can read has one, and a value that nobody named reads as itself, so that
// it is seen.
func TestEverythingHasAChineseName(t *testing.T) {
	labels := map[string]string{}
	for _, s := range append(model.StatusIdentified.Nexts(), model.StatusIdentified, model.StatusUnderAssistance, model.StatusExitProposed, model.StatusExited,
		model.StatusConsolidated, model.StatusRelapseWarning, model.StatusRelapsed) {
		named(labels, s, s.Label())
	}
	each(labels, model.Categories, model.Category.Label)
	each(labels, model.Systems, model.System.Label)
	each(labels, model.FundLevels, model.FundLevel.Label)
	each(labels, model.DonorKinds, model.DonorKind.Label)
	each(labels, model.Roles, model.Role.Label)
	each(labels, append([]model.FieldGroup{model.GroupPapers}, model.FieldGroups...), model.FieldGroup.Label)
	each(labels, model.VisitKinds, model.VisitKind.Label)
	each(labels, model.NeedKinds, model.NeedKind.Label)
	each(labels, model.NeedStates, model.NeedState.Label)
	each(labels, model.ObjectionStates, model.ObjectionState.Label)
	each(labels, model.ApplicationStates(), model.ApplicationState.Label)
	each(labels, model.ExcuseReasons, model.ExcuseLabel)
	each(labels, model.GuaranteeKinds, model.GuaranteeLabel)
	each(labels, model.DisclosureItems, func(i model.DisclosureItem) string { return model.DefaultSettings().ItemTitle(i) })
	each(labels, []model.MonthState{model.MonthOpen, model.MonthClosing, model.MonthClosed}, model.MonthState.Label)
	each(labels, []model.Relation{model.RelationHead, model.RelationSpouse, model.RelationChild, model.RelationParent, model.RelationGrandchild, model.RelationDaughterInLaw, model.RelationSonInLaw, model.RelationGrandparent, model.RelationSibling}, model.Relation.Label)
	each(labels, []model.Method{model.MethodTransfer, model.MethodCash, model.MethodInKind, model.MethodFeeWaiver, model.MethodPremium, model.MethodReimbursement},
		model.Method.Label)
	each(labels, []model.ExpectationState{model.ExpectedVisit, model.VisitedInTime, model.VisitedLate, model.VisitExcused, model.VisitCancelled,
		model.VisitExcuseOpen}, model.ExpectationState.Label)
	each(labels, []model.PairingRole{model.PairingLead, model.PairingMember}, model.PairingRole.Label)
	each(labels, []model.DividendKind{model.DividendBase, model.DividendSecondary}, model.DividendKind.Label)
	each(labels, []model.RunState{model.RunDraft, model.RunComputed, model.RunChecked, model.RunApproved, model.RunPublicised, model.RunPaying, model.RunSettled,
		model.RunReopened}, model.RunState.Label)
	each(labels, []model.DisclosureState{model.DisclosureDraft, model.DisclosurePreview, model.DisclosureApproved, model.DisclosurePublished, model.DisclosureObjecting,
		model.DisclosureClosed, model.DisclosureWithdrawn}, model.DisclosureState.Label)
	each(labels, []model.PublicChannel{model.ChannelTV, model.ChannelBoard, model.ChannelPlaza, model.ChannelWeChat}, model.PublicChannel.Label)
	each(labels, []model.AccessKind{model.AccessStatement, model.AccessVisits, model.AccessNeeds, model.AccessPapers, model.AccessHealth, model.AccessNames, model.AccessExport}, model.AccessKind.Label)
	each(labels, []model.ExportState{model.ExportProposed, model.ExportConfirmed, model.ExportRefused}, model.ExportState.Label)
	each(labels, []model.ActivityKind{model.ActivityMeeting, model.ActivityThemed, model.ActivityVolunteersJoin, model.ActivityVolunteerVisit,
		model.ActivityVolunteerMedical, model.ActivityVolunteerFarm}, model.ActivityKind.Label)
	each(labels, []model.AsideReason{model.AsideRepeated, model.AsideNoMatter}, model.AsideReason.Label)
	for _, i := range model.DisclosureItems {
		each(labels, model.PublicFields(i), model.PublicField.Label)
	}
	for _, k := range model.PaperKinds {
		named(labels, k.Code, model.PaperLabel(k.Code))
	}
	for _, k := range model.FactKinds {
		named(labels, k.Name, model.FactLabel(k.Name))
	}
	for value, l := range labels {
		if !chinese(l) {
			t.Errorf("%s is called %q", value, l)
		}
	}
	if len(labels) < 150 {
		t.Errorf("only %d names were looked at", len(labels))
	}
}

func TestWhatHasNoNameIsSeen(t *testing.T) {
	for _, got := range []string{
		model.Category("new").Label(), model.Role("new").Label(), model.ApplicationState("new").Label(), model.PaperLabel("new"), model.VisitKind("new").Label(),
		model.ExcuseLabel("new"), model.GuaranteeLabel("new"),
	} {
		if got != "new" {
			t.Errorf("%q", got)
		}
	}
	if model.AsideReason("new").Label() != "" {
		t.Error("strangers read a reason that is none")
	}
}

// TestKnownValues tells what is one of a list from what only looks so.
func TestKnownValues(t *testing.T) {
	if !model.KindTalk.Known() || model.VisitKind("tea").Known() || !model.NeedMedical.Known() || model.NeedKind("x").Known() ||
		!model.ActivityThemed.Known() || model.ActivityKind("x").Known() || !model.ChannelTV.Known() || model.PublicChannel("radio").Known() ||
		!model.StatusExited.Known() || model.HouseholdStatus("").Known() {
		t.Error("a list is not what it was")
	}
}

func each[T ~string](labels map[string]string, values []T, label func(T) string) {
	for _, v := range values {
		named(labels, v, label(v))
	}
}

// named keeps the worst label of a value that two lists have.
func named[T ~string](labels map[string]string, value T, label string) {
	if l, there := labels[string(value)]; !there || chinese(l) {
		labels[string(value)] = label
	}
}

func chinese(text string) bool {
	for _, r := range text {
		if unicode.Is(unicode.Han, r) {
			return true
		}
	}
	return false
}

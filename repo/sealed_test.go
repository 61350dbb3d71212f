package repo

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"bangfu/service/model"
)

// TestEverySealedFieldIsListed goes through everything that is stored: a sealed field that RotateKeys does
// not know would be lost with the old key.
func TestEverySealedFieldIsListed(t *testing.T) {
	stored := map[string]any{
		colUnits: model.Unit{}, colCadres: model.Cadre{}, colHouseholds: model.Household{}, colPersons: model.Person{},
		colPairings: model.Pairing{}, colIncomes: model.IncomeRecord{}, colEntries: model.Entry{}, colStatements: model.Statement{},
		colIdentities: model.Identity{}, colAccounts: model.Account{}, colBindCodes: model.BindCode{}, colStaff: model.Staff{},
		colSessions: model.Session{}, colInbox: model.InboxRow{}, colAnswers: model.InboxAnswer{}, colMessages: model.Message{}, colOutbox: model.Job{},
		colConsents: model.Consent{}, colSettings: model.Settings{}, colRevisions: model.Revision{}, colAudit: model.AuditEntry{},
		colHeads: auditHead{}, colForms: model.Form{}, colFilters: model.SavedFilter{},
		colExpectations: model.Expectation{}, colVisits: model.Visit{}, colNeeds: model.Need{}, colCounters: model.Counter{},
		colSuspensions: model.ChannelSuspension{}, colDeliveries: model.Delivery{}, colInPersonNotices: model.InPersonNotice{},
		colActivities: model.Activity{}, colDebriefings: model.Debriefing{}, colContracts: model.DoctorContract{}, colStored: model.StoredFile{},
		colImports: model.Import{}, colImportRows: model.ImportRow{}, colFiles: model.ImportPiece{},
		colCoops: model.Cooperative{}, colGreenhouses: model.Greenhouse{}, colAllotments: model.Allotment{}, colBatches: model.Batch{},
		colSales: model.Sale{}, colWages: model.Wage{}, colSubscriptions: model.Subscription{}, colDividends: model.DividendRun{},
		colProgrammes: model.Programme{}, colApplications: model.Application{}, colPapers: model.Paper{},
		colMonths: model.Month{}, colTotals: model.Totals{}, colFunds: model.Fund{}, colReceipts: model.Receipt{},
		colDonations: model.Donation{}, colLoans: model.Loan{}, colItems: model.Item{}, colMoves: model.Move{},
		colDisclosures: model.Disclosure{}, colObjections: model.Objection{},
		colNotices: model.PolicyNotice{}, colNoticeVersions: model.NoticeVersion{}, colNoticeReads: model.NoticeRead{},
		colBroadcasts: model.Broadcast{}, colRecipients: model.Recipient{}, colWaiting: model.WaitingBatch{}, colReports: model.EarlyReport{}, colClaims: model.Claim{}, colProgress: model.Progress{},
		colMassJobs: model.MassJob{}, colTries: model.Tries{}, colAlerts: model.Alert{},
		colAccessRecords: model.AccessRecord{}, colRequests: model.ExportRequest{},
		colUnheard: model.Unheard{}, colCues: model.Cue{}, colKeys: model.KeyUse{}, colBindTries: model.BindTries{}, colBackups: model.Backup{},
	}
	noType := []string{colMigrations, colNationalIDs, colSent, colMarks, colUnmatched} // none here, and nothing sealed so far
	for _, collection := range collections {
		if _, ok := stored[collection]; !ok && !slices.Contains(noType, collection) {
			t.Errorf("name the type of %s in this test", collection)
		}
	}
	for collection, doc := range stored {
		for _, field := range sealedPaths(reflect.TypeOf(doc), "") {
			if !slices.Contains(sealedFields[collection], field) {
				t.Errorf("%s.%s is sealed and not listed in sealedFields", collection, field)
			}
		}
	}
}

// sealedPaths are the sealed fields of a document, by their dotted paths.
func sealedPaths(typ reflect.Type, path string) (found []string) {
	switch typ.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer:
		if typ == reflect.TypeFor[model.Sealed]() {
			return []string{path}
		}
		return sealedPaths(typ.Elem(), path)
	case reflect.Struct:
		for f := range typ.Fields() {
			name, option, _ := strings.Cut(f.Tag.Get("bson"), ",")
			switch {
			case option == "inline":
				found = append(found, sealedPaths(f.Type, path)...)
			case f.IsExported():
				found = append(found, sealedPaths(f.Type, strings.Trim(path+"."+name, "."))...)
			}
		}
	}
	return found
}

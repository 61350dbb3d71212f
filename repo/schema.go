package repo

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
	colProbes     = "probes"

	colNationalIDs = "national_ids"

	colExpectations    = "visit_expectations"
	colVisits          = "visits"
	colNeeds           = "needs"
	colCounters        = "counters"
	colSent            = "sent_counts"
	colSuspensions     = "sending_holds"
	colDeliveries      = "deliveries"
	colUnmatched       = "unmatched_sends"
	colInPersonNotices = "hand_notices"
	colActivities      = "activities"
	colDebriefings     = "debriefings"
	colContracts       = "doctor_contracts"
	colStored          = "stored_files"

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

	colTries         = "login_tries"
	colAlerts        = "alerts"
	colAccessRecords = "looks"
	colRequests      = "export_requests"
	colMarks         = "marks"
	colBackups       = "backups"

	colUnheard = "unheard_sentences"
	colCues    = "lexicon_cues"
)

var collections = []string{
	colUnits, colCadres, colHouseholds, colPersons, colPairings, colIncomes, colEntries, colStatements,
	colIdentities, colAccounts, colBindCodes, colStaff, colSessions, colInbox, colAnswers, colMessages, colOutbox,
	colConsents, colSettings, colMigrations, colRevisions, colAudit, colHeads, colForms, colFilters, colImports,
	colImportRows, colFiles, colNationalIDs, colExpectations, colVisits, colNeeds, colCounters, colSent,
	colSuspensions, colDeliveries, colUnmatched, colInPersonNotices, colActivities, colDebriefings, colContracts, colStored,
	colCoops, colGreenhouses, colAllotments, colBatches, colSales, colWages, colSubscriptions, colDividends,
	colProgrammes, colApplications, colPapers,
	colMonths, colTotals, colFunds, colReceipts, colDonations, colLoans, colItems, colMoves,
	colDisclosures, colObjections,
	colNotices, colNoticeVersions, colNoticeReads, colBroadcasts, colRecipients, colWaiting, colReports, colClaims, colProgress,
	colMassJobs, colTries, colAlerts, colAccessRecords, colRequests, colMarks, colUnheard, colCues,
	colKeys, colBindTries, colBackups,
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
	{colStatements, []string{"year"}, false, "what every household got in a year"},
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
	{colOutbox, []string{"type", "due_at"}, false, "work of a type that is done in chunks"},
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
	{colUnmatched, []string{"at"}, false, "pruning of sends that no report was joined to"},
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
	{colUnheard, []string{"done", "times"}, false, "sentences that were not understood"},
	{colUnheard, []string{"last_at"}, false, "pruning of sentences"},
	{colAlerts, []string{"state"}, false, "alerts that nobody has looked into"},
	{colAccessRecords, []string{"household_id"}, false, "who looked at a household"},
	{colAccessRecords, []string{"day"}, false, "pruning of looks"},
	{colRequests, []string{"created_at"}, false, "the latest requests for a large file"},
	{colKeys, []string{"at"}, false, "pruning of keys"},
	{colBindTries, []string{"since"}, false, "pruning of counts"},
	{colBindCodes, []string{"household_id"}, false, "codes for a household whose binding ends"},
	{colInPersonNotices, []string{"until"}, false, "notices that wait to be told in person"},
	{colHouseholds, []string{"merged_into"}, false, "households that went into others"},
	{colHouseholds, []string{"status"}, false, "lists of households by their standing"},
	{colHouseholds, []string{"search"}, false, "households by what is typed"},
	{colIncomes, []string{"household_id"}, false, "incomes of a household"},
	{colFilters, []string{"staff_id"}, false, "filters that somebody has kept"},
	{colAccounts, []string{"barred"}, false, "accounts that are kept out"},
	{colBackups, []string{"begun_at"}, false, "the latest backups, and their pruning"},
}

package staff_test

import (
	"net/http"
	"strings"
	"testing"

	"bangfu/cmd/app/apptest"
	"bangfu/service/model"
)

// right is one route with an example of its path and who may call it, each role by its letter: Office,
// Secretary, Cadre, Finance, Doctor, Inspector, Publisher, Administrator.
type right struct{ path, roles string }

// rights has a row for every route of the office; a route without one fails the test.
var rights = map[string]right{
	"staff-logout":         {"/logout", "OSCFDIPA"},
	"staff-me":             {"/me", "OSCFDIPA"},
	"staff-password":       {"/password", "OSCFDIPA"},
	"staff-totp-start":     {"/totp", "OSCFDIPA"},
	"staff-totp-confirm":   {"/totp/confirm", "OSCFDIPA"},
	"staff-totp-stop":      {"/totp", "OSCFDIPA"},
	"staff-sessions":       {"/sessions", "OSCFDIPA"},
	"staff-session-end":    {"/sessions/x", "OSCFDIPA"},
	"staff-list":           {"/staff", "A"},
	"staff-duties":         {"/duties", "A"},
	"staff-make":           {"/staff", "A"},
	"staff-change":         {"/staff/doctor", "A"},
	"staff-reset-password": {"/staff/doctor/password", "A"},
	"staff-end-sessions":   {"/staff/doctor/sessions", "A"},
	"staff-names":          {"/staff-names", "OSCFDIPA"},
	"staff-bell":           {"/bell", "OSCFDIPA"},
	"staff-waiting-posts":  {"/post-proposals", "OA"},
	"staff-confirm-post":   {"/staff/doctor/posts/confirm", "OA"},
	"staff-refuse-post":    {"/staff/doctor/posts/refuse", "OA"},
	"staff-alerts":         {"/alerts", "O"},
	"staff-backups":        {"/backups", "OIA"},

	"staff-acknowledge-alert": {"/alerts/x/acknowledge", "O"},

	"staff-bind-code":      {"/bind-codes", "OS"},
	"staff-household-card": {"/household-cards", "OS"},

	"staff-bindings":          {"/households/H-001/bindings", "OS"},
	"staff-end-binding":       {"/households/H-001/bindings/x?why=调走了", "OS"},
	"staff-cadre-bindings":    {"/cadres/C-001/bindings", "OS"},
	"staff-end-cadre-binding": {"/cadres/C-001/bindings/x?why=调走了", "OS"},

	"staff-households":       {"/households", "OSCFDIP"},
	"staff-identify":         {"/households", "O"},
	"staff-household":        {"/households/H-001", "OSCFDIP"},
	"staff-edit-household":   {"/households/H-001", "O"},
	"staff-history":          {"/households/H-001/history", "OSCFDIP"},
	"staff-unmet":            {"/households/H-001/unmet?to=exited&on=2017-12-01", "OSCFDIP"},
	"staff-move":             {"/households/H-001/moves", "O"},
	"staff-correct":          {"/households/H-001/corrections", "O"},
	"staff-add-member":       {"/households/H-001/members", "O"},
	"staff-edit-member":      {"/households/H-001/members/P-001", "O"},
	"staff-leave":            {"/households/H-001/departures", "O"},
	"staff-split":            {"/households/H-001/split", "O"},
	"staff-merge":            {"/households/H-001/merge", "O"},
	"staff-unsplit":          {"/households/H-001/unsplit", "O"},
	"staff-unmerge":          {"/households/H-001/unmerge", "O"},
	"staff-income":           {"/households/H-001/incomes/2017", "OF"},
	"staff-pair":             {"/households/H-001/pairings", "OS"},
	"staff-handover":         {"/households/H-001/handovers", "OS"},
	"staff-fields":           {"/households/H-001/fields", "OSCFD"},
	"staff-looks":            {"/households/H-001/looks", "OSCFDIP"},
	"staff-board":            {"/aid-days/2018-01", "OSCFDIP"},
	"staff-reminders":        {"/aid-days/2018-01/reminders", "OIA"},
	"staff-excuse":           {"/excuses", "OS"},
	"staff-aid-day-settings": {"/aid-day-settings", "OSCFDIP"},
	"staff-set-aid-day":      {"/aid-day-settings", "OA"},
	"staff-preview-aid-day":  {"/aid-day-settings/preview", "OSCFDIP"},
	"staff-calendar":         {"/calendar/2018-01", "OSCFDIP"},
	"staff-visit-counts":     {"/visit-counts?from=2017-01&to=2017-12", "OSCFDIP"},
	"staff-record-visit":     {"/households/H-001/visits", "OS"},
	"staff-amend-visit":      {"/households/H-001/visits", "OS"},
	"staff-urge":             {"/aid-days/2018-01/urge", "OS"},
	"staff-visits":           {"/households/H-001/visits", "OSCFDIP"},
	"staff-visit-file":       {"/visit-files/x", "OSCFDIP"},
	"staff-needs":            {"/needs", "OSCFDIP"},
	"staff-raise-need":       {"/needs", "OS"},
	"staff-steer-need":       {"/needs/x/steps", "OS"},
	"staff-settings":         {"/settings", "OSCFDIP"},
	"staff-set-settings":     {"/settings", "OA"},
	"staff-need-file":        {"/needs/x/files/x", "OSCFDIP"},
	"staff-unheard":          {"/unheard", "O"},
	"staff-teach":            {"/unheard/x/teach", "O"},
	"staff-cues":             {"/cues", "O"},
	"staff-add-cue":          {"/cues", "O"},
	"staff-remove-cue":       {"/cues/x/remove", "O"},
	"staff-activities":       {"/activities?year=2017", "OSCFDIP"},
	"staff-keep-activity":    {"/activities", "O"},
	"staff-debriefings":      {"/debriefings?year=2017", "OSCFDIP"},
	"staff-keep-debriefing":  {"/debriefings", "O"},
	"staff-doctors":          {"/households/H-001/doctors", "OSCFDIP"},
	"staff-sign-doctor":      {"/households/H-001/doctors", "O"},
	"staff-sending":          {"/sending", "OIA"},
	"staff-resend":           {"/messages/resend", "OP"},
	"staff-resend-many":      {"/messages/resend-many", "OP"},
	"staff-resolve-message":  {"/messages/resolve", "OP"},
	"staff-totals":           {"/ledger/totals?year=2017", "OFI"},
	"staff-ledger-years":     {"/ledger/years", "OFI"},
	"staff-months":           {"/ledger/months?year=2017", "OFI"},
	"staff-close-month":      {"/ledger/months/2016-01/close", "F"},
	"staff-reopen-month":     {"/ledger/months/2016-02/reopen", "F"},
	"staff-entries":          {"/entries?year=2017&limit=1", "OFI"},
	"staff-entry":            {"/entry?id=none", "OFI"},
	"staff-post-entry":       {"/entries", "F"},
	"staff-reverse-entry":    {"/entries/reverse", "F"},
	"staff-statement":        {"/households/H-001/statement", "OSCFDIP"},
	"staff-report":           {"/reports/category?year=2017", "OFI"},
	"staff-report-file":      {"/reports/funds/file?year=2017", "OFI"},
	"staff-funds":            {"/funds?year=2017", "OFI"},
	"staff-put-fund":         {"/funds", "F"},
	"staff-receipts":         {"/fund-receipts?fund_id=2017/x", "OFI"},
	"staff-receive":          {"/fund-receipts", "F"},
	"staff-donations":        {"/donations?year=2017", "OFI"},
	"staff-donate":           {"/donations", "F"},
	"staff-thanks":           {"/donations/thanks?id=none", "F"},
	"staff-thanked":          {"/donations/thanked", "F"},
	"staff-loans":            {"/loans?limit=1", "OFI"},
	"staff-lend":             {"/loans", "F"},
	"staff-repay":            {"/loans/repayments", "F"},
	"staff-stock":            {"/stock", "OFI"},
	"staff-put-item":         {"/stock", "F"},
	"staff-moves":            {"/stock/moves?item_id=FLOUR", "OFI"},
	"staff-stock-up":         {"/stock/moves", "F"},
	"staff-issue-goods":      {"/stock/issues", "F"},
	"staff-take-goods-back":  {"/stock/returns", "F"},
	"staff-batch-check":      {"/batches", "F"},
	"staff-entry-batches":    {"/batches", "F"},
	"staff-batch":            {"/batches/entries:none", "F"},
	"staff-batch-commit":     {"/batches/entries:none/commit", "F"},
	"staff-batch-workbook":   {"/batches/entries:none/workbook", "F"},
	"staff-batch-drop":       {"/batches/entries:none", "F"},
	"staff-batch-template":   {"/batch-template", "F"},
	"staff-units":            {"/units", "OSCFDIP"},
	"staff-put-unit":         {"/units", "O"},
	"staff-cadres":           {"/cadres", "OSCFDIP"},
	"staff-put-cadre":        {"/cadres", "O"},
	"staff-register":         {"/register?on=2017-12-31", "OSCFDIP"},
	"staff-pairings":         {"/pairings?household_no=H-001", "OSCFDIP"},
	"staff-loads":            {"/loads", "OSCFDIP"},
	"staff-audit":            {"/audit", "OIA"},
	"staff-form":             {"/forms/household", "OSCFDIP"},
	"staff-new-form":         {"/forms/household", "OA"},
	"staff-imports":          {"/imports", "O"},
	"staff-import-check":     {"/imports?kind=households", "O"},
	"staff-import":           {"/imports/households:none", "O"},
	"staff-import-drop":      {"/imports/households:none", "O"},
	"staff-import-commit":    {"/imports/households:none/commit", "O"},
	"staff-import-changes":   {"/imports/households:none/changes", "O"},
	"staff-import-workbook":  {"/imports/households:none/workbook", "O"},
	"staff-template":         {"/templates/households", "O"},
	"staff-export":           {"/exports/households", "OF"},
	"staff-export-request":   {"/exports/households/requests", "OF"},
	"staff-report-request":   {"/reports/household/file/requests?year=2017", "OFI"},
	"staff-export-requests":  {"/export-requests", "OSCFDIPA"},
	"staff-export-decide":    {"/export-requests/x/decision", "OF"},
	"staff-filters":          {"/filters", "OSCFDIP"},
	"staff-keep-filter":      {"/filters", "OSCFDIP"},
	"staff-drop-filter":      {"/filters/x", "OSCFDIP"},
	"staff-coops":            {"/coops", "OFI"},
	"staff-put-coop":         {"/coops", "O"},
	"staff-greenhouses":      {"/greenhouses", "OFI"},
	"staff-put-greenhouse":   {"/greenhouses", "O"},
	"staff-allotments":       {"/allotments?year=2017", "OFI"},
	"staff-allot":            {"/allotments", "O"},
	"staff-batches":          {"/production-batches?year=2017", "OFI"},
	"staff-put-batch":        {"/production-batches", "O"},
	"staff-sales":            {"/sales?year=2017", "OFI"},
	"staff-put-sale":         {"/sales", "O"},
	"staff-wages":            {"/coops/K-001/wages?period=2018-05", "OFI"},
	"staff-put-wage":         {"/coops/K-001/wages", "O"},
	"staff-share-lists":      {"/coops/K-001/subscriptions", "OFI"},
	"staff-put-share-list":   {"/coops/K-001/subscriptions", "O"},
	"staff-freeze-shares":    {"/coops/K-001/subscriptions/2018/1/freeze", "O"},
	"staff-list-differences": {"/coops/K-001/differences?first=allotments/2017&second=K-001/2018/1", "OFI"},
	"staff-dividends":        {"/coops/K-001/dividends", "OFI"},
	"staff-put-dividend":     {"/coops/K-001/dividends/2018/base", "O"},
	"staff-dividend":         {"/coops/K-001/dividends/2018/base/1", "OFI"},
	"staff-compute-dividend": {"/coops/K-001/dividends/2018/base/1/compute", "O"},
	"staff-check-dividend":   {"/coops/K-001/dividends/2018/base/1/check", "O"},
	"staff-approve-dividend": {"/coops/K-001/dividends/2018/base/1/approve", "OF"},
	"staff-publish-dividend": {"/coops/K-001/dividends/2018/base/1/publicise", "O"},
	"staff-pay-dividend":     {"/coops/K-001/dividends/2018/base/1/pay", "F"},
	"staff-reverse-dividend": {"/coops/K-001/dividends/2018/base/1/reversals", "F"},
	"staff-reopen-dividend":  {"/coops/K-001/dividends/2018/base/1/reopen", "OF"},
	"staff-what-if":          {"/coops/K-001/dividends/2018/base/1/what-if", "OFI"},
	"staff-dividend-steps":   {"/coops/K-001/dividends/2018/base/1/statements/H-001", "OFI"},
	"staff-house-dividends":  {"/households/H-001/dividends", "OFI"},

	"staff-programmes":           {"/programmes", "OSCFI"},
	"staff-programme":            {"/programmes/new_entrant", "OSCFI"},
	"staff-new-programme":        {"/programmes/new_entrant", "O"},
	"staff-programme-terms":      {"/programme-terms", "OSCFI"},
	"staff-eligibility":          {"/households/H-001/eligibility", "OSCFI"},
	"staff-apply":                {"/households/H-001/applications", "O"},
	"staff-papers":               {"/households/H-001/papers", "OSCFI"},
	"staff-add-paper":            {"/households/H-001/papers", "O"},
	"staff-paper":                {"/households/H-001/papers/x?reason=%E8%AF%95%E4%B8%80%E8%AF%95%E7%9C%8B", "O"},
	"staff-drop-paper":           {"/households/H-001/papers/x", "O"},
	"staff-applications":         {"/applications", "OSCFI"},
	"staff-application":          {"/applications/x", "OSCFI"},
	"staff-application-step":     {"/applications/x/steps", "O"},
	"staff-approve-application":  {"/applications/x/approvals", "O"},
	"staff-pay-application":      {"/applications/x/payments", "F"},
	"staff-application-days":     {"/application-days", "OSCFI"},
	"staff-set-application-days": {"/application-days", "O"},

	"staff-disclosures":         {"/disclosures", "OP"},
	"staff-draft-disclosure":    {"/disclosures", "OP"},
	"staff-disclosure":          {"/disclosures/2017-funds-1", "OP"},
	"staff-preview-disclosure":  {"/disclosures/2017-funds-1/preview", "OP"},
	"staff-approve-disclosure":  {"/disclosures/2017-funds-1/approve", "O"},
	"staff-publish-disclosure":  {"/disclosures/2017-funds-1/publications", "OP"},
	"staff-withdraw-disclosure": {"/disclosures/2017-funds-1/withdraw", "OP"},
	"staff-disclosure-material": {"/disclosures/2017-funds-1/materials/crawl", "OP"},
	"staff-disclosure-settings": {"/disclosure-settings", "OP"},
	"staff-set-disclosures":     {"/disclosure-settings", "OP"},
	"staff-objections":          {"/objections", "OP"},
	"staff-assign-objection":    {"/objections/x/assign", "OP"},
	"staff-answer-objection":    {"/objections/x/answer", "OP"},
	"staff-approve-answer":      {"/objections/x/answer/approve", "O"},
	"staff-sort-objections":     {"/objections/sort", "O"},
	"staff-approve-withdrawal":  {"/disclosures/2017-funds-1/withdraw/approve", "O"},

	"staff-approve-disclosure-settings": {"/disclosure-settings/approve", "O"},

	"staff-close-objection":      {"/objections/x/close", "OP"},
	"staff-objection-owners":     {"/objection-owners", "OP"},
	"staff-wechat-tags":          {"/wechat-tags", "OP"},
	"staff-objection-contact":    {"/objections/x/contact", "OP"},
	"staff-notices":              {"/notices", "OSCIP"},
	"staff-make-notice":          {"/notices", "OP"},
	"staff-notice":               {"/notices/N-1", "OSCIP"},
	"staff-change-notice":        {"/notices/N-1", "OP"},
	"staff-submit-notice":        {"/notices/N-1/submit", "OP"},
	"staff-approve-notice":       {"/notices/N-1/approve", "O"},
	"staff-return-notice":        {"/notices/N-1/return", "O"},
	"staff-publish-notice":       {"/notices/N-1/publish", "OP"},
	"staff-withdraw-notice":      {"/notices/N-1/withdraw", "OP"},
	"staff-notice-knowing":       {"/notices/N-1/knowing", "OSCIP"},
	"staff-notice-told":          {"/notices/N-1/told", "OP"},
	"staff-broadcasts":           {"/broadcasts", "OSCIP"},
	"staff-make-broadcast":       {"/broadcasts", "OP"},
	"staff-broadcast":            {"/broadcasts/B-1", "OSCIP"},
	"staff-change-broadcast":     {"/broadcasts/B-1", "OP"},
	"staff-broadcast-history":    {"/broadcasts/B-1/history", "OSCIP"},
	"staff-broadcast-preview":    {"/broadcasts/B-1/preview", "OSCIP"},
	"staff-broadcast-test":       {"/broadcasts/B-1/test", "OP"},
	"staff-broadcast-submit":     {"/broadcasts/B-1/submit", "OP"},
	"staff-broadcast-approve":    {"/broadcasts/B-1/approve", "O"},
	"staff-broadcast-reject":     {"/broadcasts/B-1/reject", "O"},
	"staff-broadcast-start":      {"/broadcasts/B-1/start", "OP"},
	"staff-broadcast-pause":      {"/broadcasts/B-1/pause", "OP"},
	"staff-broadcast-resume":     {"/broadcasts/B-1/resume", "OP"},
	"staff-broadcast-cancel":     {"/broadcasts/B-1/cancel", "OP"},
	"staff-broadcast-retry":      {"/broadcasts/B-1/retry", "OP"},
	"staff-broadcast-progress":   {"/broadcasts/B-1/progress", "OSCIP"},
	"staff-broadcast-events":     {"/broadcasts/B-1/events", "OSCIP"},
	"staff-broadcast-recipients": {"/broadcasts/B-1/recipients", "OSCIP"},
	"staff-broadcast-resolve":    {"/broadcasts/B-1/recipients/x", "OP"},
	"staff-broadcast-export":     {"/broadcasts/B-1/export", "OSCIP"},
	"staff-broadcast-request":    {"/broadcasts/B-1/export/requests", "OSCIP"},
}

var letters = map[string]model.Role{
	"O": model.RoleOffice, "S": model.RoleSecretary, "C": model.RoleCadre, "F": model.RoleFinance, "D": model.RoleDoctor,
	"I": model.RoleInspector, "P": model.RolePublisher, "A": model.RoleAdministrator,
}

// staffRoutes are the operations of the office in the API's own document: id → method.
func staffRoutes(t *testing.T, r *apptest.Running) map[string]string {
	t.Helper()
	var api struct {
		Paths map[string]map[string]struct {
			ID string `json:"operationId"`
		}
	}
	r.Call(http.MethodGet, "/openapi.json", "", nil).JSON(t, &api)
	routes := map[string]string{}
	for path, methods := range api.Paths {
		for method, op := range methods {
			if strings.HasPrefix(path, "/staff/v1/") && op.ID != "staff-login" {
				routes[op.ID] = strings.ToUpper(method)
			}
		}
	}
	return routes
}

// TestEveryRouteForEveryDuty calls every route as every role, as nobody, and as somebody without a role.
// Whoever may call it gets past the door, whatever the empty request is then told.
func TestEveryRouteForEveryDuty(t *testing.T) {
	r := apptest.Boot(t)
	tokens := map[string]string{"": "", "none": r.Staff("none", "")}
	for letter, role := range letters {
		tokens[letter] = r.Staff("duty-"+letter, "C-001", model.RoleAssignment{Role: role})
	}
	routes := staffRoutes(t, r)
	if len(routes) < 30 {
		t.Fatalf("only %d routes", len(routes))
	}
	for id, method := range routes {
		row, ok := rights[id]
		if !ok {
			t.Errorf("%s has no row in the table of rights", id)
			continue
		}
		if id == "staff-logout" || id == "staff-password" {
			continue // would end the log-ins of the others; everybody may
		}
		for who, token := range tokens {
			a := r.Call(method, "/staff/v1"+row.path, token, "{}")
			want := "past the door"
			switch {
			case who == "":
				want = "not_logged_in"
			case who == "none" && row.roles != "OSCFDIPA", who != "none" && !strings.Contains(row.roles, who):
				want = "not_your_duty"
			}
			got := a.Code()
			if want == "past the door" && got != "not_logged_in" && got != "not_your_duty" && a.Status < 500 {
				continue
			}
			if got != want {
				t.Errorf("%s as %q: %d %s, want %s", id, who, a.Status, got, want)
			}
		}
	}
}

// TestAHouseholdOutOfReach is the same as one that does not exist, for every route that names one.
func TestAHouseholdOutOfReach(t *testing.T) {
	r := apptest.Boot(t)
	var elsewhere string
	for _, u := range []string{"U-area-2", "U-area-3", "U-area-4"} {
		elsewhere = u
	}
	bodies := map[string]doc{
		"staff-edit-household": {"rev": 1, "why": "试"}, "staff-move": {"rev": 1, "to": "removed", "on": "2017-12-20", "evidence": "试"},
		"staff-correct":    {"rev": 1, "line": 1, "status": "exited", "on": "2017-12-20", "evidence": "试"},
		"staff-add-member": {"name": "试", "national_id": apptest.NationalID(9), "relation": "child", "from": "2017-12-01"}, "staff-edit-member": {"rev": 1, "why": "试"},
		"staff-leave":   {"person_id": "P-001", "status": "deceased", "on": "2017-12-20", "evidence": "试"},
		"staff-split":   {"new_household_no": "H-999", "head_person_id": "P-001", "person_ids": []string{"P-001"}, "on": "2017-12-20", "evidence": "试"},
		"staff-merge":   {"into_household_no": "H-002", "on": "2017-12-20", "evidence": "试"},
		"staff-unsplit": {"into_household_no": "H-002", "why": "试"},
		"staff-unmerge": {"why": "试"}, "staff-fields": {"groups": []string{"contact"}, "reason": "试一试看"},
		"staff-record-visit": {"client_key": "key-0001", "cadre_id": "C-001", "on": "2017-12-20"},
		"staff-amend-visit":  {"id": "x", "why": "听错了"},
		"staff-pair":         {"cadre_id": "C-001", "from": "2017-12-20"},
		"staff-sign-doctor":  {"doctor": "试", "from": "2017-12-20"},
		"staff-handover":     {"pairing_id": "H-001/C-001/2017-01-01", "on": "2017-12-28", "reason": "试"},
		"staff-apply":        {"client_key": "12345678", "programme": "loan"},
		"staff-add-paper":    {"kind": "other", "content": "/9j/"},
		"staff-income":       {"why": "试", "wage_yuan": "1", "operating_yuan": "", "property_yuan": "", "transfer_yuan": "", "costs_yuan": "", "members": 1},
	}
	for letter, role := range letters {
		token := r.Staff("far-"+letter, "C-110", model.RoleAssignment{Role: role, UnitID: elsewhere})
		for id, method := range staffRoutes(t, r) {
			row := rights[id]
			if !strings.HasPrefix(row.path, "/households/H-001") || !strings.Contains(row.roles, letter) {
				continue
			}
			var body any
			if b, ok := bodies[id]; ok {
				body = b
			} else if method != http.MethodGet {
				body = doc{}
			}
			a := r.Call(method, "/staff/v1"+row.path, token, body)
			if a.Status != 404 || a.Code() != "no_such_household" {
				t.Errorf("%s as %s of %s: %d %s", id, role, elsewhere, a.Status, a.Body)
			}
		}
		if strings.Contains(rights["staff-households"].roles, letter) {
			if a := r.Call(http.MethodGet, "/staff/v1/households?text=H-001", token, nil); strings.Contains(a.Body, "H-001") {
				t.Errorf("%s of %s finds it in the list", role, elsewhere)
			}
		}
	}
}

// TestSomePostsNeedASecondFactor goes through every role of the demo: whose post needs it does nothing without.
func TestSomePostsNeedASecondFactor(t *testing.T) {
	r := apptest.Boot(t, apptest.With("SECOND_FACTOR", "office,finance,publisher,administrator"))
	for name, must := range map[string]bool{
		"office": true, "finance": true, "publisher": true, "admin": true,
		"secretary": false, "c-001": false, "doctor": false, "inspector": false,
	} {
		a := r.StaffLogIn(name, apptest.DemoPassword, "")
		token := apptest.Token(t, a)
		var out struct {
			Must bool `json:"must_enrol_totp"`
		}
		if a.JSON(t, &out); out.Must != must {
			t.Errorf("%s has to enrol: %v", name, out.Must)
		}
		if !must {
			apptest.WantStatus(t, name, r.Call(http.MethodGet, "/staff/v1/sessions", token, nil), 200)
			continue
		}
		for id, method := range staffRoutes(t, r) {
			switch id {
			case "staff-me", "staff-logout", "staff-password", "staff-totp-start", "staff-totp-confirm":
				continue
			}
			apptest.WantProblem(t, name+" "+id, r.Call(method, "/staff/v1"+rights[id].path, token, "{}"), 403, "must_enrol_totp")
		}
		apptest.WantStatus(t, "who am I", r.Call(http.MethodGet, "/staff/v1/me", token, nil), 200)
	}
}

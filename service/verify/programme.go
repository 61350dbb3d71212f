package verify

// Programme codes by which the published details are found among the ledger entries.
// Whoever posts such an entry must use these codes, or the detail reads as zero.
const (
	ProgrammePremium         = "premium"          // the yearly basic medical premium, per person
	ProgrammeChronic         = "chronic"          // reimbursement for members on the chronic list
	ProgrammeReliefMedical   = "relief_medical"   // medical relief out of the relief fund
	ProgrammeNewEntrant      = "new_entrant"      // one-off grant on entering college
	ProgrammeSeniorSecondary = "senior_secondary" // grant for senior secondary school
	ProgrammeUniversity      = "university"       // grant for students already at university
	ProgrammeNursery         = "nursery_waiver"   // nursery fee waived
	ProgrammeHeating         = "heating"          // winter heating aid
	ProgrammeHousingRent     = "housing_rent"     // subsidy for low-rent housing
)

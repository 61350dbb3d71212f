package model

import (
	"bytes"
	"slices"
)

// PaperKind is a kind of paper that programmes ask for.
type PaperKind struct {
	Code   string `json:"code"`
	Label  string `json:"label"`
	Person bool   `json:"person" doc:"每个人一份,不是一户一份"`
}

// PaperKinds lists every kind.
var PaperKinds = []PaperKind{
	{"household_register", "户口本", false},
	{"id_card", "身份证", true},
	{"subsistence_card", "低保证", false},
	{"disability_card", "残疾人证", true},
	{"admission_letter", "录取通知书", true},
	{"enrolment_proof", "在读证明", true},
	{"diagnosis", "诊断证明", true},
	{"medical_bills", "医药费票据", true},
	{"rent_contract", "租房合同", false},
	{"bank_card", "银行卡", false},
	{"other", "其他证明", false},
}

func paperKind(code string) (PaperKind, bool) {
	i := slices.IndexFunc(PaperKinds, func(k PaperKind) bool { return k.Code == code })
	if i < 0 {
		return PaperKind{}, false
	}
	return PaperKinds[i], true
}

// PaperLabel is what people call the kind.
func PaperLabel(code string) string {
	if k, ok := paperKind(code); ok {
		return k.Label
	}
	return code
}

// Paper is a photograph or a document that a household handed in once, for all its applications. Its content is
// the StoredFile of the same id. ID is household + kind + person + a hash of the content, so that the same file is the
// same paper.
type Paper struct {
	ID          string `bson:"_id"`
	Record      `bson:",inline"`
	HouseholdID string   `bson:"household_id"`
	PersonID    string   `bson:"person_id"` // empty: the household's
	Kind        string   `bson:"kind"`
	Type        string   `bson:"type"` // of the content, as its first bytes say
	Size        int      `bson:"size"`
	ValidTo     Date     `bson:"valid_to"` // empty: for good
	Used        []string `bson:"used"`     // applications that rest on it
	Gone        bool     `bson:"gone"`     // being removed; nobody sees it any more
}

// MaxPaper is the largest paper.
const MaxPaper = 5 << 20

var (
	errPaperKind = NewError(KindInvalid, "paper_kind", "请选是哪种材料;按人算的材料要写明是谁的")
	errPaperType = NewError(KindInvalid, "paper_type", "只收照片(JPG、PNG)和PDF,这个文件不是")
	errPaperSize = NewError(KindInvalid, "paper_size", "文件是空的,或者超过5MB,请把照片拍小一点")
	errPaperDate = NewError(KindInvalid, "paper_valid_to", "有效期写得不对,或者已经过期")
)

// CheckPaper is KindInvalid for a paper that cannot be taken.
func CheckPaper(p Paper, content []byte, today Date) error {
	kind, known := paperKind(p.Kind)
	switch {
	case !known || kind.Person != (p.PersonID != ""):
		return errPaperKind
	case len(content) == 0 || len(content) > MaxPaper:
		return errPaperSize
	case PaperType(content) == "":
		return errPaperType
	case p.ValidTo != "" && (!isDate(string(p.ValidTo)) || p.ValidTo < today):
		return errPaperDate
	}
	return nil
}

var paperTypes = []struct{ magic, mime string }{
	{"\xff\xd8\xff", "image/jpeg"}, {"\x89PNG\r\n\x1a\n", "image/png"}, {"%PDF-", "application/pdf"},
}

// PaperType is the type of a content by its first bytes, whatever its name says; empty for one that is not taken.
func PaperType(content []byte) string {
	for _, t := range paperTypes {
		if bytes.HasPrefix(content, []byte(t.magic)) {
			return t.mime
		}
	}
	return ""
}

// Fits reports whether the paper serves as the kind for the person on the day; for the household, personID empty, a
// person's paper is any member's.
func (p Paper) Fits(kind, personID string, day Date) bool {
	k, _ := paperKind(kind)
	return !p.Gone && p.Kind == kind && (!k.Person || personID == "" || p.PersonID == personID) && (p.ValidTo == "" || day <= p.ValidTo)
}

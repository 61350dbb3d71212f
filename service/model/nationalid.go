package model

import "strings"

var idWeights = [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}

// IDCheckDigit is the 18th character of a resident id whose first 17 digits are given (GB 11643-1999);
// 0 when they are not 17 digits.
func IDCheckDigit(first17 string) byte {
	if len(first17) != 17 || strings.Trim(first17, "0123456789") != "" {
		return 0
	}
	sum := 0
	for i, w := range idWeights {
		sum += int(first17[i]-'0') * w
	}
	return "10X98765432"[sum%11]
}

// CheckNationalID checks an 18-character resident id (GB 11643-1999) and returns the birth date and the
// sex that stand in it. x as the last character counts as X.
func CheckNationalID(id string) (born Date, sex string, err error) {
	id = FoldID(id)
	if len(id) != 18 || IDCheckDigit(id[:17]) == 0 {
		return "", "", NewError(KindInvalid, "national_id_form", "身份证号要18位,前17位是数字")
	}
	if IDCheckDigit(id[:17]) != id[17] {
		return "", "", NewError(KindInvalid, "national_id_check", "身份证号的最后一位对不上,请核对有没有写错")
	}
	born, dateErr := ParseDate(id[6:10] + "-" + id[10:12] + "-" + id[12:14])
	if dateErr != nil {
		return "", "", NewError(KindInvalid, "national_id_birth", "身份证号里的出生日期不对")
	}
	if (id[16]-'0')%2 == 1 {
		return born, "male", nil
	}
	return born, "female", nil
}

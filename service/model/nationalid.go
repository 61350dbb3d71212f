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

package model

import "slices"

// compoundSurnames are the surnames of two characters that people bear. One whose first character is a common surname by
// itself (东方, 左丘) is left out: what followed it would be a letter of a given name.
var compoundSurnames = []string{
	"欧阳", "司马", "上官", "诸葛", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "轩辕", "夏侯", "端木", "呼延", "万俟", "闻人",
	"申屠", "濮阳", "淳于", "澹台", "太史", "赫连", "钟离", "鲜于", "闾丘", "司徒", "司空", "拓跋", "独孤", "西门", "南宫", "百里",
}

// Surname is the part of a name that a mask may show: of a name of three characters and more the two of a compound
// surname, otherwise the first.
func Surname(name string) string {
	runes := []rune(name)
	if len(runes) > 2 && slices.Contains(compoundSurnames, string(runes[:2])) {
		return string(runes[:2])
	}
	return string(runes[:min(len(runes), 1)])
}

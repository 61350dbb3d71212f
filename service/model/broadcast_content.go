package model

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Variables are the words in braces that a broadcast's texts may hold, in the order of Recipient.Vars.
var Variables = []string{"户号", "户主", "单位", "干部", "姓名"}

// cadreVariables are those that a cadre has: what is written to one is about no household.
var cadreVariables = []string{"单位", "干部", "姓名"}

// VariablesOf are the variables that every recipient of the audience may have a value for.
func (a BroadcastAudience) VariablesOf() []string {
	if a.To == "cadres" {
		return cadreVariables
	}
	return Variables
}

var variable = regexp.MustCompile(`\{([^{}]*)\}`)

// maxMessage is the most bytes of a customer or mass message.
const maxMessage = 2048

var errContent = NewError(KindInvalid, "broadcast_content", "内容不能这样发")

// Fill is the content with the variables' values in their places. A value that is missing leaves nothing.
func (c BroadcastContent) Fill(vars []string) BroadcastContent {
	fill := func(text string) string {
		if !strings.Contains(text, "{") {
			return text
		}
		return variable.ReplaceAllStringFunc(text, func(word string) string {
			if i := slices.Index(Variables, word[1:len(word)-1]); i >= 0 && i < len(vars) {
				return vars[i]
			}
			return ""
		})
	}
	return BroadcastContent{About: fill(c.About), When: fill(c.When), More: fill(c.More), Text: fill(c.Text)}
}

// Uses reports whether some text holds the variable.
func (c BroadcastContent) Uses(name string) bool {
	return strings.Contains(c.About+c.When+c.More+c.Text, "{"+name+"}")
}

// Missing is the first variable of the texts that these values leave empty; empty when each has its value.
func (c BroadcastContent) Missing(vars []string) string {
	for i, name := range Variables {
		if c.Uses(name) && (i >= len(vars) || vars[i] == "") {
			return name
		}
	}
	return ""
}

// Fault says in Chinese what WeChat would refuse of the filled content; empty when it would take it. fields are
// the names of the template's three fields.
func (c BroadcastContent) Fault(fields [3]string, mass bool) string {
	if strings.TrimSpace(c.Text) == "" || len(c.Text) > maxMessage || !utf8.ValidString(c.Text) {
		return fmt.Sprintf("全文要有内容,不超过%d个字节(约680个字)", maxMessage)
	}
	if mass {
		return ""
	}
	for i, value := range []string{c.About, c.When, c.More} {
		name := []string{"事项", "日期", "说明"}[i]
		switch why := FieldFault(fields[i], value); why {
		case "":
		case "is empty":
			return name + "没有内容"
		case "is too long":
			return fmt.Sprintf("%s“%s”有%d个字,微信最多收20个", name, value, utf8.RuneCountInString(value))
		default:
			return name + "里有微信不收的字符(如换行)"
		}
	}
	if !datePattern.MatchString(c.When) {
		return "日期要写成2018年1月5日这样"
	}
	return ""
}

var datePattern = regexp.MustCompile(`^\d{4}年\d{1,2}月\d{1,2}日( \d{1,2}:\d{2})?$|^\d{4}-\d{2}-\d{2}( \d{2}:\d{2})?$`)

// Check refuses content that could be sent to nobody: variables that the audience does not have, or a fault that no
// variable mends.
func (c BroadcastContent) Check(fields [3]string, mass bool, to BroadcastAudience) error {
	if mass && variable.MatchString(c.Text) {
		return errContent.saying("群发给所有人的是同一段话,不能有变量")
	}
	for _, found := range variable.FindAllStringSubmatch(c.About+c.When+c.More+c.Text, -1) {
		if known := to.VariablesOf(); !slices.Contains(known, found[1]) {
			return errContent.saying("发给这些人没有{" + found[1] + "}这个变量,可以用:{" + strings.Join(known, "}{") + "}")
		}
	}
	if why := c.Fill([]string{"某", "某", "某", "某", "某"}).Fault(fields, mass); why != "" {
		return errContent.saying(why)
	}
	return nil
}

// Chooses reports whether the audience chooses the household by the rule (not by the lists). under is the path of
// its unit, ages those of its members, programmes what it gets this year.
func (a BroadcastAudience) Chooses(h Household, under []string, ages []int, programmes map[string]bool, today Date) bool {
	switch {
	case a.Only, h.Status.Ended(), a.To != "households":
		return false
	case len(a.Units) > 0 && !slices.ContainsFunc(under, func(u string) bool { return slices.Contains(a.Units, u) }):
		return false
	case len(a.Statuses) > 0 && !slices.Contains(a.Statuses, h.Status):
		return false
	case a.Programme != "" && !programmes[a.Programme]:
		return false
	case !a.aged(ages):
		return false
	}
	return len(a.Attributes) == 0 || slices.ContainsFunc(a.Attributes, func(k string) bool { return h.HasAttribute(k, today) })
}

// aged reports whether somebody of the ages is meant.
func (a BroadcastAudience) aged(ages []int) bool {
	if a.AgeFrom == 0 && a.AgeTo == 0 {
		return true
	}
	return slices.ContainsFunc(ages, func(n int) bool { return n >= a.AgeFrom && (a.AgeTo == 0 || n <= a.AgeTo) })
}

// ChoosesCadre reports whether the rule chooses the cadre. roles are their parts in open pairings.
func (a BroadcastAudience) ChoosesCadre(under []string, roles []PairingRole) bool {
	switch {
	case a.Only, a.To != "cadres":
		return false
	case len(a.Units) > 0 && !slices.ContainsFunc(under, func(u string) bool { return slices.Contains(a.Units, u) }):
		return false
	}
	return a.Role == "" || slices.Contains(roles, PairingRole(a.Role))
}

// AgeOn is how old somebody born on the day birth is on another.
func AgeOn(birth, day Date) int {
	if len(birth) != len("2006-01-02") || len(day) != len(birth) {
		return 0
	}
	age := day.Year() - birth.Year()
	if day[5:] < birth[5:] {
		age--
	}
	return age
}

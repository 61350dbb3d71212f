package bot

import (
	"slices"
	"strconv"
	"strings"

	"bangfu/service/model"
)

// answer is what the person reads; choices are what their next single digit, or their next words, will mean.
// An empty text means that there is nothing to say.
type answer struct {
	text    string
	choices []model.Choice
}

// say is an answer without choices.
func say(text string) answer { return answer{text: text} }

// oneDigit is how many choices are answered with a single digit.
const oneDigit = 9

// offer adds a numbered choice: a line with the next digit, and the command that it stands for.
func (a *answer) offer(label, command string) {
	digit := strconv.Itoa(len(a.choices) + 1) // listen comes last
	a.choices = append(a.choices, model.Choice{Digit: digit, Command: command, Label: label})
	a.text = lines(a.text, digit+" "+label)
}

// yesNo offers the two answers of a question, which can be given in a word as well.
func (a *answer) yesNo(yes, yesLabel, no, noLabel string) {
	first := len(a.choices)
	a.offer(yesLabel, yes)
	a.offer(noLabel, no)
	a.choices[first].Means, a.choices[first+1].Means = model.MeansYes, model.MeansNo
}

// listen lets whatever the person says next follow the command; for says what it waits for. Every such question has a
// way out, which it names.
func (a *answer) listen(command, label string) {
	a.choices = append(a.choices, model.Choice{Command: command, Label: label})
	a.text = lines(a.text, wayOut)
}

// prompt is said only when there is something to choose.
func (a answer) prompt(text string) string {
	if len(a.choices) == 0 {
		return ""
	}
	return text
}

// digitsOf are the choices without what waits for words.
func digitsOf(list []model.Choice) []model.Choice {
	return slices.DeleteFunc(slices.Clone(list), func(c model.Choice) bool { return c.Digit == "" })
}

// withWay ends an answer that offers nothing and names nothing to say with how to go on and how to reach a person, so
// that no answer is a dead end.
func (a answer) withWay() answer {
	if a.text != "" && len(a.choices) == 0 && !strings.Contains(a.text, "“") {
		a.text = lines(a.text, "还有事,回“"+model.CommandHelp+"”;找人,回“"+model.CommandPerson+"”。")
	}
	return a
}

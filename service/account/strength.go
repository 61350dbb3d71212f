package account

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"bangfu/service/model"

	"github.com/mozillazg/go-pinyin"
	"github.com/trustelem/zxcvbn"
)

// What a password has to be. How hard it is to guess counts, not which kinds of characters are in it: zxcvbn's "safely
// unguessable" begins at 10^8 guesses. The tries that a name bears (door) leave an attacker some thousands a day.
const (
	minPassword   = 8
	enoughGuesses = 1e8
	looksAt       = 40 // characters: a password is as strong as its beginning, and the work grows with the square
)

var (
	errShort  = model.NewError(model.KindInvalid, "password_short", fmt.Sprintf("密码至少要%d个字符", minPassword))
	errIsName = model.NewError(model.KindInvalid, "password_is_name", "这个密码里大半是名字、登录名或者单位的名字,知道您的人容易猜到,请换一个")
	errCommon = model.NewError(model.KindInvalid, "password_common", "这个密码容易被猜到。请长一些,用几个不相干的词,不要用日期、电话和连着的键")
)

// commonPasswords are words that many here use and the library does not know, a line each.
//
//go:embed common-passwords.txt
var commonPasswords string

var common = sync.OnceValue(func() []string { return strings.Fields(commonPasswords) })

// checkPassword says what is wrong with a new password for the log-in.
func (s *Service) checkPassword(ctx context.Context, staff model.Staff, password string) error {
	settings, err := s.store.Settings(ctx)
	if err != nil {
		return err
	}
	units, err := s.store.Units(ctx)
	if err != nil {
		return err
	}
	names := []string{staff.ID, staff.Name, settings.FarmName}
	for _, u := range units {
		names = append(names, u.Name)
	}
	return judge(password, ownWords(names))
}

// productWords are the product's own.
var productWords = []string{"bangfu", "帮扶", "扶贫", "扶贫办"}

// ownWords are what somebody who knows the person and the farm tries first: the names, how they begin, and what stands
// between their digits and signs, all in pinyin and by initials, too. The likelier ones come first.
func ownWords(names []string) []string {
	seen, words := map[string]bool{}, []string{}
	add := func(list ...string) {
		for _, w := range list {
			if utf8.RuneCountInString(w) > 1 && !seen[w] {
				seen[w], words = true, append(words, w)
			}
		}
	}
	for _, n := range append(names, productWords...) {
		n = strings.ToLower(n)
		stem := string([]rune(n)[:min(2, utf8.RuneCountInString(n))]) // 红卫 of 红卫农场
		add(n, latin(n), latin(stem), initials(n))
		add(strings.FieldsFunc(n, func(r rune) bool { return strings.ContainsRune("0123456789._- ", r) })...)
	}
	return words
}

// judge takes a password as it is, in pinyin, and without its signs, and the weakest counts: the library finds no Chinese
// word, 红卫农场 is no harder to guess than hongweinongchang, and admin@12345 little harder than admin12345: a sign is
// worth ten guesses. What is left without the own words has to be strong by itself.
func judge(password string, own []string) error {
	if utf8.RuneCountInString(password) < minPassword {
		return errShort
	}
	beginning := strings.ToLower(string([]rune(password)[:min(looksAt, utf8.RuneCountInString(password))]))
	spoken := latin(beginning)
	bare := strings.Map(letter, spoken)
	signs := utf8.RuneCountInString(spoken) - utf8.RuneCountInString(bare)
	var weak error
	for text, enough := range map[string]float64{
		beginning: enoughGuesses, spoken: enoughGuesses, bare: enoughGuesses / math.Pow10(signs),
	} {
		if err := judgeText(text, enough, own); err != nil && !errors.Is(weak, errIsName) {
			weak = err
		}
	}
	return weak
}

func judgeText(text string, enough float64, own []string) error {
	rest := without(text, own)
	if len(rest) < len(text) && zxcvbn.PasswordStrength(rest, common()).Guesses < enough {
		return errIsName
	}
	found := zxcvbn.PasswordStrength(text, slices.Concat(own, common()))
	if found.Guesses >= enough {
		return nil
	}
	for _, m := range found.Sequence { // backwards, or with digits for letters
		if m.DictionaryName == "user_inputs" && 2*len(m.Token) >= len(text) && slices.Contains(own, m.MatchedWord) {
			return errIsName
		}
	}
	return errCommon
}

// letter is the letter or digit, and -1 for a sign.
func letter(r rune) rune {
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return r
	}
	return -1
}

// without takes the own words of three letters and more out of a text, the longest first.
func without(text string, own []string) string {
	longest := slices.SortedStableFunc(slices.Values(own), func(a, b string) int { return len(b) - len(a) })
	for _, w := range longest {
		if len(w) > 2 {
			text = strings.ReplaceAll(text, w, "")
		}
	}
	return text
}

// latin is the text with its Chinese characters in pinyin.
func latin(text string) string { return transcribe(text, pinyin.Normal) }

// initials are the first letters of the pinyin.
func initials(text string) string { return transcribe(text, pinyin.FirstLetter) }

func transcribe(text string, style int) string {
	args := pinyin.NewArgs()
	args.Style, args.Fallback = style, func(r rune, _ pinyin.Args) []string { return []string{string(r)} }
	return strings.Join(pinyin.LazyPinyin(text, args), "")
}

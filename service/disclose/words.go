package disclose

import (
	"context"
	"strings"
	"unicode"

	"bangfu/service/model"
)

// impersonal refuses a disclosure in which something names somebody on the register or holds a number of theirs.
func (s *Service) impersonal(ctx context.Context, names []string, d model.Disclosure) error {
	texts, cadres := d.Texts()
	if err := model.Impersonal(names, texts...); err != nil {
		return err
	}
	if err := model.Impersonal(nil, cadres...); err != nil {
		return err
	}
	return s.impersonalContact(ctx, names, d.Contact)
}

// impersonalText refuses one text for the public.
func (s *Service) impersonalText(ctx context.Context, text string) error {
	names, err := s.store.PersonNames(ctx)
	if err != nil {
		return err
	}
	return model.Impersonal(names, text)
}

// impersonalContact is for the words that say where to object by word of mouth: the office's own telephone may stand in
// them, those of the register may not.
func (s *Service) impersonalContact(ctx context.Context, names []string, contact string) error {
	for {
		word := model.Leak(names, contact)
		if word == "" {
			return nil
		}
		phone, err := s.registered(ctx, word)
		rest := strings.Replace(contact, word, " ", 1)
		if err != nil {
			return err
		}
		if phone || rest == contact {
			return model.Personal(word)
		}
		contact = rest
	}
}

// mobileDigits is how many digits a mobile phone's number has.
const mobileDigits = 11

// registered reports whether a word belongs to somebody on the register, a cadre among them. Only the number of a
// mobile phone may belong to nobody.
func (s *Service) registered(ctx context.Context, word string) (bool, error) {
	phone := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, word)
	if len(phone) != mobileDigits {
		return true, nil
	}
	hash, err := s.store.Sealer().Hash(phone, "phone")
	if err != nil {
		return true, err
	}
	persons, err := s.store.PersonsByPhone(ctx, hash)
	if err != nil || len(persons) > 0 {
		return true, err
	}
	cadres, err := s.store.CadresByPhone(ctx, hash)
	return len(cadres) > 0, err
}

package account

import (
	"context"
	"crypto/rand"
	"strings"

	"bangfu/repo/wechat"
	"bangfu/service/access"
	"bangfu/service/model"
)

// A household's card hangs at its door: a QR code whose scene is "household-<number>-<key>", for the
// mini-program "<number>-<key>". For whoever is tied to the household it opens what they need there, for anybody
// else nothing. A new key makes every older card worthless.
const householdScene = "household-"

// cardKeyLen is the length of a card's key.
const cardKeyLen = 8

// Card is a household's card for both accounts.
type Card struct {
	OA        wechat.QR
	MiniScene string // for DrawMiniCode
}

// HouseholdCard is the household's present card; renew makes another key, so that older cards open nothing.
func (s *Service) HouseholdCard(ctx context.Context, house access.Household, renew bool) (Card, error) {
	h, err := s.store.Household(ctx, house.ID())
	if err != nil {
		return Card{}, err
	}
	if h.CardKey == "" || renew {
		by := house.ChangeInfo(s.now(), "换二维码")
		h, err = s.store.ChangeHousehold(ctx, h.ID, 0, by, func(h *model.Household) error {
			h.CardKey = strings.ToLower(rand.Text()[:cardKeyLen])
			return nil
		})
		if err != nil {
			return Card{}, err
		}
	}
	scene := h.ID + "-" + h.CardKey
	qr, err := s.oa.PermanentQR(ctx, householdScene+scene)
	if err != nil {
		return Card{}, errWeChatAway.Wrap(err)
	}
	return Card{OA: qr, MiniScene: scene}, nil
}

// MiniCardPicture has WeChat draw the card's code for the mini-program.
func (s *Service) MiniCardPicture(ctx context.Context, scene string) (wechat.Picture, error) {
	p, err := s.mini.DrawMiniCode(ctx, wechat.MiniCode{Scene: scene, Unchecked: true})
	if err != nil {
		return p, errWeChatAway.Wrap(err)
	}
	return p, nil
}

// CardHousehold is the household whose present card has this scene; ok is false for any other scene, also for
// that of an old card.
func (s *Service) CardHousehold(ctx context.Context, scene string) (id string, ok bool, err error) {
	scene = strings.TrimPrefix(scene, householdScene)
	i := strings.LastIndexByte(scene, '-')
	if i < 0 || len(scene)-i-1 != cardKeyLen {
		return "", false, nil
	}
	h, err := s.store.Household(ctx, scene[:i])
	if model.IsKind(err, model.KindNotFound) {
		return "", false, nil
	}
	return h.ID, err == nil && h.CardKey == scene[i+1:], err
}

// IsCardScene reports whether the scene looks like that of a household's card.
func IsCardScene(scene string) bool { return strings.HasPrefix(scene, householdScene) }
